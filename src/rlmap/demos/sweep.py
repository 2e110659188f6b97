"""Sweeps: one or two settings of a demo varied over a range, score against seconds.

Each trial is a run of its own with a single arm, so a trial that diverges or is killed costs itself only. Values are
drawn at random, or suggested by PufferLib's Protein, which models score and cost of what was seen with Gaussian
processes and looks for points that beat the Pareto front of both (PufferLib 3.0, ``pufferlib.sweep.Protein``).
"""

from __future__ import annotations

import contextlib
import io
import math
import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from rlmap.demos.results import parse_statistic
from rlmap.demos.runner import cancel, follow, start_run
from rlmap.errors import DemoError
from rlmap.types import Arm, Budget, DemoSpec, Device, Failed, Finished, Metric

Method = Literal["random", "protein"]
Number = int | float

MAX_TRIALS, MAX_SETTINGS = 500, 2
#: With fewer trials a model of what was seen has nothing to learn from.
PROTEIN_FROM = 12
_RANDOM_FIRST = 6


@dataclass(frozen=True, slots=True)
class Range:
    """Values of one setting: from ``low`` to ``high``, evenly spread on a linear or a logarithmic scale."""

    setting: str
    low: float
    high: float
    logarithmic: bool
    integer: bool

    def at(self, share: float) -> Number:
        """Return the value ``share`` (0 to 1) of the way from low to high."""
        if self.logarithmic:
            value = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + share * (self.high - self.low)
        return round(value) if self.integer else float(f"{value:.4g}")


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One trial: what was set, what came out (``None`` where nothing did), and whether nothing cheaper was as good."""

    trial: int
    values: Mapping[str, Number]
    score: float | None
    seconds: float | None
    failure: str
    on_front: bool = False


class Sampler(Protocol):
    """Chooses the values of the next trial."""

    def suggest(self) -> dict[str, Number]:
        """Return a value for each setting."""

    def observe(self, values: Mapping[str, Number], score: float | None, seconds: float | None) -> None:
        """Learn how a trial went."""


def read_range(text: str, spec: DemoSpec) -> Range:
    """Read ``setting``, ``setting=low:high`` or ``setting=low:high:log``; without numbers the slider's bounds count.

    Raises
    ------
    DemoError
        If the demo has no such numeric setting, or the bounds cannot be used.
    """
    name, sign, bounds = text.partition("=")
    known = {**spec.settings, **spec.arms[0].settings}
    if name not in known:
        raise DemoError(f"The demo {spec.id} has no setting {name!r}. It has: {', '.join(sorted(known))}.")
    if type(known[name]) not in (int, float):
        raise DemoError(f"The setting {name!r} is not a number, so it cannot be swept.")
    integer = type(known[name]) is int
    if not sign:
        slider = next((slider for slider in spec.sliders if slider.setting == name), None)
        if slider is None:
            raise DemoError(f"The setting {name!r} has no slider: give its range as {name}=LOW:HIGH[:log].")
        return Range(name, slider.minimum, slider.maximum, False, integer)
    low, _, rest = bounds.partition(":")
    high, _, scale = rest.partition(":")
    try:
        found = Range(name, float(low), float(high), scale == "log", integer)
    except ValueError as error:
        raise DemoError(f"The range {text!r} must be {name}=LOW:HIGH[:log].") from error
    if scale not in ("", "log"):
        raise DemoError(f"The scale {scale!r} in {text!r} is unknown: leave it out, or use log.")
    if not found.low < found.high or (found.logarithmic and found.low <= 0):
        raise DemoError(f"The range {text!r} must rise, and be above 0 on a logarithmic scale.")
    return found


class RandomSampler:
    """Draws every value independently of what was seen (Bergstra and Bengio 2012)."""

    def __init__(self, ranges: Sequence[Range], seed: int) -> None:
        self._ranges = ranges
        self._rng = np.random.default_rng(seed)

    def suggest(self) -> dict[str, Number]:
        """Return a value for each setting."""
        return {one.setting: one.at(float(self._rng.random())) for one in self._ranges}

    def observe(self, values: Mapping[str, Number], score: float | None, seconds: float | None) -> None:
        """Nothing is learned."""


class ProteinSampler:
    """PufferLib's Protein, after a few random trials; a suggestion takes some ten seconds.

    It sees shares of the ranges, so that its own scales need not know ours. A failed trial counts as the worst seen.
    """

    def __init__(self, ranges: Sequence[Range], seed: int) -> None:
        import torch  # noqa: PLC0415 - with the next import, seconds that a random sweep need not spend
        from pufferlib.sweep import Protein  # noqa: PLC0415

        torch.set_num_threads(1)  # its models are tiny: more threads wait for each other, by the minute
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        share = {"distribution": "uniform", "min": 0.0, "max": 1.0, "mean": 0.5, "scale": 1.0}  # random draws span all
        settings = {one.setting: dict(share) for one in ranges}
        with contextlib.redirect_stdout(io.StringIO()):  # it prints its ranges
            self._protein = Protein(
                {"method": "protein", "metric": "score", "goal": "maximize", **settings},
                num_random_samples=_RANDOM_FIRST,
                seed_with_search_center=False,
            )
        self._ranges = ranges
        self._shares: dict[str, float] = {}
        self._worst = math.inf

    def suggest(self) -> dict[str, Number]:
        """Return a value for each setting."""
        with contextlib.redirect_stdout(io.StringIO()):
            self._shares, _ = self._protein.suggest(None)
        return {one.setting: one.at(float(self._shares[one.setting])) for one in self._ranges}

    def observe(self, values: Mapping[str, Number], score: float | None, seconds: float | None) -> None:  # noqa: ARG002 - the shares are kept
        """Learn how the last suggestion went."""
        self._worst = min(self._worst, math.inf if score is None else score)
        if score is None and math.isinf(self._worst):
            return
        self._protein.observe(self._shares, self._worst if score is None else score, max(seconds or 0.01, 0.01))


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
    if not 1 <= len(ranges) <= MAX_SETTINGS or len({one.setting for one in ranges}) != len(ranges):
        raise DemoError("A sweep varies one or two different settings.")
    if not 1 <= trials <= MAX_TRIALS:
        raise DemoError(f"A sweep has from 1 to {MAX_TRIALS} trials, not {trials}.")
    score_text = metric or spec.effects[0].metric
    parse_statistic(score_text)
    chosen = method or ("protein" if trials >= PROTEIN_FROM else "random")
    sampler: Sampler = (ProteinSampler if chosen == "protein" else RandomSampler)(ranges, seed=seeds[0])
    base = next(arm for arm in spec.arms if arm.id == spec.effects[0].better)
    rows: list[TrialRow] = []
    for number in range(1, trials + 1):
        values = sampler.suggest()
        label = ", ".join(f"{name} = {value:g}" for name, value in values.items())
        arm = Arm(f"trial-{number}", label, {**base.settings, **values})
        handle = start_run(
            replace(spec, arms=(arm,), effects=(), metric=score_text),
            budget=budget,
            device=device,
            runs_dir=runs_dir,
            seeds=seeds,
            steps=steps,
            detached=False,
        )
        try:
            row = _outcome(number, values, list(follow(handle)))
        finally:
            cancel(handle)  # does nothing unless we were interrupted
        sampler.observe(values, row.score, row.seconds)
        rows.append(row)
        if on_trial is not None:
            on_trial(row)
    return mark_front(rows)


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
