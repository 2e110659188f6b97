"""From concepts to the passages that explain them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from rlmap.corpus.display import display_of
from rlmap.errors import InputError
from rlmap.graph.explains import EXPLAINS_FROM, TOUCHES_FROM, Candidate, Signals, explanation_score
from rlmap.graph.links import WorkLinks, rank, rank_links
from rlmap.graph.mentions import longer_names, mentions, names_of
from rlmap.graph.narrower import narrower_concepts, treats_narrower
from rlmap.pipeline.workspace import Workspace
from rlmap.search.encode import Vectors
from rlmap.search.explain import explanation
from rlmap.search.lexical import Rows
from rlmap.search.store import Filter
from rlmap.search.tokens import stems
from rlmap.types import Concept, Hit, Progress, SourceKind, no_progress

#: Passages that each signal proposes for a concept; those that explain it stand far above the last.
_PROPOSED = 60

#: The handbook's article is the concept's own page, so that others are to speak here.
OUTSIDE: frozenset[SourceKind] = frozenset(get_args(SourceKind)) - {"handbook"}


@dataclass(frozen=True, slots=True)
class ConceptLinks:
    """What outside works say of a concept: those that explain it, plain to formal, and those that touch on it."""

    explaining: tuple[WorkLinks, ...]
    touching: tuple[WorkLinks, ...]


@dataclass(frozen=True, slots=True)
class PassageText:
    """How a passage reads, with its document's title and its headings, the innermost last."""

    text: str
    headings: tuple[str, ...]
    formalism: float


