"""Records of the concept graph and of its checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rlmap.types.search import WorkAnswer

Formalism = Literal[0, 1, 2, 3]
Background = Literal["engineer", "mathematician", "any"]


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """``concept_id`` cannot be understood without ``requires_id``; ``reason`` says why.

    ``goals`` are indices (from 0) of the required concept's goals that are enough; empty means
    all of it.
    """

    concept_id: str
    requires_id: str
    reason: str
    goals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way into a concept, natural for learners of one background."""

    requires_id: str
    background: Background


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A group of which one member is enough."""

    concept_id: str
    reason: str
    options: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A place in a source: where it is, why to read it, what to skip."""

    source_id: str
    where: str
    why: str
    skip: str
    level: Literal["plain", "formal"]
    minutes: int


@dataclass(frozen=True, slots=True)
class Build:
    """Something to write: the task, how to know that it works, and how long it takes."""

    task: str
    check: str
    minutes: int
    substantial: bool


@dataclass(frozen=True, slots=True)
class CheckedAgainst:
    """A source against which a text was checked by someone other than its writer."""

    source_id: str
    where: str


@dataclass(frozen=True, slots=True)
class PassageRef:
    """A passage as a file of the map names it; the source says where it stood if it is gone."""

    source_id: str
    passage_id: str


@dataclass(frozen=True, slots=True)
class Concept:
    """One node of the map. ``formalism`` 0 needs no symbols, 3 needs proofs.

    ``pinned`` and ``rejected`` are passages that an editor put first, or out, after reading them.
    """

    id: str
    title: str
    aliases: tuple[str, ...]
    summary: str
    area: str
    formula: str
    formalism: Formalism
    minutes: int
    goals: tuple[str, ...]
    mistakes: tuple[str, ...]
    prerequisites: tuple[Prerequisite, ...]
    helpful: tuple[Prerequisite, ...]
    any_of: tuple[AnyOf, ...]
    readings: tuple[Reading, ...]
    build: Build | None
    demo_id: str | None
    pinned: tuple[PassageRef, ...] = ()
    rejected: tuple[PassageRef, ...] = ()
    checked_against: tuple[CheckedAgainst, ...] = ()

    @property
    def pinned_ids(self) -> frozenset[str]:
        """The passage ids of ``pinned``."""
        return frozenset(passage.passage_id for passage in self.pinned)

    @property
    def rejected_ids(self) -> frozenset[str]:
        """The passage ids of ``rejected``."""
        return frozenset(passage.passage_id for passage in self.rejected)


TrackKind = Literal["spine", "ending", "famous"]


@dataclass(frozen=True, slots=True)
class Track:
    """A named order through the map: the shared spine, an ending, or the order of a famous course.

    A ``famous`` order is compared with the map, never offered as a goal.
    """

    id: str
    title: str
    summary: str
    concept_ids: tuple[str, ...]
    kind: TrackKind = "ending"


@dataclass(frozen=True, slots=True)
class ConceptGraph:
    """A checked map: no cycle, no dangling id, every edge with a reason.

    ``areas`` gives the title of each area, ``area_summaries`` one sentence about it.
    """

    concepts: Mapping[str, Concept]
    areas: Mapping[str, str]
    tracks: Mapping[str, Track] = field(default_factory=dict)
    area_summaries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a data file; ``fix`` says what to do about it."""

    file: str
    field: str
    message: str
    fix: str = ""
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a work writes a quantity: ``writes`` is LaTeX, ``note`` what the letters do not show."""

    work: str
    source_id: str
    writes: str
    note: str


@dataclass(frozen=True, slots=True)
class QuantitySpellings:
    """A quantity in the handbook's LaTeX (``ours``), and how works write it."""

    name: str
    ours: str
    spellings: tuple[Spelling, ...]


@dataclass(frozen=True, slots=True)
class ConceptView:
    """Everything a concept page shows: the concept, its neighbours, its article, its quotes.

    ``article`` is the handbook's Markdown without front matter, empty where there is none.
    ``unlocks`` are edges from this concept; ``answers`` are grouped by work, plain to formal.
    ``evidence`` holds, by the id of a concept that this one needs, a quote that speaks of both.
    ``notation`` has the quantities of this concept, as each work writes them. ``touching`` are
    works that speak of the concept without explaining it, where few explain it.
    """

    concept: Concept
    area_title: str
    article: str
    unlocks: tuple[Prerequisite, ...]
    answers: tuple[WorkAnswer, ...]
    evidence: Mapping[str, WorkAnswer]
    notation: tuple[QuantitySpellings, ...] = ()
    touching: tuple[WorkAnswer, ...] = ()
