"""A real run in a process of its own: events, cancel, limits, restart, queue."""

import dataclasses
import json
import os
import signal
import time

import pytest

from rlmap.demos import runner
from rlmap.demos.events import is_last
from rlmap.demos.spec import load_specs
from rlmap.errors import DemoError, UnknownNameError
from rlmap.types import Failed, Finished, Started

FOREVER = 1_000_000_000


@pytest.fixture
def spec(root):
    return load_specs(root / "demos")["discount-factor"]


@pytest.fixture
def start(spec, tmp_path):
    handles = []

    def begin(demo=spec, **changes):
        arguments = {"budget": "quick", "device": "cpu", "runs_dir": tmp_path / "runs", "seeds": [1]} | changes
        handles.append(runner.start_run(demo, **arguments))
        return handles[-1]

    yield begin
    for handle in handles:
        runner.cancel(handle)


def wait_until_it_runs(handle):
    assert isinstance(next(iter(runner.follow(handle))), Started)


def test_a_short_run_tells_its_whole_story(start, tmp_path):
    handle = start(steps=8192, overrides={"horizon": 8, "minibatch_size": 512})
    events = list(runner.follow(handle))
    started, *points, finished = events
    assert isinstance(started, Started)
    assert (started.demo_id, started.device, started.seeds) == ("discount-factor", "cpu", (1,))
    assert {"torch", "pufferlib-core", "numpy"} <= set(started.versions)
    assert isinstance(finished, Finished)
    assert set(finished.results) == {"gamma-0-5", "gamma-0-98"}
    assert [effect["better"] for effect in finished.effects] == ["gamma-0-98"]
    for arm in started.arms:
        curve = [p for p in points if p.arm == arm and p.name == "success"]
        assert [p.step for p in curve] == sorted({p.step for p in curve})
        assert [p.time_s for p in curve] == sorted(p.time_s for p in curve)
        assert curve[-1].step >= 8192
        assert all(0.0 <= p.value <= 1.0 for p in curve)
    assert runner.run_state(handle) == "finished"
    deadline = time.monotonic() + 30  # the last event is written shortly before the process ends
    while runner.is_alive(handle) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not runner.is_alive(handle)
    again = runner.open_run(handle.run_id, tmp_path / "runs")
    assert list(runner.follow(again)) == events
    assert runner.read_plan(again).overrides == {"horizon": 8, "minibatch_size": 512}


def test_cancelling_leaves_no_process_and_says_so(start):
    handle = start(steps=FOREVER)
    wait_until_it_runs(handle)
    runner.cancel(handle)
    assert not runner.is_alive(handle)
    assert runner.run_state(handle) == "cancelled"
    runner.cancel(handle)


def test_a_killed_worker_becomes_a_failure(start):
    handle = start(steps=FOREVER)
    wait_until_it_runs(handle)
    os.killpg(json.loads((handle.folder / "process.json").read_text())["pid"], signal.SIGKILL)
    last = list(runner.follow(handle))[-1]
    assert isinstance(last, Failed)
    assert not last.cancelled
    assert runner.run_state(handle) == "failed"
    assert sum(is_last(event) for event in runner.read_events(handle)) == 1


def test_a_second_run_waits_for_the_first(start):
    first = start(steps=FOREVER)
    wait_until_it_runs(first)
    second = start(steps=2048)
    time.sleep(1.0)
    assert runner.run_state(second) == "waiting"
    runner.cancel(first)
    assert isinstance(list(runner.follow(second))[-1], Finished)


def test_a_waiting_run_can_be_cancelled(start):
    first = start(steps=FOREVER)
    wait_until_it_runs(first)
    second = start(steps=2048)
    runner.cancel(second)
    assert runner.run_state(second) == "cancelled"
    assert runner.run_state(first) == "running"


def test_the_time_limit_ends_a_run(start, spec):
    limit = dataclasses.replace(spec.budgets["quick"], max_seconds=1.0)
    hurried = dataclasses.replace(spec, budgets={**spec.budgets, "quick": limit})
    last = list(runner.follow(start(hurried, steps=FOREVER)))[-1]
    assert isinstance(last, Failed)
    assert "limit of 1 s" in last.reason


def test_a_value_of_ones_own_runs_beside_the_arms(start):
    handle = start(steps=2048, overrides={"gamma": 0.7})
    started = next(iter(runner.follow(handle)))
    assert started.arms == ("gamma-0-5", "gamma-0-98", "yours")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"overrides": {"gama": 0.5}}, "no setting 'gama'"),
        ({"overrides": {"gamma": 2.0}}, "from 0 to 0.999"),
        ({"overrides": {"gamma": "; rm -rf"}}, "type float"),
        ({"steps": 0}, "number of steps"),
        ({"steps": 10**12}, "number of steps"),
        ({"seeds": []}, "seeds"),
        ({"seeds": [1, 1]}, "seeds"),
        ({"budget": "endless"}, "budget"),
        ({"device": "tpu"}, "auto, cpu or cuda"),
    ],
)
def test_unusable_arguments_start_nothing(start, tmp_path, changes, words):
    with pytest.raises(DemoError, match=words):
        start(**changes)
    assert runner.list_runs(tmp_path / "runs") == []


def test_an_unknown_run_is_named(tmp_path):
    with pytest.raises(UnknownNameError, match="nothing"):
        runner.open_run("nothing", tmp_path)
