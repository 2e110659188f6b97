"""Curves become numbers, numbers become outcomes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlmap.demos.results import effect_outcome, final_values, parse_statistic
from rlmap.errors import DemoError
from rlmap.types import Effect, Metric


def curve(arm, seed, values, name="score"):
    return [Metric(arm, seed, 10 * i, 0.1 * i, name, value) for i, value in enumerate(values)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("score", 9.5),
        ("score@last", 10.0),
        ("score@mean", 5.5),
        ("score@max", 10.0),
        ("score@min", 1.0),
        ("score@first", 1.0),
        ("-score@mean", -5.5),
    ],
)
def test_each_statistic(text, expected):
    assert parse_statistic(text).of(curve("a", 1, [float(i) for i in range(1, 11)])) == pytest.approx(expected)


def test_how_long_until_a_number_is_reached():
    points = curve("a", 1, [0.0, 5.0, 3.0, 7.0])
    assert parse_statistic("score@steps-to-5").of(points) == 10
    assert parse_statistic("-score@steps-to-6").of(points) == -30
    assert parse_statistic("score@seconds-to-5").of(points) == pytest.approx(0.1)
    assert parse_statistic("score@steps-to-99").of(points) == 30
    with pytest.raises(DemoError, match="not a number"):
        parse_statistic("score@steps-to-many")


def test_an_unknown_statistic_is_refused():
    with pytest.raises(DemoError, match="median"):
        parse_statistic("score@median")


def test_values_are_kept_apart_by_arm_seed_and_name():
    points = curve("a", 1, [1.0]) + curve("a", 2, [2.0]) + curve("b", 1, [3.0]) + curve("a", 1, [9.0], "other")
    assert final_values(points, parse_statistic("score")) == {"a": {"1": 1.0, "2": 2.0}, "b": {"1": 3.0}}


def test_an_effect_compares_medians_over_seeds():
    points = [p for seed, v in enumerate((1.0, 2.0, 30.0)) for p in curve("a", seed, [v])]
    points += [p for seed, v in enumerate((0.0, 0.5, 0.7)) for p in curve("b", seed, [v])]
    outcome = effect_outcome(Effect("score", "a", "b", 1.5, "a beats b"), points)
    assert outcome["difference"] == pytest.approx(1.5)
    assert outcome["holds"] is True
    assert outcome["low"] <= outcome["difference"] <= outcome["high"]
    assert effect_outcome(Effect("score", "a", "b", 1.6, "a beats b"), points)["holds"] is False


@pytest.mark.parametrize("bad", [[], [math.nan]])
def test_an_effect_without_a_finite_result_does_not_hold(bad):
    points = curve("a", 1, [5.0]) + curve("b", 1, bad)
    assert effect_outcome(Effect("score", "a", "b", 0.0, "s"), points)["holds"] is False


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_every_statistic_lies_within_the_curve(values):
    for kind in ("tail", "last", "mean", "max", "min", "first"):
        number = parse_statistic(f"score@{kind}").of(curve("a", 1, values))
        assert min(values) - 1e-3 <= number <= max(values) + 1e-3
