"""Ranges, draws and the Pareto front of a sweep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlmap.demos.samplers import RandomSampler, Range, read_range
from rlmap.demos.spec import load_specs
from rlmap.demos.sweep import TrialRow, mark_front, sweep
from rlmap.errors import DemoError


@pytest.fixture(scope="module")
def spec(root):
    return load_specs(root / "demos")["discount-factor"]


def test_a_name_alone_takes_the_bounds_of_its_slider(spec):
    assert read_range("gamma", spec) == Range("gamma", 0.0, 0.999, False, False)


def test_a_range_may_be_logarithmic_and_of_whole_numbers(spec):
    assert read_range("learning_rate=1e-4:1e-1:log", spec) == Range("learning_rate", 1e-4, 0.1, True, False)
    assert read_range("update_epochs=1:8", spec) == Range("update_epochs", 1.0, 8.0, False, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gama", "no setting 'gama'"),
        ("learning_rate", "no slider"),
        ("gamma=0.5", "LOW:HIGH"),
        ("gamma=a:b", "LOW:HIGH"),
        ("gamma=0.9:0.5", "must rise"),
        ("gamma=0:0.5:log", "above 0"),
        ("gamma=0.1:0.5:cubic", "scale 'cubic'"),
    ],
)
def test_what_is_not_a_range_is_named(spec, text, words):
    with pytest.raises(DemoError, match=words):
        read_range(text, spec)


@given(seed=st.integers(0, 1000), low=st.floats(1e-3, 10), width=st.floats(0.1, 100), log=st.booleans())
def test_draws_stay_within_their_range(seed, low, width, log):
    sampler = RandomSampler([Range("a", low, low + width, log, False), Range("n", 1, 9, False, True)], seed)
    for _ in range(5):
        drawn = sampler.suggest()
        assert low * 0.999 <= drawn["a"] <= (low + width) * 1.001
        assert drawn["n"] in range(1, 10)


def row(number, score, seconds):
    return TrialRow(number, {}, score, seconds, "")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), min_size=1, max_size=12))
def test_the_front_is_what_nothing_beats(pairs):
    rows = mark_front([row(i, float(score), float(seconds)) for i, (score, seconds) in enumerate(pairs)])
    front = [(r.score, r.seconds) for r in rows if r.on_front]
    assert front
    for r in rows:
        better = [f for f in front if f[0] >= r.score and f[1] <= r.seconds and f != (r.score, r.seconds)]
        assert bool(better) != r.on_front


def test_a_failed_trial_is_never_on_the_front():
    rows = mark_front([TrialRow(1, {}, None, None, "it diverged"), row(2, 1.0, 1.0)])
    assert [r.on_front for r in rows] == [False, True]


@pytest.mark.parametrize(
    ("texts", "trials", "words"), [(["gamma"], 0, "trials"), (["gamma"], 10**6, "trials"), ([], 3, "one or two")]
)
def test_a_sweep_that_makes_no_sense_starts_nothing(spec, tmp_path, texts, trials, words):
    ranges = [read_range(text, spec) for text in texts]
    with pytest.raises(DemoError, match=words):
        sweep(spec, ranges, trials=trials, runs_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []
