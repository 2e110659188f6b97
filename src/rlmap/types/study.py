"""Records of a learner and of the path that is planned for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rlmap.types.graph import Reading

Level = Literal[0, 1, 2, 3]
StepKind = Literal["read", "build", "demo", "check", "paper"]


@dataclass(frozen=True, slots=True)
class LearnerProfile:
    """Who learns: levels 0-3, what is known already, what is wanted.

    ``taste`` in [-1, 1]: -1 wants more building, 1 wants more theory. ``unknown`` names concepts
    that are to be taught although the levels suggest that they are known.
    """

    goals: tuple[str, ...]
    maths: Level = 1
    engineering: Level = 1
    deep_learning: Level = 0
    known: frozenset[str] = frozenset()
    known_roughly: frozenset[str] = frozenset()
    hours_per_week: float = 5.0
    taste: float = 0.0
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and why now."""

    kind: StepKind
    concept_id: str
    title: str
    because: str
    minutes: int
    readings: tuple[Reading, ...] = ()
    note: str = ""
    demo_id: str | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A way to go on after a path: an ending of the map and the first concepts of it that are ready.

    ``minutes`` is what these concepts take.
    """

    track_id: str
    title: str
    because: str
    concept_ids: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a path that ends with something to show for it.

    ``first`` and ``last`` are places in the path's steps, from 0, both included; ``title`` names
    what has been built at its end, or the goal. ``minutes`` is the time of its steps.
    """

    title: str
    first: int
    last: int
    minutes: int


@dataclass(frozen=True, slots=True)
class StudyPath:
    """A strict order of steps towards the goals of a profile.

    The ``known`` and ``known_roughly`` of its profile list all that the plan takes for such, by
    name or by level. ``stages`` cover the steps without gaps; ``goal_ids`` are the concepts that
    its goals stand for.
    """

    profile: LearnerProfile
    steps: tuple[Step, ...]
    total_minutes: int
    branches: tuple[Branch, ...] = ()
    stages: tuple[Stage, ...] = ()
    goal_ids: tuple[str, ...] = ()
