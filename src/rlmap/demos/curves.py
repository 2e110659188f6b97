"""Curves over seeds: medians and quartiles against steps or seconds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rlmap.types import Event, Metric

Axis = Literal["steps", "seconds"]
#: Points of a band; curves of different seeds are read off at the same places.
POINTS = 40


@dataclass(frozen=True, slots=True)
class Band:
    """What the seeds of one arm did: the median and the quartiles at each ``x``, and how many seeds there are."""

    x: tuple[float, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    seeds: int


def metric_points(events: Iterable[Event]) -> list[Metric]:
    """Return the points among events."""
    return [event for event in events if isinstance(event, Metric)]


def bands(
    points: Sequence[Metric], metric: str, axis: Axis = "steps", *, most: int = POINTS, partial: bool = False
) -> dict[str, Band]:
    """Return a band for each arm, in the order in which arms first appear.

    Curves are interpolated linearly at common places, from where the last seed begins to where the first one ends, so
    that every place has all seeds. While a run is under way its newest seed has only begun: with ``partial`` the band
    goes on to where the longest curve ends, and at each place speaks of the seeds that have come so far.

    Parameters
    ----------
    points : sequence of Metric
        Of one run.
    metric : str
        Which curve.
    axis : {"steps", "seconds"}
        What is on the horizontal axis.
    most : int
        Points of a band at most.
    partial : bool
        Whether seeds may be missing from later places.
    """
    curves: dict[str, dict[int, list[tuple[float, float]]]] = {}
    for point in points:
        if point.name == metric and math.isfinite(point.value):
            x = float(point.step) if axis == "steps" else point.time_s
            curves.setdefault(point.arm, {}).setdefault(point.seed, []).append((x, point.value))
    return {arm: _band(list(seeds.values()), most, partial) for arm, seeds in curves.items()}


def _band(curves: list[list[tuple[float, float]]], most: int, partial: bool) -> Band:
    arrays = [np.array(sorted(curve)) for curve in curves]
    ends = [float(curve[-1, 0]) for curve in arrays]
    start, end = max(float(curve[0, 0]) for curve in arrays), max(ends) if partial else min(ends)
    if start >= end:
        start, end = float(arrays[0][0, 0]), ends[0]
    count = min(most, max(len(curve) for curve in arrays))
    x = np.linspace(start, end, count)
    values = np.stack([np.interp(x, curve[:, 0], curve[:, 1], right=np.nan if partial else None) for curve in arrays])
    low, median, high = np.nanquantile(values, (0.25, 0.5, 0.75), axis=0)
    return Band(tuple(x.tolist()), tuple(median.tolist()), tuple(low.tolist()), tuple(high.tolist()), len(curves))
