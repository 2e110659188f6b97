"""Records of a demo: what it compares, and the events of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Device = Literal["auto", "cpu", "cuda"]
Budget = Literal["quick", "full"]


@dataclass(frozen=True, slots=True)
class Arm:
    """One value of the thing that is varied."""

    id: str
    label: str
    settings: Mapping[str, float | int | str | bool]


@dataclass(frozen=True, slots=True)
class Effect:
    """The expected outcome as a test.

    ``median(metric of better) - median(metric of worse) >= margin`` over seeds.
    """

    metric: str
    better: str
    worse: str
    margin: float
    statement: str


@dataclass(frozen=True, slots=True)
class BudgetSpec:
    """How long a run is: environment steps per arm and seed, and how many seeds."""

    steps: int
    seeds: int
    max_seconds: float


@dataclass(frozen=True, slots=True)
class Slider:
    """A setting that the learner may change, with its bounds."""

    setting: str
    label: str
    minimum: float
    maximum: float
    step: float


@dataclass(frozen=True, slots=True)
class DemoSpec:
    """A controlled experiment: one question, one thing varied, everything else fixed."""

    id: str
    title: str
    concept_ids: tuple[str, ...]
    question: str
    varied: str
    fixed: str
    look_at: str
    try_next: str
    env: str
    learner: str
    metric: str
    metric_label: str
    arms: tuple[Arm, ...]
    settings: Mapping[str, float | int | str | bool]
    budgets: Mapping[str, BudgetSpec]
    effects: tuple[Effect, ...]
    sliders: tuple[Slider, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """A run began: what, on which machine, with which versions."""

    run_id: str
    demo_id: str
    budget: str
    device: str
    arms: tuple[str, ...]
    seeds: tuple[int, ...]
    versions: Mapping[str, str]
    machine: str
    time_s: float


@dataclass(frozen=True, slots=True)
class Metric:
    """One point of a curve: ``time_s`` since this arm and seed began, ``step`` environment steps."""

    arm: str
    seed: int
    step: int
    time_s: float
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Finished:
    """A run ended: final metric by arm and seed, and whether each expected effect was observed.

    ``time_s`` is what a clock on the wall showed, ``cpu_s`` what the run and its processes cost the processors: on a
    busy machine the second says more.
    """

    results: Mapping[str, Mapping[str, float]]
    effects: tuple[Mapping[str, float | str | bool], ...]
    summary: str
    time_s: float
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """A run, or one arm of it, ended without a result."""

    reason: str
    arm: str | None
    seed: int | None
    cancelled: bool
    time_s: float


Event = Started | Metric | Finished | Failed
