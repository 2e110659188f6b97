"""Rules of search that hold for any input."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rlmap.search.expand import expand
from rlmap.search.group import SAME_TEXT, select
from rlmap.search.judged import Judgment, grades_of_passages
from rlmap.search.lexical import K1, B, LexicalIndex
from rlmap.search.metrics import alpha_ndcg_at, ndcg_at, recall_at, voice_recall_at
from rlmap.search.tokens import stems
from rlmap.search.vocabulary import concepts_of, make_vocabulary, nearest_concepts
from rlmap.types import Locator

settings.register_profile("untimed", deadline=None)  # the machine may be busy
settings.load_profile("untimed")

WORDS = st.sampled_from(["reward", "policy", "agent", "critic", "buffer", "return", "gamma", "state", "value", "the"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=15).filter(
    lambda texts: any(stems(text) for text in texts)
)
NAMES = {
    "ppo": ("Proximal policy optimization", "PPO"),
    "gamma": ("Discount factor", "γ"),
    "q": ("Q-learning", "Q(s,a)"),
}
VOCABULARY = make_vocabulary(NAMES, ["reward", "policy", "what", "does"])


@given(TEXTS, st.lists(WORDS, max_size=4))
def test_bm25_is_the_formula(texts: list[str], question: list[str]) -> None:
    index = LexicalIndex.build(texts)
    asked = stems(" ".join(question))
    documents = [stems(text) for text in texts]
    mean_length = sum(map(len, documents)) / len(documents)
    for row, score in enumerate(index.scores(asked)):
        expected = 0.0
        for stem in asked:
            count = documents[row].count(stem)
            if count:
                norm = K1 * (1 - B + B * len(documents[row]) / mean_length)
                expected += index.table.rarity(stem) * count / (count + norm)
        assert math.isclose(score, expected, rel_tol=1e-4, abs_tol=1e-5)


@given(TEXTS, WORDS)
def test_who_holds_a_stem_is_whoever_has_it(texts: list[str], word: str) -> None:
    index = LexicalIndex.build(texts)
    for stem in stems(word):
        having = [stem in stems(text) for text in texts]
        weights, none = index.weights([stem, "x y"], np.arange(len(texts)))
        assert not none.any()
        assert (weights > 0).tolist() == having
        assert weights.tolist() == index.scores([stem]).tolist()
        assert index.weights([stem], np.arange(len(texts))[::-2])[0].tolist() == weights[::-2].tolist()
        assert index.table.frequency(stem) == sum(having)


@given(st.text(max_size=200).filter(lambda text: any(letter.isalnum() for letter in text)))
def test_any_question_is_searched_as_it_was_asked(question: str) -> None:
    terms = expand(question, VOCABULARY)
    assert (terms[0].text, terms[0].origin) == (question, "question")
    assert all(any(letter.isalnum() for letter in term.text) for term in terms)
    assert len(terms) <= 6
    assert {concept for concept, _ in concepts_of(question, VOCABULARY)} <= NAMES.keys()
    assert set(nearest_concepts(question, VOCABULARY)) <= NAMES.keys()


CHOICES = st.lists(st.tuples(st.sampled_from(["map", "a", "b", "c"]), st.floats(0, 1), st.integers(0, 11)), max_size=25)


@given(CHOICES, st.integers(1, 4), st.integers(1, 3))
def test_what_is_shown_keeps_to_its_limits(described: list[tuple[str, float, int]], works: int, per_work: int) -> None:
    corners = np.eye(6)
    vectors = np.array([corners[corner % 6] + 0.4 * corners[corner // 2] for _, _, corner in described]).reshape(-1, 6)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    own = [work for work, _, _ in described]
    scores = np.array([score for _, score, _ in described])
    groups = select(np.array(own), scores, vectors, works=works, per_work=per_work)
    assert len(groups) <= works
    assert bool(groups) == bool(described)
    assert len({own[group[0]] for group in groups}) == len(groups)
    shown = [place for group in groups for place in group]
    assert len(set(shown)) == len(shown)
    for group in groups:
        assert len({own[place] for place in group}) == 1
        assert len(group) <= per_work
    for one in shown:
        assert not any(one != other and float(vectors[one] @ vectors[other]) > SAME_TEXT for other in shown)


@given(
    st.lists(st.sampled_from("abcdefg"), unique=True), st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 3))
)
def test_measures_stay_in_their_range_and_the_ideal_is_one(ranking: list[str], grades: dict[str, int]) -> None:
    voices = {document: "even" if ord(document) % 2 else "odd" for document in "abcdefg"}
    for value in (
        ndcg_at(5, ranking, grades),
        recall_at(5, ranking, grades),
        alpha_ndcg_at(5, ranking, grades, voices),
        voice_recall_at(5, ranking, grades, voices),
    ):
        assert 0 <= value <= 1 + 1e-9
    ideal = sorted(grades, key=lambda document: -grades[document])
    if any(grades.values()):
        assert math.isclose(ndcg_at(5, ideal, grades), 1.0)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 50), st.integers(1, 50), st.integers(0, 3))
def test_a_judgment_counts_where_most_of_it_is(start: int, length: int, other: int, extent: int, grade: int) -> None:
    place, passage = Locator("d", start, start + length), Locator("d", other, other + extent)
    common = max(0, min(place.end, passage.end) - max(place.start, passage.start))
    counted = grades_of_passages([Judgment("q", place, grade)], {"p": passage, "x": Locator("e", 0, 100)})
    assert counted == ({"q": {"p": grade}} if common >= min(length, extent) / 2 else {})
