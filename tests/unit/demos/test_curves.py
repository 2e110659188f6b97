"""Bands over seeds, of runs that are over and of runs that are not."""

import pytest

from rlmap.demos.curves import bands
from rlmap.types import Metric


def curve(seed, values, arm="a", pace=0.1):
    return [Metric(arm, seed, 10 * i, pace * i, "score", value) for i, value in enumerate(values)]


def test_a_band_is_median_and_quartiles_at_common_places():
    points = curve(1, [0, 10, 20]) + curve(2, [0, 20, 40]) + curve(3, [0, 30, 60])
    band = bands(points, "score")["a"]
    assert band.x == (0, 10, 20)
    assert band.median == (0, 20, 40)
    assert band.low == (0, 15, 30)
    assert band.high == (0, 25, 50)
    assert band.seeds == 3


def test_seconds_are_another_axis():
    points = curve(1, [0, 10, 20], pace=0.5)
    assert bands(points, "score", "seconds")["a"].x == pytest.approx((0, 0.5, 1.0))


def test_a_finished_band_ends_where_the_shortest_seed_does():
    points = curve(1, [0, 10, 20, 30]) + curve(2, [0, 10])
    assert bands(points, "score")["a"].x[-1] == 10


def test_a_live_band_does_not_shrink_when_the_next_seed_begins():
    first = curve(1, [0, 10, 20, 30])
    begun = first + curve(2, [4, 14])
    band = bands(begun, "score", partial=True)["a"]
    assert band.x[-1] == 30
    assert band.median[0] == 2  # both seeds
    assert band.median[-1] == 30  # the first only
    assert band.low[-1] == band.high[-1] == 30


def test_other_metrics_and_numbers_that_are_not_finite_are_left_out():
    points = [*curve(1, [1, 2, 3]), Metric("a", 1, 15, 0.15, "score", float("nan")), Metric("a", 1, 5, 0, "other", 9)]
    assert bands(points, "score")["a"].median == (1, 2, 3)
    assert bands(points, "nothing") == {}
