"""From edges to the passages that show why one concept needs another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rlmap.graph.evidence import edge_evidence, sentences_of_both
from rlmap.graph.explains import Candidate, Signals
from rlmap.pipeline.linking import OUTSIDE, candidates_of, read_texts
from rlmap.pipeline.quoting import quote_sentences, source_of
from rlmap.pipeline.workspace import Workspace
from rlmap.search.fuse import find_candidates, hits_of
from rlmap.types import Concept, Hit, Progress, SearchTerm, WorkAnswer, no_progress

_JUDGED = 60


@dataclass(frozen=True, slots=True)
class EdgeCoverage:
    """How many edges, alternatives included, have a passage that names both ends; ``without`` lists the others."""

    edges: int
    with_passage: int
    without: tuple[str, ...]


def needs_evidence(workspace: Workspace, concept: Concept) -> dict[str, WorkAnswer]:
    """Return, by the id of what a concept needs, a quote that speaks of both; few edges have none."""
    evidence = {}
    for requires_id, reason in _edges(concept):
        answer = _evidence(workspace, workspace.graph.concepts[requires_id], concept, reason)
        if answer is not None:
            evidence[requires_id] = answer
    return evidence


def edge_coverage(workspace: Workspace, *, progress: Progress = no_progress) -> EdgeCoverage:
    """Count the edges that this corpus holds a passage for; each document is read only once for all of them.

    Raises
    ------
    IndexMissingError
        If nothing is indexed yet.
    """
    concepts = workspace.graph.concepts
    edges = [(concept, needed, reason) for concept in concepts.values() for needed, reason in _edges(concept)]
    hits = []
    for done, (concept, needed, reason) in enumerate(edges, start=1):
        hits.append(_hits(workspace, concepts[needed], concept, reason))
        progress("Finding passages of edges", done, len(edges))
    texts = read_texts(workspace, [hit.passage_id for found in hits for hit in found])
    without = []
    for (concept, needed, _), found in zip(edges, hits, strict=True):
        candidates = candidates_of(texts, found, [Signals()] * len(found))
        if not edge_evidence(concepts[needed], concept, candidates, most=1):
            without.append(f"{needed} -> {concept.id}")
    return EdgeCoverage(len(edges), len(edges) - len(without), tuple(without))


def _edges(concept: Concept) -> Iterator[tuple[str, str]]:
    """Yield what a concept needs, alternatives included, with the reason."""
    yield from ((edge.requires_id, edge.reason) for edge in concept.prerequisites)
    yield from ((option.requires_id, group.reason) for group in concept.any_of for option in group.options)


def _evidence(workspace: Workspace, needed: Concept, concept: Concept, reason: str) -> WorkAnswer | None:
    found = _hits(workspace, needed, concept, reason)
    texts = read_texts(workspace, [hit.passage_id for hit in found])
    candidates: list[Candidate] = candidates_of(texts, found, [Signals()] * len(found))
    hits = {candidate.hit.passage_id: candidate.hit for candidate in candidates}

    def both(_: str, sentences: Sequence[str]) -> tuple[int, int] | None:
        return sentences_of_both(needed, concept, sentences)

    for link in edge_evidence(needed, concept, candidates, most=len(candidates)):
        quote = quote_sentences(workspace, hits[link.passage_id], both)
        if quote is not None:
            return WorkAnswer(source_of(workspace, quote), (quote,))
    return None


def _hits(workspace: Workspace, needed: Concept, concept: Concept, reason: str) -> list[Hit]:
    terms = (SearchTerm(reason, "question"), SearchTerm(f"{needed.title} {concept.title}", "user"))
    found = find_candidates(workspace.index, workspace.encoder, terms, kinds=OUTSIDE)
    return hits_of(found, range(min(_JUDGED, len(found.scores))))