@dataclass(frozen=True, slots=True)
class _Proposals:
    """Passages (n,) that may explain a concept, with what the index knows, and their vectors (n, dim)."""

    hits: tuple[Hit, ...]
    signals: tuple[Signals, ...]
    vectors: Vectors


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
        the likeliest to explain first. Where at least so many explain it without treating a
        narrower concept, those that do are left out.

    Raises
    ------
    IndexMissingError
        If nothing is indexed yet.
    """
    return links_of_all(workspace, [concept], works=works, enough=enough)[concept.id]


def links_of_all(
    workspace: Workspace,
    concepts: Sequence[Concept],
    *,
    works: int,
    enough: int = 0,
    progress: Progress = no_progress,
) -> dict[str, ConceptLinks]:
    """Return the links of several concepts by id; each document is read only once for all of them."""
    proposed = {}
    for done, concept in enumerate(concepts, start=1):
        proposed[concept.id] = _propose(workspace, concept)
        progress("Finding passages", done, len(concepts))
    texts = read_texts(workspace, [hit.passage_id for found in proposed.values() for hit in found.hits])
    chosen = {}
    for done, concept in enumerate(concepts, start=1):
        chosen[concept.id] = _choose(workspace, concept, proposed[concept.id], texts, works=works, enough=enough)
        progress("Choosing links", done, len(concepts))
    return chosen


def read_texts(workspace: Workspace, passage_ids: Iterable[str]) -> dict[str, PassageText]:
    """Read passages; one that is not in its document any more since the index was built is left out."""
    here = workspace.store.find_passages(sorted(set(passage_ids)))
    by_document = sorted(here.values(), key=lambda passage: (passage.locator.document_id, passage.locator.start))
    texts, last = {}, ""
    for passage in by_document:
        if passage.locator.document_id != last:
            last = passage.locator.document_id
            document, extraction = workspace.store.document(last), workspace.store.extraction(last)
        text = display_of(document, extraction, passage.locator).text
        texts[passage.id] = PassageText(text, (document.title, *passage.section_path), passage.formalism)
    return texts


def candidates_of(texts: Mapping[str, PassageText], hits: Sequence[Hit], signals: Iterable[Signals]) -> list[Candidate]:
    """Join hits with their texts; those without a text are left out."""
    return [
        Candidate(hit, read.text, read.headings, read.formalism, known)
        for hit, known in zip(hits, signals, strict=True)
        if (read := texts.get(hit.passage_id)) is not None
    ]


def signals_of(workspace: Workspace, concepts: Sequence[Concept], text: str) -> list[Signals]:
    """Return what is known of one text and each concept, where no search has compared it with others.

    In place of its BM25 score beside the best passage's, the share of the words of title and summary
    that it holds, rare ones counting more.
    """
    if not concepts:
        return []
    vector, *known = workspace.encoder.encode([text, *(part for concept in concepts for part in _told(concept))])
    cosines = (np.stack(known) @ vector).tolist()
    held, explains = set(stems(text)), explanation([text])
    found = []
    for place, concept in enumerate(concepts):
        rarity = {stem: workspace.index.table.rarity(stem) for stem in stems(f"{concept.title} {concept.summary}")}
        share = sum(rarity[stem] for stem in held & set(rarity)) / max(sum(rarity.values()), 1e-9)
        found.append(Signals(cosines[2 * place], cosines[2 * place + 1], share, explains))
    return found


def _propose(workspace: Workspace, concept: Concept) -> _Proposals:
    """Find the passages that may explain a concept.

    The title, the summary and the goals propose the passages nearest to them, the title with the
    summary and the names propose those that share their words; pinned passages join.
    """
    store = workspace.index.store
    only = Filter(kinds=OUTSIDE)
    summary, title, goals = workspace.encoder.encode([*_told(concept), " ".join(concept.goals)])
    told, names = stems(f"{concept.title} {concept.summary}"), stems(" ".join(names_of(concept)))
    rows = [
        *store.nearest(np.stack([title, summary, goals]), _PROPOSED, only),
        *store.best([told, names], _PROPOSED, only),
        *_pinned_rows(workspace, concept),
    ]
    found = store.passages(np.unique(np.concatenate(rows)), set(told))
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
    return _Proposals(tuple(hits), tuple(Signals(*values) for values in signals), found.vectors)


def _choose(
    workspace: Workspace,
    concept: Concept,
    proposed: _Proposals,
    texts: Mapping[str, PassageText],
    *,
    works: int,
    enough: int,
) -> ConceptLinks:
    others, pinned = longer_names(workspace.graph, concept), concept.pinned_ids
    candidates = [
        candidate
        for candidate in candidates_of(texts, proposed.hits, proposed.signals)
        if candidate.hit.passage_id in pinned or explanation_score(concept, candidate, others) >= TOUCHES_FROM
    ]
    narrower = _on_narrower(workspace, concept, candidates, proposed)

    def ranked(threshold: float, most: int) -> tuple[WorkLinks, ...]:
        return rank_links(
            concept,
            candidates,
            others=others,
            most_works=most,
            per_work=1,
            threshold=threshold,
            narrower=narrower,
        )

    explaining = ranked(EXPLAINS_FROM, works)
    own = tuple(work for work in explaining if not work.links[0].narrower)
    if enough and len(own) >= enough:
        explaining = own
    missing = max(0, enough - len(explaining))
    shown = {work.work_id for work in explaining}
    touching = [work for work in ranked(TOUCHES_FROM, len(candidates)) if work.work_id not in shown]
    return ConceptLinks(explaining, tuple(sorted(touching, key=lambda work: rank(work.links[0]))[:missing]))


def _on_narrower(
    workspace: Workspace, concept: Concept, candidates: Sequence[Candidate], proposed: _Proposals
) -> frozenset[str]:
    """Return the passages among the candidates that treat a narrower concept."""
    named = [
        narrower
        for narrower in narrower_concepts(workspace.graph, concept)
        if any(mentions(narrower, text) for one in candidates for text in (one.text, *one.headings))
    ]
    if not named:
        return frozenset()
    told = workspace.encoder.encode([part for narrower in named for part in _told(narrower)])
    place = {hit.passage_id: number for number, hit in enumerate(proposed.hits)}
    cosines = proposed.vectors @ told.T
    aside = set()
    for candidate in candidates:
        row = cosines[place[candidate.hit.passage_id]].tolist()
        known = {
            narrower.id: replace(candidate.signals, summary=row[2 * number], title=row[2 * number + 1])
            for number, narrower in enumerate(named)
        }
        if treats_narrower(workspace.graph, concept, candidate, known):
            aside.add(candidate.hit.passage_id)
    return frozenset(aside)


def _told(concept: Concept) -> tuple[str, str]:
    """Return the summary and the title as a question: what passages are compared with."""
    return concept.summary, f"What is {concept.title}?"


def _pinned_rows(workspace: Workspace, concept: Concept) -> list[Rows]:
    """Return the rows of the pinned passages that this corpus holds."""
    rows = []
    for passage in concept.pinned:
        try:
            rows.append(workspace.index.store.rows_of([passage.passage_id]))
        except InputError:
            continue  # an editor may pin a passage of a source that not everybody has fetched
    return rows
