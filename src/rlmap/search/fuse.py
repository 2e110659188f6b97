"""Retrieval: dense and lexical scores of every search term, fused into one ranking.

For each term both indices propose candidates; every candidate is then scored by both, so that
a passage that only one of them proposed is not taken as worthless by the other. Scores are
scaled to [0, 1] over the candidates and averaged (Bruch, Gai and Ingber 2023, "An Analysis of
Fusion Functions for Hybrid Retrieval": convex combination of min-max scaled scores).

The dense score of a passage is the mean of two cosines: the question with the whole passage,
and with its closest sentence. A passage that says it in one sentence among others is found by
the second, one that is about it throughout by the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rlmap.errors import InputError, ModelError
from rlmap.search.encode import Encoder, Vectors
from rlmap.search.index import SearchIndex
from rlmap.search.lexical import Rows, Scores, StemTable
from rlmap.search.store import Filter, Passages, Store, stacked
from rlmap.search.tokens import stems
from rlmap.types import Hit, SearchTerm, SourceKind, TermOrigin

Years = tuple[int | None, int | None]

#: Candidates that each index proposes for each term.
POOL = 100

#: What an expansion weighs beside the question, which weighs 1. All expansions of one origin
#: share their weight, so that many of them cannot drown the question.
WEIGHTS: dict[TermOrigin, float] = {
    "question": 1.0,
    "title": 2.0,  # the word that it spells out finds much else ("gamma distribution")
    "user": 1.0,
    "spelling": 1.0,
    "alias": 0.5,
    "map": 0.3,
    "feedback": 0.3,
    "model": 0.5,
    "follow-up": 0.5,
}

#: Origins of terms that ask what the user asks, in the user's words or with a letter of it spelled out,
#: so that their scores say whether it is answered. Another rewriting does not: it brings a name that
#: every passage here is near.
WHOLE_QUESTIONS: frozenset[TermOrigin] = frozenset({"question", "title", "spelling", "user"})

#: Origins whose terms ask the same thing, be it by another name: a passage is worth showing that
#: fits one of them. A text that a model wrote or that was found is no question.
SAME_QUESTION: frozenset[TermOrigin] = WHOLE_QUESTIONS | {"alias"}

#: Origins whose terms say what is asked about: a passage that is near one speaks of the thing itself, one that is
#: far from all of them only shares a word with it, as "we have two options" does with options.
DESCRIPTIONS: frozenset[TermOrigin] = frozenset({"map"})

#: Score taken from a wholly mathematical passage when plainness is 0, and added for each unit
#: of plainness: enough to order passages that are about equally relevant, not more.
PLAIN_FIRST, PLAIN_STEP = 0.03, 0.25

#: What a passage loses that mentions and does not explain: for each unit of explanation below the
#: first number, the second one of score. Passages that do explain are not ordered by it.
EXPLAINS_ENOUGH, MENTIONS_ONLY = 0.5, 0.3

_DECIMALS = 5  # beyond, scores differ by the order of summation only


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that some term found, best first, and what is known of each.

    ``passages`` (n); ``scores`` (n,) in [0, 1], fused; ``closeness`` (n,) in [-1, 1],
    dense score for the best fitting whole question, not scaled; ``coverage`` (n,) in [0, 1],
    share of the question's words in it, rare ones counting more; ``nearness`` and ``holding``
    (n,) are the same two for the best fitting question under any name; ``told_nearness`` and
    ``told_holding`` (n,) are the same for the best fitting description of what is asked about, those
    of the question where none is searched; ``explanation`` (n,) in [0, 1], see
    :func:`rlmap.search.explain.explanation`; ``proposals`` are the rows that each index found for
    each term, by the name of both.
    ``question_vector`` (dim,) is that of the first term.
    """

    passages: Passages
    scores: Scores
    closeness: Scores
    coverage: Scores
    nearness: Scores
    holding: Scores
    told_nearness: Scores
    told_holding: Scores
    explanation: Scores
    proposals: tuple[tuple[str, Rows], ...]
    question_vector: Vectors

    def in_order(self, places: npt.NDArray[np.int64]) -> Candidates:
        """Return the candidates at ``places``, all of them in another order; the scores stay where they are."""
        return replace(
            self,
            passages=self.passages.take(places),
            closeness=self.closeness[places],
            coverage=self.coverage[places],
            nearness=self.nearness[places],
            holding=self.holding[places],
            told_nearness=self.told_nearness[places],
            told_holding=self.told_holding[places],
            explanation=self.explanation[places],
        )


