"""All records that pass between the packages.

Every record is frozen and slotted, holds plain values and knows nothing of files, networks or
screens. Offsets are half-open character ranges; lengths of time carry their unit in the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

# ---------------------------------------------------------------- sources and documents

SourceKind = Literal["paper", "textbook", "course", "blog", "docs", "handbook", "own"]
Profile = Literal["handbook", "registry", "open", "personal", "own"]
BlockType = Literal[
    "prose",
    "heading",
    "list",
    "quote",
    "caption",
    "math",
    "code",
    "table",
    "parameters",
    "signature",
    "reference",
    "running-head",
    "navigation",
    "quiz",
    "garbage",
]

#: Blocks that explain something in sentences: only these become passages that answers may quote.
QUOTABLE_BLOCKS: frozenset[str] = frozenset({"prose", "list", "quote"})


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a package on the package index; ``include`` are globs of the members to read."""

    package: str
    version: str
    filename: str
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file at an address; ``url`` is pinned to a commit where the licence is open.

    ``pinned`` says that the address always serves the same bytes, so that they must have the
    source's hash; otherwise the hash of the first fetch is recorded and compared afterwards.
    """

    url: str
    size_bytes: int | None = None
    pinned: bool = True


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file or folder on this machine: the handbook of a checkout, or a user's own document.

    ``path`` is absolute, or relative to the folder of the manifest; ``include`` are globs of
    the files of a folder to read, empty for every file that rlmap can read.
    """

    path: str
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartOf:
    """A part of the file of another source: what stands below its top heading ``heading``."""

    source_id: str
    heading: str


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the manifest: an artefact that is fetched as a whole.

    ``work_id`` joins editions and chapters of one work. ``sha256`` is that of the fetched
    artefact, ``None`` until a first fetch has recorded it. ``url`` is where a reader finds it.
    ``location`` is where the fetcher finds it, ``None`` when only a mirror or the user's own
    copy can supply it. ``on_request`` says why a source of a default profile is fetched only when
    its profile is asked for; it is empty for all others.
    """

    id: str
    work_id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    kind: SourceKind
    licence: str
    url: str
    profile: Profile
    sha256: str | None
    media_type: str
    location: PackageFile | WebFile | LocalFile | PartOf | None
    how_to_read: str = ""
    explains: str = ""
    on_request: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One readable file of a source.

    A paper is a source with one document whose id is the source's id; a package is a source
    with many, whose ids are ``<source id>/<path inside the archive>``. ``path`` is the file on
    this machine; ``sha256`` is that of its bytes.
    """

    id: str
    source_id: str
    path: str
    member: str
    media_type: str
    sha256: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document. ``label`` is the printed page number, ``start``/``end`` characters."""

    index: int
    label: str
    start: int
    end: int
    width: float
    height: float
    rotation: int


@dataclass(frozen=True, slots=True)
class Block:
    """A typed range of the canonical text, below the headings named in ``section_path``.

    ``reason`` says in a few words why a block that looks like text is typed ``garbage`` or
    ``navigation``; empty otherwise.
    """

    start: int
    end: int
    block_type: BlockType
    section_path: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an engine read from a document.

    ``text`` is the canonical text: the engine's output, never cleaned, and the only text that
    is quoted. ``blocks`` are ordered and do not overlap.
    """

    document_id: str
    engine: str
    engine_version: str
    text: str
    text_sha256: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Locator:
    """Half-open character offsets into the canonical text of a document."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotable stretch of a document.

    ``id`` is a hash of (document sha256, start, end); ``formalism`` in [0, 1] is the share of
    it that is mathematics.
    """

    id: str
    locator: Locator
    section_path: tuple[str, ...]
    block_type: BlockType
    formalism: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the top left corner of the unrotated page."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of re-reading a quote in its original file.

    ``state`` is ``verified`` when the file's hash, the slice and (for PDF) a second engine all
    agree; ``picture`` when the file and slice agree but the second engine reads the place
    differently, so the page picture should be shown; ``withdrawn`` when the file is gone or
    changed. ``reason`` says why in one sentence unless verified.
    """

    state: Literal["verified", "picture", "withdrawn"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A verified slice of a source.

    ``exact`` is the canonical slice, ``display`` the same words made readable (lines joined,
    markup hidden), ``prefix``/``suffix`` the canonical characters around it. ``line`` is the
    first line of the slice in a text file (from 1), ``None`` for PDF. ``link`` is the address of
    the source, with the place in it where its format knows one.
    """

    passage_id: str
    locator: Locator
    exact: str
    display: str
    prefix: str
    suffix: str
    page: int | None
    page_label: str | None
    line: int | None
    section: tuple[str, ...]
    boxes: tuple[Box, ...]
    verification: Verification
    formalism: float
    score: float
    rank: int
    found_by: tuple[str, ...]
    link: str = ""

    @property
    def verified(self) -> bool:
        """Whether the words were found again, unchanged, in the original file."""
        return self.verification.state == "verified"


# ---------------------------------------------------------------- search

TermOrigin = Literal["question", "alias", "spelling", "map", "feedback", "model", "user", "follow-up"]
AnswerState = Literal["found", "partial", "nothing"]


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A text that is searched for, and where it came from."""

    text: str
    origin: TermOrigin


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """A passage as the search package sees it: what to index and how to group and filter it.

    ``text`` is the index text (display text, never shown); ``context`` is its title and
    headings, indexed with it. ``sentences`` are its whole sentences in order, of which a quote
    takes one to four.
    """

    passage_id: str
    work_id: str
    source_id: str
    kind: SourceKind
    year: int | None
    formalism: float
    text: str
    context: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. ``score`` in [0, 1], higher is better; ``rank`` counts from 1."""

    passage_id: str
    work_id: str
    score: float
    rank: int
    found_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkAnswer:
    """What one work says: its quotes, best first."""

    source: Source
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class AskResult:
    """The answer to a question: quotes only, grouped by work."""

    query: str
    terms: tuple[SearchTerm, ...]
    state: AnswerState
    answers: tuple[WorkAnswer, ...]
    concepts: tuple[str, ...]
    further_reading: tuple[FurtherReading, ...]
    elapsed_ms: float


# ---------------------------------------------------------------- concept graph

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
class FurtherReading:
    """A reading that an answer points to, with what it takes to have it.

    ``url`` is where a reader finds the source, empty if unknown. ``fetched`` says whether it is on
    this machine, ``fetchable`` whether rlmap can fetch it by itself.
    """

    source_id: str
    title: str
    url: str
    where: str
    why: str
    skip: str
    level: Literal["plain", "formal"]
    minutes: int
    profile: Profile
    fetched: bool
    fetchable: bool


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
class Concept:
    """One node of the map. ``formalism`` 0 needs no symbols, 3 needs proofs."""

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
    pinned: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    checked_against: tuple[CheckedAgainst, ...] = ()


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


# ---------------------------------------------------------------- study

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


# ---------------------------------------------------------------- demos

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


# ---------------------------------------------------------------- progress of long work


class Progress(Protocol):
    """Called as work advances: ``stage`` names it, ``done`` of ``total`` units are finished."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report; must be quick and must not raise."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Report to nobody."""
