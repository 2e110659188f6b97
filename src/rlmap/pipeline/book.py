"""The handbook as a book: every article once, in the order of a path through the whole map.

Nothing here is ordered by hand. Each part is what one track needs beyond the parts before it, in
the order that the planner finds for a learner who takes nothing for known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rlmap.corpus.handbook import load_articles
from rlmap.corpus.handbook_article import Article
from rlmap.errors import InputError
from rlmap.graph.load import load_graph
from rlmap.pipeline.maps import edges_from
from rlmap.settings import Settings
from rlmap.study.plan import plan
from rlmap.types import Concept, ConceptGraph, LearnerProfile, Prerequisite

#: The title of what no track leads to; the map's check warns of such concepts.
_REST = ("more", "More", "What no track leads to.")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One article in its place; ``number`` counts through the whole book, from 1.

    ``unlocks`` are the edges from its concept to later ones.
    """

    number: int
    concept: Concept
    article: Article
    unlocks: tuple[Prerequisite, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The chapters that one track adds."""

    id: str
    title: str
    summary: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Book:
    """All parts in order."""

    parts: tuple[Part, ...]
    graph: ConceptGraph

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """All chapters in order."""
        return tuple(chapter for part in self.parts for chapter in part.chapters)

    @cached_property
    def by_concept(self) -> dict[str, Chapter]:
        """The chapters by concept id."""
        return {chapter.concept.id: chapter for chapter in self.chapters}


def make_book(settings: Settings) -> Book:
    """Put every article of the handbook in its place.

    Raises
    ------
    GraphError
        If the map is not sound.
    InputError
        If an article cannot be read, belongs to no concept, or is missing.
    """
    graph = load_graph(settings.graph_dir)
    articles = {article.concept_id: article for article in load_articles(settings.corpus_dir / "handbook")}
    astray = sorted(set(articles) ^ set(graph.concepts))
    if astray:
        raise InputError(f"The concept {astray[0]!r} and its article do not meet: `rlmap check` says what is missing.")
    parts: list[Part] = []
    number = 1
    for (id_, title, summary), concept_ids in book_order(graph):
        chapters = tuple(
            Chapter(at, graph.concepts[concept_id], articles[concept_id], edges_from(graph, concept_id))
            for at, concept_id in enumerate(concept_ids, number)
        )
        number += len(chapters)
        parts.append(Part(id_, title, summary, chapters))
    return Book(tuple(parts), graph)


def book_order(graph: ConceptGraph) -> list[tuple[tuple[str, str, str], tuple[str, ...]]]:
    """Return ``(id, title, summary)`` and the concepts of each part, every concept of the map once.

    A concept comes after all that it needs, and after one way into it where there are several.
    """
    parts: list[tuple[tuple[str, str, str], tuple[str, ...]]] = []
    behind: frozenset[str] = frozenset()
    tracks = [track for track in graph.tracks.values() if track.kind != "famous"]
    wanted = [((track.id, track.title, track.summary), (track.id,)) for track in tracks]
    for names, goals in [*wanted, (_REST, tuple(graph.concepts))]:
        profile = LearnerProfile(goals=goals, maths=0, engineering=0, deep_learning=0, known=behind)
        steps = plan(graph, profile).steps if behind != set(graph.concepts) else ()
        added = tuple(step.concept_id for step in steps if step.kind == "read")
        if added:
            parts.append((names, added))
            behind |= set(added)
    return parts
