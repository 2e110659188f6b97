"""Events survive the file, whole lines only."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlmap.demos.events import EventReader, decode_event, encode_event, is_last
from rlmap.errors import DemoError
from rlmap.types import Failed, Finished, Metric, Started

STARTED = Started("r", "d", "quick", "cpu", ("a", "b"), (1, 2), {"torch": "2"}, "a machine", 1.5)
FINISHED = Finished({"a": {"1": 0.5}}, ({"metric": "m", "holds": True, "low": 0.1},), "said", 2.0)
FAILED = Failed("out of memory", "a", 3, False, 4.0)


@pytest.mark.parametrize("event", [STARTED, FINISHED, FAILED, Metric("a", 1, 2, 0.5, "return", -1.25)])
def test_an_event_is_the_same_after_a_round_trip(event):
    line = encode_event(event)
    assert line.count("\n") == 1
    assert decode_event(line) == event


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_stays_on_one_line(name, value):
    line = encode_event(Metric(name, 1, 2, 0.0, name, value))
    assert line.index("\n") == len(line) - 1
    assert decode_event(line) == Metric(name, 1, 2, 0.0, name, value)


def test_a_value_that_is_not_finite_is_valid_json_and_comes_back_as_nan():
    line = encode_event(Metric("a", 1, 2, 0.0, "return", math.inf))
    assert "null" in line
    assert math.isnan(decode_event(line).value)


def test_a_line_of_another_format_is_refused():
    with pytest.raises(DemoError, match="not an event"):
        decode_event('{"event": "metric", "arm": "a"}')


def test_the_reader_leaves_an_incomplete_line_for_later(tmp_path):
    path = tmp_path / "events.jsonl"
    reader = EventReader(path)
    assert reader.poll() == []
    first, second = encode_event(STARTED), encode_event(FAILED)
    path.write_text(first + second[:20])
    assert reader.poll() == [STARTED]
    assert reader.poll() == []
    path.write_text(first + second)
    assert reader.poll() == [FAILED]


def test_the_failure_of_an_arm_does_not_end_a_run():
    assert is_last(FINISHED)
    assert is_last(Failed("all", None, None, True, 0.0))
    assert not is_last(FAILED)