def retrieve(
    index: SearchIndex,
    encoder: Encoder,
    terms: Sequence[SearchTerm],
    *,
    k: int = POOL,
    kinds: Iterable[SourceKind] | None = None,
    years: Years | None = None,
    plainness: float = 0.0,
) -> list[Hit]:
    """Return the ``k`` best passages for a question and its expansions.

    Parameters
    ----------
    index : SearchIndex
        Built with the same encoder.
    encoder : Encoder
        Encodes the terms.
    terms : sequence of SearchTerm
        The question first; expansions add to its scores and never replace it.
    k : int
        At least 1.
    kinds, years : optional
        See :class:`rlmap.search.store.Filter`.
    plainness : float
        In [-1, 1]: 1 prefers plain words, -1 prefers formulas.

    Returns
    -------
    list of Hit
        Best first; equal scores are ordered by passage id. Fewer than ``k`` where fewer fit.

    Raises
    ------
    InputError
        If there is no term or an argument is out of range.
    ModelError
        If the index was built with another encoder.
    """
    if k < 1:
        raise InputError(f"k is {k}: ask for at least one passage.")
    found = find_candidates(index, encoder, terms, kinds=kinds, years=years, plainness=plainness)
    return hits_of(found, range(min(k, len(found.scores))))


def hits_of(found: Candidates, places: Iterable[int]) -> list[Hit]:
    """Make hits of the candidates at ``places``, ranked in the order given."""
    proposed = [(name, frozenset(rows.tolist())) for name, rows in found.proposals]
    return [
        Hit(
            passage_id=str(found.passages.ids[place]),
            work_id=str(found.passages.work_ids[place]),
            score=float(found.scores[place]),
            rank=rank,
            found_by=tuple(dict.fromkeys(name for name, rows in proposed if int(found.passages.rows[place]) in rows)),
        )
        for rank, place in enumerate(places, start=1)
    ]


def find_candidates(
    index: SearchIndex,
    encoder: Encoder,
    terms: Sequence[SearchTerm],
    *,
    kinds: Iterable[SourceKind] | None = None,
    years: Years | None = None,
    plainness: float = 0.0,
) -> Candidates:
    """Find and score the candidates of :func:`retrieve`, which see."""
    _check(index, encoder, terms, plainness)
    store = index.store
    only = Filter(None if kinds is None else frozenset(kinds), years)
    vectors = index.summaries.vectors_of(terms, encoder)
    asked = [stems(term.text) for term in terms]
    proposals = [
        *zip((f"{term.origin}:bm25" for term in terms), store.best(asked, POOL, only), strict=True),
        *zip((f"{term.origin}:dense" for term in terms), store.nearest(vectors, POOL, only), strict=True),
    ]
    is_proposed = np.zeros(index.info.passages, dtype=np.bool_)
    is_proposed[np.concatenate([found for _, found in proposals])] = True
    rows = np.flatnonzero(is_proposed)
    passages = store.passages(rows, dict.fromkeys(stem for question in asked for stem in question))
    closeness = _closeness(store, vectors, passages)
    matches, covered = _in_words(index.table, asked, passages)
    fused = np.zeros(len(rows), dtype=np.float32)
    for weight, dense, lexical in zip(_weights(terms), closeness, matches, strict=True):
        fused += weight * (_scaled(dense, dense.min(initial=1.0)) + _scaled(lexical, 0.0)) / 2
    penalty = (PLAIN_FIRST + PLAIN_STEP * plainness) * passages.formalism
    penalty += MENTIONS_ONLY * np.maximum(0.0, EXPLAINS_ENOUGH - passages.explanation)
    fused = np.round(np.clip(fused - penalty, 0.0, 1.0), _DECIMALS)
    order = np.lexsort((rows, -fused))
    near, holding = closeness[:, order], covered[:, order]
    whole, same, told = askers = _askers(terms)
    fits = {places: (near[list(places)].max(axis=0), holding[list(places)].max(axis=0)) for places in set(askers)}
    return Candidates(
        passages=passages.take(order),
        scores=fused[order],
        closeness=fits[whole][0],
        coverage=fits[whole][1],
        nearness=fits[same][0],
        holding=fits[same][1],
        told_nearness=fits[told][0],
        told_holding=fits[told][1],
        explanation=passages.explanation[order],
        proposals=tuple(proposals),
        question_vector=vectors[0],
    )


