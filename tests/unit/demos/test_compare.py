"""Arms at equal steps and at equal seconds."""

import pytest

from rlmap.demos.compare import Curves, compare
from rlmap.demos.curves import Band
from rlmap.errors import DemoError


def straight(end_x, end_y, points=5):
    x = tuple(end_x * i / (points - 1) for i in range(points))
    y = tuple(end_y * i / (points - 1) for i in range(points))
    return Band(x, y, y, y, 3)


def curves(source="run", metric="return", **arms):
    steps = {arm: straight(end_step, value) for arm, (end_step, _, value) in arms.items()}
    seconds = {arm: straight(end_second, value) for arm, (_, end_second, value) in arms.items()}
    return Curves(source, metric, {arm: arm.upper() for arm in arms}, {"steps": steps, "seconds": seconds})


def test_a_slow_good_arm_and_a_quick_bad_one_change_places():
    slow_good = (100, 20.0, 10.0)  # 0.1 a step, 0.5 a second
    quick_bad = (100, 2.0, 4.0)  # 0.04 a step, 2 a second
    found = compare([curves(good=slow_good, quick=quick_bad)])
    good, quick = found.rows
    assert (found.common_steps, found.common_seconds) == (100, 2.0)
    assert good.at_steps > quick.at_steps
    assert good.at_seconds < quick.at_seconds


def test_nobody_is_judged_by_a_longer_run():
    found = compare([curves("first", a=(100, 1.0, 10.0)), curves("second", a=(1000, 10.0, 100.0))])
    assert [row.at_steps for row in found.rows] == pytest.approx([10.0, 10.0])
    assert [row.final for row in found.rows] == [10.0, 100.0]


def test_a_target_is_reached_or_never():
    found = compare([curves(a=(100, 1.0, 10.0), b=(100, 1.0, 4.0))], target=5.0)
    assert (found.rows[0].steps_to, found.rows[0].seconds_to) == (50, 0.5)
    assert (found.rows[1].steps_to, found.rows[1].seconds_to) == (None, None)


def test_where_lower_is_better_a_target_is_reached_from_above():
    falling = Band((0, 10, 20), (3, 2, 1), (3, 2, 1), (3, 2, 1), 1)
    source = Curves("run", "error", {}, {"steps": {"a": falling}, "seconds": {"a": falling}})
    assert compare([source], target=2.0, lower_is_better=True).rows[0].steps_to == 10


def test_different_metrics_are_not_compared():
    with pytest.raises(DemoError, match="one metric"):
        compare([curves(a=(1, 1.0, 1.0)), curves(metric="length", a=(1, 1.0, 1.0))])


def test_a_metric_without_a_curve_is_named():
    with pytest.raises(DemoError, match="no curve 'return'"):
        compare([Curves("run", "return", {}, {"steps": {}, "seconds": {}})])
