from __future__ import annotations

import math
import random

import pytest

from rlmap.search.metrics import alpha_ndcg_at, bootstrap_interval, ndcg_at, recall_at, reciprocal_rank, voice_recall_at

GRADES = {"a": 3, "b": 1, "c": 0, "d": 2}
VOICES = {"a": "w1", "b": "w1", "c": "w2", "d": "w2"}


def test_ndcg_by_hand() -> None:
    assert ndcg_at(10, ["a", "d", "b"], GRADES) == pytest.approx(1.0)
    # (1 + 3 / log2(3)) / (3 + 2 / log2(3) + 1 / 2)
    assert ndcg_at(2, ["b", "a"], GRADES) == pytest.approx((1 + 3 / 1.5849625) / (3 + 2 / 1.5849625))
    assert ndcg_at(10, ["x", "c"], GRADES) == 0.0
    assert ndcg_at(10, ["a"], {}) == 0.0


def test_recall_and_reciprocal_rank() -> None:
    assert recall_at(2, ["a", "c", "b"], GRADES) == pytest.approx(1 / 3)
    assert reciprocal_rank(["c", "x", "d"], GRADES) == pytest.approx(1 / 3)
    assert reciprocal_rank(["c"], GRADES) == 0.0


def test_a_second_document_of_a_voice_gains_less() -> None:
    assert alpha_ndcg_at(5, ["a", "d", "b"], GRADES, VOICES) == pytest.approx(1.0)
    assert alpha_ndcg_at(5, ["a", "b", "d"], GRADES, VOICES) < 1.0
    assert voice_recall_at(2, ["a", "b"], GRADES, VOICES) == 0.5
    assert voice_recall_at(3, ["a", "b", "d"], GRADES, VOICES) == 1.0


def test_agreement_with_pyndeval() -> None:
    pyndeval = pytest.importorskip("pyndeval")
    rankings = {"q1": ["a", "b", "c", "d"], "q2": ["c", "d", "a"], "q3": ["b", "x", "d", "a"]}
    qrels = [
        pyndeval.SubtopicQrel(query, VOICES[document], document, min(grade, 1))
        for query in rankings
        for document, grade in GRADES.items()
    ]
    run = [
        pyndeval.ScoredDoc(query, document, -float(rank))
        for query, ranking in rankings.items()
        for rank, document in enumerate(ranking)
    ]
    theirs = pyndeval.ndeval(qrels, run, measures=["alpha-nDCG@5", "strec@5"])
    for query, ranking in rankings.items():
        assert alpha_ndcg_at(5, ranking, GRADES, VOICES) == pytest.approx(theirs[query]["alpha-nDCG@5"], abs=1e-5)
        assert voice_recall_at(5, ranking, GRADES, VOICES) == pytest.approx(theirs[query]["strec@5"], abs=1e-5)


def test_the_interval_holds_the_mean_and_is_repeatable() -> None:
    values = [0.1, 0.5, 0.9, 0.4, 0.6, 0.3]
    low, high = bootstrap_interval(values)
    assert low < sum(values) / len(values) < high
    assert (low, high) == bootstrap_interval(values)


def test_diversity_is_measured_as_ndeval_does() -> None:
    """The same rankings and judgments through the reference implementation of the TREC web track."""
    import pyndeval

    generator = random.Random(7)
    voices = {f"d{number}": f"w{number % 4}" for number in range(24)}
    for _ in range(20):
        grades = {document: generator.choice([0, 0, 1]) for document in voices}
        grades["d0"] = 1
        ranking = generator.sample(sorted(voices), 12)
        aspects = {voice: str(number) for number, voice in enumerate(sorted(set(voices.values())), start=1)}
        judged = [
            pyndeval.SubtopicQrel("q", aspects[voices[document]], document, grade)
            for document, grade in grades.items()
            if grade
        ]
        run = [pyndeval.ScoredDoc("q", document, -float(rank)) for rank, document in enumerate(ranking)]
        expected = pyndeval.ndeval(judged, run, measures=["alpha-nDCG@10", "strec@5"])["q"]
        assert math.isclose(voice_recall_at(5, ranking, grades, voices), expected["strec@5"], abs_tol=1e-6)
        assert math.isclose(alpha_ndcg_at(10, ranking, grades, voices), expected["alpha-nDCG@10"], abs_tol=1e-6)
