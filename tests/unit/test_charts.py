"""What part of a curve is drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rlmap.demos.curves import Band
from rlmap.web.charts import settled_range

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


def band(values: list[float]) -> Band:
    line = tuple(values)
    return Band(tuple(float(x) for x in range(len(line))), line, line, line, 3)


def test_a_first_fall_does_not_hide_the_difference_between_arms() -> None:
    limits = settled_range({"a": band([-1100.0, -500.0, *[-25.0] * 20]), "b": band([-1000.0, -90.0, *[-50.0] * 20])})
    assert limits is not None
    low, high = limits
    assert -60 < low < -50
    assert -25 < high < -20


def test_a_curve_that_rises_all_the_way_is_drawn_whole() -> None:
    assert settled_range({"a": band([float(value) for value in range(20)])}) is None


def test_nothing_is_cut_from_a_few_points() -> None:
    assert settled_range({"a": band([-1100.0, -25.0, -24.0])}) is None


@given(VALUES)
def test_the_last_values_are_always_in_the_picture(values: list[float]) -> None:
    limits = settled_range({"a": band(values)})
    if limits is not None:
        assert limits[0] <= values[-1] <= limits[1]
