"""Records of a search: terms, passages found, works that answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rlmap.types.sources import Profile, Quote, Source, SourceKind

TermOrigin = Literal["question", "title", "alias", "spelling", "map", "feedback", "model", "user", "follow-up"]
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
    takes one to four; ``headings`` what it stands below, outermost first. ``places`` are the half-open
    ranges of the sentences, from the passage's beginning, in the canonical text whose SHA-256 is
    ``reading``; neither is there where nothing will be quoted.
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
    headings: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    reading: str = ""


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
class AskResult:
    """The answer to a question: quotes only, grouped by work."""

    query: str
    terms: tuple[SearchTerm, ...]
    state: AnswerState
    answers: tuple[WorkAnswer, ...]
    concepts: tuple[str, ...]
    further_reading: tuple[FurtherReading, ...]
    elapsed_ms: float
