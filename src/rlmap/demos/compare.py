"""Arms side by side, against steps and against seconds, whichever run or record they come from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rlmap.demos.curves import Axis, Band
from rlmap.errors import DemoError

AXES: tuple[Axis, Axis] = ("steps", "seconds")


@dataclass(frozen=True, slots=True)
class Curves:
    """One metric of one run or record: a band for each arm on both axes; ``labels`` name the arms."""

    source: str
    metric: str
    labels: Mapping[str, str]
    bands: Mapping[Axis, Mapping[str, Band]]


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One arm of a comparison; numbers are medians over seeds, in units of the metric.

    ``at_steps`` and ``at_seconds`` are what the arm had reached when the shortest of the compared curves ended, so that
    nobody is judged by a longer run; ``steps_to`` and ``seconds_to`` say when it first reached the target, ``None``
    where it never did.
    """

    source: str
    arm: str
    label: str
    seeds: int
    final: float
    low: float
    high: float
    steps: float
    seconds: float
    at_steps: float
    at_seconds: float
    steps_to: float | None
    seconds_to: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Arms of one metric, at common budgets."""

    metric: str
    common_steps: float
    common_seconds: float
    target: float
    rows: tuple[ArmRow, ...]


def compare(sources: Sequence[Curves], *, target: float | None = None, lower_is_better: bool = False) -> Comparison:
    """Compare all arms of all sources.

    Parameters
    ----------
    sources : sequence of Curves
        Of the same metric.
    target : float, optional
        What ``steps_to`` and ``seconds_to`` wait for; by default half-way between where the curves begin and the best
        final value.
    lower_is_better : bool
        Whether a curve reaches the target from above.

    Raises
    ------
    DemoError
        If there is nothing to compare, or the metrics differ.
    """
    metrics = {curves.metric for curves in sources}
    if len(metrics) != 1:
        raise DemoError(f"Only curves of one metric can be compared, not of {', '.join(sorted(metrics)) or 'none'}.")
    if not any(curves.bands["steps"] for curves in sources):
        raise DemoError(f"There is no curve {metrics.pop()!r} to compare: name another with --metric.")
    ends = {axis: min(band.x[-1] for curves in sources for band in curves.bands[axis].values()) for axis in AXES}
    if target is None:
        target = _half_way(sources, lower_is_better)
    sign = -1.0 if lower_is_better else 1.0
    rows = [
        _row(curves, arm, ends, target, sign)
        for curves in sources
        for arm in curves.bands["steps"]
        if arm in curves.bands["seconds"]
    ]
    return Comparison(metrics.pop(), ends["steps"], ends["seconds"], target, tuple(rows))


def _row(curves: Curves, arm: str, ends: Mapping[Axis, float], target: float, sign: float) -> ArmRow:
    by_steps, by_seconds = curves.bands["steps"][arm], curves.bands["seconds"][arm]
    return ArmRow(
        source=curves.source,
        arm=arm,
        label=curves.labels.get(arm, arm),
        seeds=by_steps.seeds,
        final=by_steps.median[-1],
        low=by_steps.low[-1],
        high=by_steps.high[-1],
        steps=by_steps.x[-1],
        seconds=by_seconds.x[-1],
        at_steps=float(np.interp(ends["steps"], by_steps.x, by_steps.median)),
        at_seconds=float(np.interp(ends["seconds"], by_seconds.x, by_seconds.median)),
        steps_to=_first_at(by_steps, target, sign),
        seconds_to=_first_at(by_seconds, target, sign),
    )


def _first_at(band: Band, target: float, sign: float) -> float | None:
    reached = [x for x, value in zip(band.x, band.median, strict=True) if sign * value >= sign * target]
    return reached[0] if reached else None


def _half_way(sources: Sequence[Curves], lower_is_better: bool) -> float:
    found = [band for curves in sources for band in curves.bands["steps"].values()]
    finals = [band.median[-1] for band in found if math.isfinite(band.median[-1])]
    best = min(finals) if lower_is_better else max(finals)
    return (float(np.median([band.median[0] for band in found])) + best) / 2
