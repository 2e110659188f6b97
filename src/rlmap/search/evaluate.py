"""Measuring search on the judged questions, beside what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rlmap.search.encode import Encoder
from rlmap.search.expand import expand
from rlmap.search.fuse import find_candidates, retrieve
from rlmap.search.index import SearchIndex
from rlmap.search.judged import Question
from rlmap.search.lexical import Rows
from rlmap.search.metrics import (
    alpha_ndcg_at,
    bootstrap_interval,
    bootstrap_ratio,
    ndcg_at,
    recall_at,
    reciprocal_rank,
    voice_recall_at,
)
from rlmap.search.rerank import Reranker, reranked
from rlmap.search.store import Filter
from rlmap.search.tokens import stems
from rlmap.search.vocabulary import Vocabulary
from rlmap.types import AnswerState, SearchTerm

Grades = Mapping[str, Mapping[str, int]]
Ranker = Callable[[str], list[str]]
Expansion = Callable[[str], Sequence[SearchTerm]]

_DEPTH = 50
_RRF_K = 60  # Cormack, Clarke and Büttcher 2009


@dataclass(frozen=True, slots=True)
class Measured:
    """A mean over questions with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well questions without an answer are told apart, and whether several works are shown.

    ``precision`` is the share of *nothing* that was right, ``recall`` the share of questions
    without an answer that got *nothing*. ``enough_works`` is the share of the questions with
    relevant passages in five works or more (``with_enough`` of them) for which five were shown.
    """

    precision: Measured
    recall: Measured
    states: Mapping[str, Mapping[str, int]]
    enough_works: Measured
    with_enough: int


def rankers(
    index: SearchIndex,
    encoder: Encoder,
    vocabulary: Vocabulary,
    extras: Mapping[str, Expansion] | None = None,
    reranker: Reranker | None = None,
) -> dict[str, Ranker]:
    """Return the systems that are compared, by name.

    Parameters
    ----------
    index, encoder, vocabulary
        What is searched, and with what. ``ours`` is what ``rlmap ask`` does by default.
    extras : mapping of str to callable
        Expansions that are off by default, by name: each is measured as ``ours with <name>``.
    reranker : Reranker, optional
        Measured as ``ours with the cross-encoder``.
    """

    def ours(*without: str, extra: Expansion | None = None) -> Ranker:
        def ranker(question: str) -> list[str]:
            terms = [term for term in expand(question, vocabulary) if term.origin not in without]
            if "narrowing" in without:
                terms = [term for place, term in enumerate(terms) if place == 0 or term.origin != "question"]
            if extra is not None:
                terms.extend(extra(question))
            return [hit.passage_id for hit in retrieve(index, encoder, terms, k=_DEPTH)]

        return ranker

    def in_new_order(by: Reranker) -> Ranker:
        def ranker(question: str) -> list[str]:
            found = find_candidates(index, encoder, expand(question, vocabulary))
            ranked: list[str] = reranked(found, question, by, index.text_of).passages.ids[:_DEPTH].tolist()
            return ranked

        return ranker

    return {
        **_parts(index, encoder),
        "ours": ours(),
        "ours without aliases": ours("alias"),
        "ours without spelling": ours("spelling"),
        "ours without narrowing": ours("narrowing"),
        "ours without the map": ours("map"),
        "ours without any": ours("alias", "spelling", "narrowing", "map"),
        **{f"ours with {name}": ours(extra=extra) for name, extra in (extras or {}).items()},
        **({"ours with the cross-encoder": in_new_order(reranker)} if reranker else {}),
    }


def _parts(index: SearchIndex, encoder: Encoder) -> dict[str, Ranker]:
    """Return what ours is made of, each alone, and their plain fusion by rank."""

    def ids(rows: Rows) -> list[str]:
        passage_ids: list[str] = index.store.passages(rows).ids.tolist()
        return passage_ids

    def bm25(question: str) -> list[str]:
        return ids(index.store.best([stems(question)], _DEPTH, Filter())[0])

    def dense(question: str) -> list[str]:
        return ids(index.store.nearest(encoder.encode([question]), _DEPTH, Filter())[0])

    def rank_fusion(question: str) -> list[str]:
        scores: dict[str, float] = {}
        for ranking in (bm25(question), dense(question)):
            for rank, passage_id in enumerate(ranking, 1):
                scores[passage_id] = scores.get(passage_id, 0.0) + 1 / (_RRF_K + rank)
        return sorted(scores, key=lambda passage_id: (-scores[passage_id], passage_id))

    return {"bm25": bm25, "dense": dense, "rrf": rank_fusion}


def measure_ranking(
    ranker: Ranker, questions: Sequence[Question], grades: Grades, works: Mapping[str, str]
) -> dict[str, Measured]:
    """Measure one system on the questions that have a relevant passage.

    Parameters
    ----------
    ranker : callable
        Returns passage ids for a question, best first.
    questions : sequence of Question
        Those without a relevant judged passage are left out.
    grades : mapping
        See :func:`rlmap.search.judged.grades_of_passages`.
    works : mapping of str to str
        The work of each passage.
    """
    values: dict[str, list[float]] = {}
    for question in judged(questions, grades):
        own = grades[question.id]
        ranking = ranker(question.text)
        for name, value in (
            ("nDCG@10", ndcg_at(10, ranking, own)),
            ("Recall@20", recall_at(20, ranking, own)),
            ("MRR", reciprocal_rank(ranking, own)),
            ("alpha-nDCG@10", alpha_ndcg_at(10, ranking, own, works)),
            ("strec@5", voice_recall_at(5, ranking, own, works)),
        ):
            values.setdefault(name, []).append(value)
    return {name: _measured(column) for name, column in values.items()}


def compare_ndcg(ranker: Ranker, other: Ranker, questions: Sequence[Question], grades: Grades) -> Measured:
    """Measure by how much ``ranker`` exceeds ``other`` in nDCG@10, question by question."""
    return _measured(
        [
            ndcg_at(10, ranker(question.text), grades[question.id])
            - ndcg_at(10, other(question.text), grades[question.id])
            for question in judged(questions, grades)
        ]
    )


def measure_abstention(
    shown: Callable[[str], tuple[AnswerState, int]],
    questions: Sequence[Question],
    grades: Grades,
    works: Mapping[str, str],
) -> Abstention:
    """Measure the three states over ``questions``, with and without an answer.

    Parameters
    ----------
    shown : callable
        Answers a question: the state, and how many works are shown.
    questions, grades, works
        As for :func:`measure_ranking`.
    """
    states = {kind: {"found": 0, "partial": 0, "nothing": 0} for kind in ("answer", "no answer")}
    enough: list[bool] = []
    right, said, unanswered = [], [], []
    for question in questions:
        state, count = shown(question.text)
        states["answer" if question.has_answer else "no answer"][state] += 1
        said.append(float(state == "nothing"))
        unanswered.append(float(not question.has_answer))
        right.append(said[-1] * unanswered[-1])
        relevant = {works[passage_id] for passage_id, grade in grades.get(question.id, {}).items() if grade > 0}
        if len(relevant) >= 5:
            enough.append(count >= 5)
    return Abstention(
        precision=_share(right, said),
        recall=_share(right, unanswered),
        states=states,
        enough_works=_measured(enough) if enough else Measured(0.0, 0.0, 0.0),
        with_enough=len(enough),
    )


def _share(counted: Sequence[float], of: Sequence[float]) -> Measured:
    whole = sum(of)
    return Measured(sum(counted) / whole if whole else 0.0, *bootstrap_ratio(counted, of))


def judged(questions: Sequence[Question], grades: Grades) -> list[Question]:
    """Return the questions for which some passage was judged relevant."""
    return [question for question in questions if any(grades.get(question.id, {}).values())]


def _measured(values: Sequence[float]) -> Measured:
    return Measured(float(np.mean(values)), *bootstrap_interval(values))
