"""Sweeps: one or two settings of a demo varied over a range, score against seconds.

Each trial is a run of its own with a single arm, so a trial that diverges or is killed costs itself only. Where its
values come from is in :mod:`rlmap.demos.samplers`.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from rlmap.demos.results import parse_statistic
from rlmap.demos.runner import RunHandle, cancel, follow, start_run
from rlmap.demos.samplers import Number, ProteinSampler, RandomSampler, Range, Sampler
from rlmap.errors import DemoError
from rlmap.types import Arm, Budget, DemoSpec, Device, Failed, Finished, Metric

Method = Literal["random", "protein"]

MAX_TRIALS, MAX_SETTINGS = 500, 2
#: With fewer trials a model of what was seen has nothing to learn from.
PROTEIN_FROM = 12


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One trial: what was set, what came out (``None`` where nothing did), and whether nothing cheaper was as good."""

    trial: int
    values: Mapping[str, Number]
    score: float | None
    seconds: float | None
    failure: str
    on_front: bool = False


def sweep(
    spec: DemoSpec,
    ranges: Sequence[Range],
    *,
    trials: int,
    runs_dir: Path,
    method: Method | None = None,
    metric: str | None = None,
    seeds: Sequence[int] = (1,),
    steps: int | None = None,
    budget: Budget = "quick",
    device: Device = "cpu",
    on_trial: Callable[[TrialRow], None] | None = None,
) -> list[TrialRow]:
    """Run ``trials`` trials one after the other.

    Parameters
    ----------
    spec : DemoSpec
        The demo; everything that is not swept is as in the arm that its first effect expects to be better.
    ranges : sequence of Range
        One or two settings.
    trials : int
        How many, at most 500.
    runs_dir : Path
        The folder of runs.
    method : {"random", "protein"}, optional
        By default Protein from 12 trials on.
    metric : str, optional
        The score, as in an effect (``-error@last``); by default that of the first effect.
    seeds : sequence of int
        Of every trial; the score is the median.
    steps : int, optional
        Instead of the budget's.
    budget, device
        As in :func:`rlmap.demos.runner.start_run`.
    on_trial : callable, optional
        Called after each trial.

    Returns
    -------
    list of TrialRow
        In order, with the Pareto front marked.

    Raises
    ------
    DemoError
        If an argument cannot be used.
    """
    alone = _single_arm(spec, ranges, trials, metric)
    sampler = _sampler(method or ("protein" if trials >= PROTEIN_FROM else "random"), ranges, seeds[0])
    run = partial(start_run, budget=budget, device=device, runs_dir=runs_dir, seeds=seeds, steps=steps, detached=False)
    rows: list[TrialRow] = []
    for number in range(1, trials + 1):
        row = _trial(alone, number, sampler.suggest(), run)
        sampler.observe(row.values, row.score, row.seconds)
        rows.append(row)
        if on_trial is not None:
            on_trial(row)
    return mark_front(rows)


def _single_arm(spec: DemoSpec, ranges: Sequence[Range], trials: int, metric: str | None) -> DemoSpec:
    """Return the demo with the one arm that is varied and the score as its metric, if the sweep can be made."""
    if not 1 <= len(ranges) <= MAX_SETTINGS or len({one.setting for one in ranges}) != len(ranges):
        raise DemoError("A sweep varies one or two different settings.")
    if not 1 <= trials <= MAX_TRIALS:
        raise DemoError(f"A sweep has from 1 to {MAX_TRIALS} trials, not {trials}.")
    score = metric or spec.effects[0].metric
    parse_statistic(score)
    base = next(arm for arm in spec.arms if arm.id == spec.effects[0].better)
    return replace(spec, arms=(base,), effects=(), metric=score)


def _sampler(method: Method, ranges: Sequence[Range], seed: int) -> Sampler:
    return ProteinSampler(ranges, seed) if method == "protein" else RandomSampler(ranges, seed)


def _trial(
    alone: DemoSpec, number: int, values: Mapping[str, Number], run: Callable[[DemoSpec], RunHandle]
) -> TrialRow:
    """Run the arm of ``alone`` with ``values``, and say how it went."""
    label = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    arm = Arm(f"trial-{number}", label, {**alone.arms[0].settings, **values})
    handle = run(replace(alone, arms=(arm,)))
    try:
        return _outcome(number, values, list(follow(handle)))
    finally:
        cancel(handle)  # does nothing unless we were interrupted


def mark_front(rows: Sequence[TrialRow]) -> list[TrialRow]:
    """Mark the trials that no other beats: that is as good in no more seconds, and better in score or seconds."""
    scored = [(row.score, row.seconds) for row in rows if row.score is not None and row.seconds is not None]

    def beaten(score: float, seconds: float) -> bool:
        return any(s >= score and t <= seconds and (s, t) != (score, seconds) for s, t in scored)

    return [
        row if row.score is None or row.seconds is None else replace(row, on_front=not beaten(row.score, row.seconds))
        for row in rows
    ]


def _outcome(number: int, values: Mapping[str, Number], events: Sequence[object]) -> TrialRow:
    failure = next((event.reason for event in events if isinstance(event, Failed)), "")
    last = events[-1]
    scores = list(last.results.get(f"trial-{number}", {}).values()) if isinstance(last, Finished) else []
    finite = [score for score in scores if score is not None and math.isfinite(score)]
    if failure or not finite:
        return TrialRow(number, values, None, None, failure or "There is no such curve in this demo.")
    ends: dict[int, float] = {}
    for event in events:
        if isinstance(event, Metric):
            ends[event.seed] = event.time_s
    return TrialRow(number, values, statistics.median(finite), statistics.median(ends.values()), "")
