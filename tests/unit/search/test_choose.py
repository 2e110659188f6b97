from __future__ import annotations

import numpy as np
import pytest

from rlmap.search.abstain import ANSWERED, SURELY_ANSWERED, answer_state, answered, relevance
from rlmap.search.choose import choose_sentences
from rlmap.search.encode import OnnxEncoder
from rlmap.search.group import Choice, select

SENTENCES = [
    "This chapter begins with some history.",
    "Clipping keeps the probability ratio close to one.",
    "Without clipping the ratio between new and old policy could grow without bound.",
    "Exercises follow at the end.",
]


def choose(encoder: OnnxEncoder, question: str, sentences: list[str], **bounds: int) -> tuple[int, int]:
    return choose_sentences(question, encoder.encode([question])[0], sentences, encoder.encode(sentences), **bounds)


def test_the_sentences_that_answer_are_chosen(encoder: OnnxEncoder) -> None:
    assert choose(encoder, "why clip the probability ratio?", SENTENCES) == (1, 3)


def test_bounds_hold_and_a_long_sentence_stays_whole(encoder: OnnxEncoder) -> None:
    assert choose(encoder, "why clip the probability ratio?", SENTENCES, most_sentences=1) in {(1, 2), (2, 3)}
    long = ["Clipping " + "keeps the ratio of policies close to one and " * 40 + "ends."]
    assert choose(encoder, "why clip the ratio?", long) == (0, 1)
    assert choose(encoder, "ratio", SENTENCES * 10, most_words=20)[1] >= 1


def test_a_quote_that_points_back_takes_what_it_points_at(encoder: OnnxEncoder) -> None:
    passage = [
        "Buffers are described elsewhere in this manual.",
        "The discount factor multiplies each later reward.",
        "This determines how much the future counts, since a lower value makes the agent short-sighted.",
    ]
    assert choose(encoder, "why does a lower value make the agent short-sighted", passage) == (1, 3)


def test_a_quote_of_a_few_words_is_lengthened(encoder: OnnxEncoder) -> None:
    passage = ["Discount factor.", "It is a number from 0 to 1 by which each later reward is multiplied."]
    assert choose(encoder, "discount factor", passage) == (0, 2)


def test_states() -> None:
    assert answer_state(0.99, []) == "nothing"
    assert answer_state(ANSWERED - 0.01, [True] * 5) == "nothing"
    assert answer_state(0.99, [True]) == "partial"
    assert answer_state(0.99, [False]) == "partial"
    assert answer_state(0.99, [False, False]) == "partial"
    assert answer_state(SURELY_ANSWERED - 0.01, [True, True]) == "partial"
    assert answer_state(SURELY_ANSWERED, [True, False]) == "found"


def test_relevance_grows_with_every_measure() -> None:
    low, closer, covered, explaining = relevance([0.3, 0.6, 0.3, 0.3], [0.2, 0.2, 0.9, 0.2], [0.0, 0.0, 0.0, 1.0])
    assert 0 < low < min(closer, covered, explaining) < 1


def test_one_close_passage_answers_less_than_three() -> None:
    assert answered([0.7, 0.2, 0.2], [0.5] * 3) < answered([0.7, 0.7, 0.7], [0.5] * 3)
    assert answered([0.6] * 3, [0.1] * 3) < answered([0.6] * 3, [0.9] * 3)
    assert answered([0.2, 0.7, 0.3], [0.1, 0.9, 0.2]) == answered([0.7, 0.3, 0.2], [0.9, 0.2, 0.1])
    assert answered([], []) == 0.0


def unit(*components: float) -> np.ndarray:
    return np.array(components) / np.linalg.norm(components)


def choice(place: int, work: str, score: float, vector: np.ndarray, *, handbook: bool = False) -> Choice:
    return Choice(place, work, score, handbook, vector)


def test_each_work_once_before_any_twice() -> None:
    choices = [
        choice(0, "a", 0.9, unit(1, 0, 0)),
        choice(1, "a", 0.8, unit(0, 1, 0)),
        choice(2, "a", 0.7, unit(0, 1, 1)),
        choice(3, "b", 0.6, unit(0, 0, 1)),
    ]
    assert [[item.place for item in group] for group in select(choices, works=2, per_work=2)] == [[0, 1], [3]]
    assert [[item.place for item in group] for group in select(choices, works=1, per_work=1)] == [[0]]


def test_a_copied_text_is_one_voice() -> None:
    choices = [choice(0, "a", 0.9, unit(1, 0)), choice(1, "b", 0.9, unit(1, 0.01)), choice(2, "c", 0.4, unit(0, 1))]
    assert [group[0].work_id for group in select(choices)] == ["a", "c"]


@pytest.mark.parametrize(("score", "order"), [(0.95, ["out", "map"]), (1.2, ["map", "out"])])
def test_the_handbook_is_first_only_when_clearly_better(score: float, order: list[str]) -> None:
    choices = [
        choice(0, "map", score, unit(1, 0, 0), handbook=True),
        choice(1, "out", 0.9, unit(0, 1, 0)),
        choice(2, "map", 0.8, unit(0, 0, 1), handbook=True),
    ]
    groups = select(choices)
    assert [group[0].work_id for group in groups] == order
    assert sum(len(group) for group in groups if group[0].is_handbook) == 1