def _askers(terms: Sequence[SearchTerm]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the places of the terms that ask the whole question, that ask the same by any name, that describe."""
    whole, same, described = (
        tuple(place for place, term in enumerate(terms) if term.origin in origins)
        for origins in (WHOLE_QUESTIONS, SAME_QUESTION, DESCRIPTIONS)
    )
    return whole or (0,), same or (0,), described or same or (0,)


def _check(index: SearchIndex, encoder: Encoder, terms: Sequence[SearchTerm], plainness: float) -> None:
    if not terms:
        raise InputError("There is no search term: type a question.")
    if not -1.0 <= plainness <= 1.0:
        raise InputError(f"plainness is {plainness}: give a number from -1 (formal) to 1 (plain).")
    if encoder.name != index.info.encoder:
        raise ModelError(
            f"The index was built with the encoder {index.info.encoder}, this one is {encoder.name}: run `rlmap setup`."
        )


def _closeness(store: Store, vectors: Vectors, passages: Passages) -> Scores:
    """Return the mean of the cosines with the passage and with its closest sentence.

    Shape (len(vectors), passages); a passage without sentences counts whole.
    """
    whole, of_sentences = store.products(vectors, passages)
    closest = whole.copy()
    with_sentences = np.flatnonzero(passages.sentences)
    if len(with_sentences):
        lengths = passages.sentences[with_sentences]
        closest[:, with_sentences] = np.maximum.reduceat(of_sentences, np.cumsum(lengths) - lengths, axis=1)
    closest += whole
    closest /= 2
    return closest


def _scaled(scores: Scores, low: float) -> Scores:
    high = scores.max(initial=low)
    if high <= low:
        return np.zeros_like(scores)
    scaled: Scores = ((scores - low) / (high - low)).astype(np.float32)
    return scaled


def _weights(terms: Sequence[SearchTerm]) -> list[float]:
    origins = [term.origin for term in terms]
    shares = [WEIGHTS[origin] / origins.count(origin) for origin in origins]
    return [share / sum(shares) for share in shares]


def _in_words(table: StemTable, questions: Sequence[Sequence[str]], passages: Passages) -> tuple[Scores, Scores]:
    """Return how well passages match the stems of questions, both of shape (len(questions), passages).

    The BM25 score, and the share of the question's stems that the passage holds, by inverse document frequency.
    """
    column = {stem: place for place, stem in enumerate(passages.weights)}
    weights = stacked(passages.weights, len(passages.rows))
    counts = np.zeros((len(questions), len(column)), dtype=np.float32)
    for row, question in zip(counts, questions, strict=True):
        for stem in question:
            row[column[stem]] += 1
    rarity = (counts > 0) * np.array([table.rarity(stem) for stem in column], dtype=np.float32)
    share = rarity / np.maximum(rarity.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return counts @ weights, share @ (weights > 0).astype(np.float32)
