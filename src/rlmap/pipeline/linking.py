"""From concepts and edges to passages: what explains a concept, what shows why one needs another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from rlmap.corpus.display import display_of
from rlmap.errors import InputError
from rlmap.graph.evidence import edge_evidence, sentences_of_both
from rlmap.graph.explains import Candidate
from rlmap.graph.links import WorkLinks, link_queries, rank_links
from rlmap.graph.mentions import longer_names
from rlmap.pipeline.quoting import quote_sentences, source_of
from rlmap.pipeline.workspace import Workspace
from rlmap.search.fuse import find_candidates, hits_of
from rlmap.types import Concept, Hit, SearchTerm, SourceKind, WorkAnswer

#: Retrieved passages whose words are judged; those that explain stand far above the last of them.
_JUDGED = 250
_JUDGED_FOR_EDGE = 60

#: The handbook's article is the concept's own page, so that others are to speak here.
OUTSIDE: frozenset[SourceKind] = frozenset(get_args(SourceKind)) - {"handbook"}


def concept_links(workspace: Workspace, concept: Concept, *, works: int, per_work: int = 1) -> tuple[WorkLinks, ...]:
    """Return the passages of outside works that explain a concept, works plain to formal.

    Raises
    ------
    IndexMissingError
        If nothing is indexed yet.
    """
    question, *others = link_queries(concept)
    terms = (SearchTerm(question, "question"), *(SearchTerm(text, "user") for text in others))
    return rank_links(
        concept,
        [*_candidates(workspace, terms, _JUDGED), *_pinned(workspace, concept)],
        others=longer_names(workspace.graph, concept),
        most_works=works,
        per_work=per_work,
    )


def needs_evidence(workspace: Workspace, concept: Concept) -> dict[str, WorkAnswer]:
    """Return, by the id of what a concept needs, a quote that speaks of both; few edges have none."""
    edges = [(edge.requires_id, edge.reason) for edge in concept.prerequisites]
    edges += [(option.requires_id, group.reason) for group in concept.any_of for option in group.options]
    evidence = {}
    for requires_id, reason in edges:
        answer = _evidence(workspace, workspace.graph.concepts[requires_id], concept, reason)
        if answer is not None:
            evidence[requires_id] = answer
    return evidence


def _evidence(workspace: Workspace, needed: Concept, concept: Concept, reason: str) -> WorkAnswer | None:
    terms = (SearchTerm(reason, "question"), SearchTerm(f"{needed.title} {concept.title}", "user"))
    candidates = _candidates(workspace, terms, _JUDGED_FOR_EDGE)
    hits = {candidate.hit.passage_id: candidate.hit for candidate in candidates}

    def both(_: str, sentences: Sequence[str]) -> tuple[int, int] | None:
        return sentences_of_both(needed, concept, sentences)

    for link in edge_evidence(needed, concept, candidates, most=len(candidates)):
        quote = quote_sentences(workspace, hits[link.passage_id], both)
        if quote is not None:
            return WorkAnswer(source_of(workspace, quote), (quote,))
    return None


def _candidates(workspace: Workspace, terms: Sequence[SearchTerm], most: int) -> list[Candidate]:
    found = find_candidates(workspace.index, workspace.encoder, terms, kinds=OUTSIDE)
    return _with_texts(workspace, hits_of(found, range(min(most, len(found.scores)))))


def _pinned(workspace: Workspace, concept: Concept) -> list[Candidate]:
    """Return the pinned passages that this corpus holds, as if retrieval had found them."""
    hits = []
    for passage_id in concept.pinned:
        try:
            work_id = workspace.index.work_of(passage_id)
        except InputError:
            continue  # an editor may pin a passage of a source that not everybody has fetched
        hits.append(Hit(passage_id, work_id, 1.0, 1, ("pinned",)))
    return _with_texts(workspace, hits)


def _with_texts(workspace: Workspace, hits: Iterable[Hit]) -> list[Candidate]:
    hits = list(hits)
    passages = workspace.store.passages([hit.passage_id for hit in hits])
    candidates = []
    read = {}
    for hit, passage in zip(hits, passages, strict=True):
        document_id = passage.locator.document_id
        if document_id not in read:
            read[document_id] = (workspace.store.document(document_id), workspace.store.extraction(document_id))
        text = display_of(*read[document_id], passage.locator).text
        candidates.append(Candidate(hit, text, passage.section_path, passage.formalism))
    return candidates
