"""From concepts and edges to passages: what explains a concept, what shows why one needs another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from rlmap.corpus.display import display_of
from rlmap.errors import InputError
from rlmap.graph.evidence import edge_evidence, sentences_of_both
from rlmap.graph.explains import EXPLAINS_FROM, TOUCHES_FROM, Candidate, Signals
from rlmap.graph.links import WorkLinks, rank, rank_links
from rlmap.graph.mentions import longer_names, names_of
from rlmap.pipeline.quoting import quote_sentences, source_of
from rlmap.pipeline.workspace import Workspace
from rlmap.search.explain import explanation
from rlmap.search.fuse import find_candidates, hits_of
from rlmap.search.lexical import Rows
from rlmap.search.store import Filter
from rlmap.search.tokens import stems
from rlmap.types import Concept, Hit, SearchTerm, SourceKind, WorkAnswer

#: Passages that each signal proposes for a concept; those that explain it stand far above the last.
_PROPOSED = 60
_JUDGED_FOR_EDGE = 60

#: The handbook's article is the concept's own page, so that others are to speak here.
OUTSIDE: frozenset[SourceKind] = frozenset(get_args(SourceKind)) - {"handbook"}


@dataclass(frozen=True, slots=True)
class ConceptLinks:
    """What outside works say of a concept: those that explain it, plain to formal, and those that touch on it."""

    explaining: tuple[WorkLinks, ...]
    touching: tuple[WorkLinks, ...]


def concept_links(workspace: Workspace, concept: Concept, *, works: int, enough: int = 0) -> ConceptLinks:
    """Return the passages of outside works that explain a concept, one of each work.

    Parameters
    ----------
    workspace : Workspace
        With an index.
    concept : Concept
        A concept of the map.
    works : int
        At most so many works.
    enough : int
        Where fewer works explain the concept, works that touch on it fill up to this number,
        the likeliest to explain first.

    Raises
    ------
    IndexMissingError
        If nothing is indexed yet.
    """
    ranked = rank_links(
        concept,
        link_candidates(workspace, concept),
        others=longer_names(workspace.graph, concept),
        most_works=max(works, enough),
        per_work=1,
        threshold=TOUCHES_FROM,
    )
    explains = {work.work_id: work.links[0].pinned or work.links[0].score >= EXPLAINS_FROM for work in ranked}
    explaining = tuple(work for work in ranked if explains[work.work_id])[:works]
    touching = sorted((work for work in ranked if not explains[work.work_id]), key=lambda work: rank(work.links[0]))
    return ConceptLinks(explaining, tuple(touching[: max(0, enough - len(explaining))]))


def link_candidates(workspace: Workspace, concept: Concept) -> list[Candidate]:
    """Return the passages that may explain a concept, with all that is needed to judge them.

    The title, the summary and the goals propose the passages nearest to them, the title with the
    summary and the names propose those that share their words; pinned passages join.
    """
    store = workspace.index.store
    only = Filter(kinds=OUTSIDE)
    title, summary, goals = workspace.encoder.encode(
        [f"What is {concept.title}?", concept.summary, " ".join(concept.goals)]
    )
    told, names = stems(f"{concept.title} {concept.summary}"), stems(" ".join(names_of(concept)))
    proposed = [
        *store.nearest(np.stack([title, summary, goals]), _PROPOSED, only),
        *store.best([told, names], _PROPOSED, only),
        *_pinned_rows(workspace, concept),
    ]
    found = store.passages(np.unique(np.concatenate(proposed)), set(told))
    words = np.sum([found.weights[stem] for stem in told], axis=0)
    signals = zip(
        (found.vectors @ summary).tolist(),
        (found.vectors @ title).tolist(),
        (words / max(float(words.max()), 1e-9)).tolist(),
        found.explanation.tolist(),
        strict=True,
    )
    hits = [
        Hit(passage_id, work_id, 0.0, rank, ("link",))
        for rank, (passage_id, work_id) in enumerate(zip(found.ids, found.work_ids, strict=True), start=1)
    ]
    return _with_texts(workspace, hits, [Signals(*values) for values in signals])


def signals_of(workspace: Workspace, concepts: Sequence[Concept], text: str) -> list[Signals]:
    """Return what is known of one text and each concept, where no search has compared it with others.

    In place of its BM25 score beside the best passage's, the share of the words of title and summary
    that it holds, rare ones counting more.
    """
    if not concepts:
        return []
    asked = [wording for concept in concepts for wording in (concept.summary, f"What is {concept.title}?")]
    vector, *known = workspace.encoder.encode([text, *asked])
    cosines = (np.stack(known) @ vector).tolist()
    held, explains = set(stems(text)), explanation([text])
    found = []
    for place, concept in enumerate(concepts):
        rarity = {stem: workspace.index.table.rarity(stem) for stem in stems(f"{concept.title} {concept.summary}")}
        share = sum(rarity[stem] for stem in held & set(rarity)) / max(sum(rarity.values()), 1e-9)
        found.append(Signals(cosines[2 * place], cosines[2 * place + 1], share, explains))
    return found


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
    hits = hits_of(found, range(min(most, len(found.scores))))
    return _with_texts(workspace, hits, [Signals()] * len(hits))


def _pinned_rows(workspace: Workspace, concept: Concept) -> list[Rows]:
    """Return the rows of the pinned passages that this corpus holds."""
    rows = []
    for passage_id in concept.pinned:
        try:
            rows.append(workspace.index.store.rows_of([passage_id]))
        except InputError:
            continue  # an editor may pin a passage of a source that not everybody has fetched
    return rows


def _with_texts(workspace: Workspace, hits: Sequence[Hit], signals: Sequence[Signals]) -> list[Candidate]:
    """Read the passages; one that is not in its document any more since the index was built is left out."""
    here = workspace.store.find_passages([hit.passage_id for hit in hits])
    candidates = []
    read = {}
    for hit, known in zip(hits, signals, strict=True):
        if hit.passage_id not in here:
            continue
        passage = here[hit.passage_id]
        document_id = passage.locator.document_id
        if document_id not in read:
            read[document_id] = (workspace.store.document(document_id), workspace.store.extraction(document_id))
        document, extraction = read[document_id]
        text = display_of(document, extraction, passage.locator).text
        candidates.append(Candidate(hit, text, (document.title, *passage.section_path), passage.formalism, known))
    return candidates
