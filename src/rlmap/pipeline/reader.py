"""A document to read: its pages or parts, with the places that answers may quote and what they explain."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rlmap.corpus.display import display_of
from rlmap.corpus.pages import boxes_of, page_picture
from rlmap.corpus.verify import file_sha256
from rlmap.errors import UnknownNameError
from rlmap.graph.explains import TOUCHES_FROM, Candidate, explanation_score
from rlmap.graph.mentions import longer_names, mentions
from rlmap.pipeline.linking import signals_of
from rlmap.pipeline.workspace import Workspace
from rlmap.types import Concept, ConceptGraph, Document, Extraction, Hit, Locator, Passage, Reading

#: A text without pages is shown in parts of about so many characters, cut between paragraphs.
_PART_CHARS = 12_000
_CONCEPTS_OF_A_PLACE = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A passage on the part that is shown; offsets count from the part's first character."""

    passage_id: str
    start: int
    end: int
    words: str
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A page, or a stretch of a text without pages.

    ``number`` counts from 1 to ``count``; ``label`` is what is printed on the page. ``start`` is
    the offset of the part's ``text`` in the document. ``changed`` says that the file is gone or
    is no longer the one that was read.
    """

    document: Document
    number: int
    count: int
    label: str
    start: int
    text: str
    places: tuple[Place, ...]
    has_picture: bool
    changed: bool

    @property
    def quotable_share(self) -> float:
        """The share of the part's characters that answers may quote, in [0, 1]."""
        return sum(place.end - place.start for place in self.places) / max(1, len(self.text))


def source_documents(workspace: Workspace, source_id: str) -> tuple[Document, ...]:
    """Return the documents of a source that were read, by id."""
    return workspace.store.documents(source_id)


def readings_of(graph: ConceptGraph, source_id: str) -> tuple[tuple[Concept, Reading], ...]:
    """Return the readings that the map recommends in a source, with their concepts."""
    return tuple(
        (concept, reading)
        for concept in graph.concepts.values()
        for reading in concept.readings
        if reading.source_id == source_id
    )


def open_part(
    workspace: Workspace, document_id: str, number: int | None = None, *, at: int | None = None
) -> DocumentPart:
    """Return a part of a document.

    Parameters
    ----------
    workspace : Workspace
        Holds the corpus.
    document_id : str
        A document that was read.
    number : int, optional
        Which part, from 1; the first unless given.
    at : int, optional
        A character of the document: the part that holds it is opened instead.

    Raises
    ------
    UnknownNameError
        If there is no such document or part.
    """
    document = workspace.store.document(document_id)
    extraction = workspace.store.extraction(document_id)
    ranges = _ranges(extraction)
    if at is not None:
        number = max(1, bisect_right([start for start, _, _ in ranges], at))
    number = number or 1
    if not 1 <= number <= len(ranges):
        raise UnknownNameError("part", f"{document_id} {number}", [f"1 to {len(ranges)}"])
    start, end, label = ranges[number - 1]
    inside = [p for p in workspace.store.passages_of(document_id) if start <= p.locator.start < end]
    return DocumentPart(
        document=document,
        number=number,
        count=len(ranges),
        label=label,
        start=start,
        text=extraction.text[start:end],
        places=tuple(_place(workspace, document, extraction, passage, (start, end)) for passage in inside),
        has_picture=document.media_type == "application/pdf",
        changed=_changed(document),
    )


def part_picture(workspace: Workspace, part: DocumentPart, chosen: Place | None = None) -> bytes:
    """Return a PNG of the page of a part, with every quotable place marked, or only the chosen one.

    Raises
    ------
    ExtractError
        If the original file cannot be read or drawn.
    """
    extraction = workspace.store.extraction(part.document.id)
    places = [chosen] if chosen else part.places
    boxes = [
        box
        for place in places
        for box in boxes_of(
            part.document,
            extraction,
            Locator(part.document.id, part.start + place.start, part.start + place.end),
            workspace.readings,
        )
    ]
    return page_picture(part.document, part.number - 1, boxes, zoom=1.6)


def _ranges(extraction: Extraction) -> list[tuple[int, int, str]]:
    """Return (start, end, label) of every part, in order."""
    if extraction.pages:
        return [(page.start, page.end, page.label) for page in extraction.pages]
    text, start = extraction.text, 0
    ranges: list[tuple[int, int, str]] = []
    while start < len(text) or not ranges:
        end = len(text) if len(text) - start <= 1.5 * _PART_CHARS else text.find("\n\n", start + _PART_CHARS)
        end = len(text) if end < 0 else end
        ranges.append((start, end, str(len(ranges) + 1)))
        start = max(end, start + 1)
    return ranges


def _place(
    workspace: Workspace, document: Document, extraction: Extraction, passage: Passage, part: tuple[int, int]
) -> Place:
    words = display_of(document, extraction, passage.locator).text
    return Place(
        passage_id=passage.id,
        start=passage.locator.start - part[0],
        end=min(passage.locator.end, part[1]) - part[0],
        words=words,
        concepts=_explained(workspace, document, passage, words),
    )


def _explained(workspace: Workspace, document: Document, passage: Passage, words: str) -> tuple[str, ...]:
    """Return the concepts that a passage explains, or at least touches on, most surely explained first."""
    graph = workspace.graph
    named = [concept for concept in graph.concepts.values() if _is_named(concept, words, passage.section_path)]
    scored: list[tuple[float, str]] = []
    for concept, signals in zip(named, signals_of(workspace, named, words), strict=True):
        hit, headings = Hit(passage.id, "", 0.0, 1, ()), (document.title, *passage.section_path)
        candidate = Candidate(hit, words, headings, passage.formalism, signals)
        score = explanation_score(concept, candidate, longer_names(graph, concept))
        if score >= TOUCHES_FROM:
            scored.append((-score, concept.id))
    return tuple(concept_id for _, concept_id in sorted(scored)[:_CONCEPTS_OF_A_PLACE])


def _is_named(concept: Concept, words: str, section_path: Sequence[str]) -> bool:
    return bool(mentions(concept, words) or (section_path and mentions(concept, section_path[-1])))


def _changed(document: Document) -> bool:
    try:
        return file_sha256(document.path) != document.sha256
    except OSError:
        return True
