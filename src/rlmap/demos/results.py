"""From the points of a run to its result: statistics of curves and tests of expected effects."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rlmap.errors import DemoError
from rlmap.types import Arm, DemoSpec, Effect, Metric

#: How a curve becomes one number. ``tail`` is the mean over the last fifth of its points.
STATISTICS = ("tail", "last", "mean", "max", "min", "first")
#: How long until a curve reaches a number, written ``steps-to-150`` or ``seconds-to-150``.
REACHING = ("steps-to", "seconds-to")
_BOOTSTRAP_SAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Statistic:
    """How a curve becomes one number.

    ``-error@mean`` is the mean of the curve ``error``, where lower is better; ``return@seconds-to-150`` is how long it
    takes until the curve ``return`` first reaches 150 (the end of the curve where it never does, which flatters it).
    """

    metric: str
    kind: str
    sign: int
    threshold: float = math.nan

    def of(self, curve: Sequence[Metric]) -> float:
        """Return the number for one curve; NaN for an empty one or one that is not finite."""
        values = [point.value for point in curve]
        if not values or not all(math.isfinite(value) for value in values):
            return math.nan
        if self.kind in REACHING:
            end = next((point for point in curve if point.value >= self.threshold), curve[-1])
            return self.sign * (float(end.step) if self.kind == "steps-to" else end.time_s)
        tail = values[-max(1, len(values) // 5) :]
        pick: dict[str, float] = {
            "tail": float(np.mean(tail)),
            "last": values[-1],
            "mean": float(np.mean(values)),
            "max": max(values),
            "min": min(values),
            "first": values[0],
        }
        return self.sign * pick[self.kind]


def parse_statistic(text: str) -> Statistic:
    """Read ``[-]metric[@kind]``; the kind is ``tail`` unless named.

    Raises
    ------
    DemoError
        If the kind is not one of :data:`STATISTICS`, or one of :data:`REACHING` followed by ``-`` and a number.
    """
    name, _, kind = text.partition("@")
    metric, sign = name.removeprefix("-"), -1 if name.startswith("-") else 1
    for reaching in REACHING:
        if kind.startswith(reaching + "-"):
            try:
                return Statistic(metric, reaching, sign, float(kind.removeprefix(reaching + "-")))
            except ValueError as error:
                raise DemoError(f"the threshold in {text!r} is not a number") from error
    if kind and kind not in STATISTICS:
        known = ", ".join((*STATISTICS, *(f"{reaching}-<number>" for reaching in REACHING)))
        raise DemoError(f"the statistic {kind!r} in {text!r} is unknown: use {known}")
    return Statistic(metric, kind or "tail", sign)


def final_values(points: Iterable[Metric], statistic: Statistic) -> dict[str, dict[str, float]]:
    """Return ``arm -> seed -> number`` for one metric; seeds are written as text, as in JSON."""
    curves: dict[str, dict[str, list[Metric]]] = {}
    for point in points:
        if point.name == statistic.metric:
            curves.setdefault(point.arm, {}).setdefault(str(point.seed), []).append(point)
    return {arm: {seed: statistic.of(curve) for seed, curve in seeds.items()} for arm, seeds in curves.items()}


def effect_outcome(effect: Effect, points: Sequence[Metric], seed: int = 0) -> Mapping[str, float | str | bool]:
    """Test one expected effect.

    The effect holds when the medians over seeds differ by at least the margin. The 90 %
    interval of the difference comes from a percentile bootstrap over seeds (Efron 1979).

    Returns
    -------
    mapping
        ``metric, better, worse, statement, margin, difference, low, high, holds``, where the
        numbers are in units of the metric, signed so that more is better.
    """
    values = final_values(points, parse_statistic(effect.metric))
    better = np.array(list(values.get(effect.better, {}).values()))
    worse = np.array(list(values.get(effect.worse, {}).values()))
    difference = low = high = math.nan
    if better.size and worse.size and np.isfinite(better).all() and np.isfinite(worse).all():
        difference = float(np.median(better) - np.median(worse))
        rng = np.random.default_rng(seed)
        resampled = _resampled_medians(better, rng) - _resampled_medians(worse, rng)
        low, high = (float(bound) for bound in np.quantile(resampled, (0.05, 0.95)))
    return {
        "metric": effect.metric,
        "better": effect.better,
        "worse": effect.worse,
        "statement": effect.statement,
        "margin": effect.margin,
        "difference": difference,
        "low": low,
        "high": high,
        "holds": difference >= effect.margin,
    }


def summarise(spec: DemoSpec, arms: Sequence[Arm], points: Sequence[Metric]) -> str:
    """Return the result in plain numbers: the headline metric by arm, against steps and seconds."""
    values = final_values(points, parse_statistic(spec.metric))
    label = spec.metric_label.rstrip(".")
    parts = []
    for arm in arms:
        seeds = values.get(arm.id, {})
        if not seeds:
            parts.append(f"{arm.label}: no result")
            continue
        numbers = list(seeds.values())
        ends: dict[int, tuple[int, float]] = {}
        for point in points:
            if point.arm == arm.id:
                ends[point.seed] = (point.step, point.time_s)
        steps, seconds = np.median(np.array(list(ends.values())), axis=0)
        parts.append(
            f"{arm.label}: {np.median(numbers):.3g} (from {min(numbers):.3g} to {max(numbers):.3g} "
            f"over {len(numbers)} seeds; {steps:,.0f} steps, {seconds:.1f} s each)"
        )
    return f"{label}. " + "; ".join(parts) + "."


def _resampled_medians(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    draws = rng.integers(0, len(values), size=(_BOOTSTRAP_SAMPLES, len(values)))
    medians: np.ndarray = np.median(values[draws], axis=1)
    return medians
