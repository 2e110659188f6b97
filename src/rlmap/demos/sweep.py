"""Searching one or two settings of a demo for what scores most in the least time.

Each trial is a run of its own, of one arm whose settings are the suggested ones. Suggestions come from PufferLib's
Protein (a Gaussian process over scores and costs) or, since that needs some trials before it knows anything and seconds
for each suggestion, at random.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from rlmap.demos.curves import metric_points
from rlmap.demos.experiment import OWN_ARM
from rlmap.demos.results import final_values, parse_statistic
from rlmap.demos.runner import cancel, follow, start_run
from rlmap.errors import DemoError
from rlmap.types import Budget, DemoSpec, Device, Finished, Slider

Method = Literal["auto", "random", "protein"]
#: Protein's model is worth its time from so many trials on.
ENOUGH_FOR_PROTEIN = 12
Suggestion = dict[str, float]
#: How to suggest, and how to tell what came of it.
Search = tuple[Callable[[], Suggestion], Callable[[Suggestion, "SweepTrial"], None]]


@dataclass(frozen=True, slots=True)
class SweepTrial:
    """One trial: the settings, the median score over seeds, and the seconds that one training took."""

    settings: Mapping[str, float]
    score: float
    seconds: float
    run_id: str


def sweep_demo(
    spec: DemoSpec,
    settings: Sequence[str],
    *,
    trials: int,
    runs_dir: Path,
    budget: Budget = "quick",
    device: Device = "auto",
    method: Method = "auto",
    seeds: Sequence[int] = (1, 2, 3),
    seed: int = 0,
) -> Iterator[SweepTrial]:
    """Yield trials as they end; use :func:`rlmap.demos.curves.pareto_front` to tell the best.

    Parameters
    ----------
    spec : DemoSpec
        The demo; the score is its metric.
    settings : sequence of str
        One or two settings that have sliders; the sliders bound the search.
    trials : int
        How many, at least 1.
    runs_dir, budget, device, seeds
        As in :func:`rlmap.demos.runner.start_run`.
    method : {"auto", "random", "protein"}
        ``auto`` takes Protein from 12 trials on.
    seed : int
        Of the suggestions.

    Raises
    ------
    DemoError
        If a setting has no slider, or the numbers make no sense.
    """
    sliders = _sliders(spec, settings)
    if trials < 1:
        raise DemoError(f"A sweep needs at least one trial, not {trials}.")
    if method == "auto":
        method = "protein" if trials >= ENOUGH_FOR_PROTEIN else "random"
    suggest, observe = _protein(sliders, seed) if method == "protein" else _random(sliders, seed)
    for _ in range(trials):
        suggestion = suggest()
        typed = {name: _as_given(spec, name, value) for name, value in suggestion.items()}
        handle = start_run(
            spec,
            budget=budget,
            device=device,
            runs_dir=runs_dir,
            seeds=seeds,
            overrides=typed,
            only_own=True,
            detached=False,
        )
        trial = _outcome(spec, typed, handle)
        observe(suggestion, trial)
        yield trial


def _outcome(spec: DemoSpec, typed: Mapping[str, float], handle: RunHandle) -> SweepTrial:
    try:
        events = list(follow(handle))
    finally:
        cancel(handle)
    points = metric_points(events)
    values = final_values(points, parse_statistic(spec.metric)).get(OWN_ARM, {})
    if not isinstance(events[-1], Finished) or not values:
        return SweepTrial(typed, float("-inf"), 0.0, handle.run_id)
    ends = {point.seed: point.time_s for point in points}
    return SweepTrial(
        typed, float(np.median(list(values.values()))), float(np.median(list(ends.values()))), handle.run_id
    )


def _sliders(spec: DemoSpec, settings: Sequence[str]) -> list[Slider]:
    if not 1 <= len(settings) <= 2:
        raise DemoError("A sweep searches one or two settings.")
    known = {slider.setting: slider for slider in spec.sliders}
    for name in settings:
        if name not in known:
            raise DemoError(f"The demo {spec.id} has no slider for {name!r}. It has: {', '.join(known) or 'none'}.")
    return [known[name] for name in settings]


def _as_given(spec: DemoSpec, name: str, value: float) -> float | int:
    whole = all(
        isinstance(table[name], int) for table in (spec.settings, *(arm.settings for arm in spec.arms)) if name in table
    )
    return round(value) if whole else float(value)


def _random(sliders: Sequence[Slider], seed: int) -> Search:
    rng = np.random.default_rng(seed)

    def suggest() -> Suggestion:
        return {slider.setting: float(rng.uniform(slider.minimum, slider.maximum)) for slider in sliders}

    return suggest, lambda *_: None


def _protein(sliders: Sequence[Slider], seed: int) -> Search:
    import torch  # noqa: PLC0415 - the search is the only thing here that needs it
    from pufferlib import sweep  # noqa: PLC0415 - as above

    torch.manual_seed(seed)
    np.random.seed(seed)
    space: dict[str, Any] = {
        slider.setting: {
            "distribution": "uniform",
            "min": slider.minimum,
            "max": slider.maximum,
            "mean": (slider.minimum + slider.maximum) / 2,
            "scale": "auto",
        }
        for slider in sliders
    }
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does
        search = sweep.Protein({"metric": "score", "goal": "maximize", **space})

    def suggest() -> Suggestion:
        with contextlib.redirect_stdout(io.StringIO()):
            found, _ = search.suggest(fill=None)
        return {
            slider.setting: float(np.clip(found[slider.setting], slider.minimum, slider.maximum)) for slider in sliders
        }

    def observe(suggestion: Suggestion, trial: SweepTrial) -> None:
        if np.isfinite(trial.score):
            search.observe(suggestion, trial.score, max(trial.seconds, 1e-3))

    return suggest, observe
