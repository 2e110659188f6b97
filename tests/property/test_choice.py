"""Choosing among all passages at once chooses as reading them one by one, sentence by sentence."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rlmap.search.asked import Asked, Subject
from rlmap.search.choose import Chosen, choose_sentences
from rlmap.search.explain import explanation, manner_of
from rlmap.search.intent import INTENTS, answer_words, fits, heading_fits
from rlmap.search.sentences import joined, read_sentences
from rlmap.search.tokens import stems

POLICY = Subject(("polici",), ("polici gradient theorem", "polici gradient"))
REWARD = Subject(("reward signal", "reward"), ("intrins reward", "reward signal shape"))

#: Words and phrases that every rule of the choice looks at.
PHRASES = [
    *("policy", "policy gradient", "the policy gradient theorem", "reward", "reward signal shaping"),
    *("intrinsic reward", "because", "for example", "a larger value", "therefore", "it is the share of", "first"),
    *("whereas", "42", "proof", "default: None", "`step()`", "arguments", "two reasons", "the following:", "money"),
    *("γ", "This", "However", "and so"),
]
SENTENCES = st.builds(
    lambda words, end: " ".join(words) + end,
    st.lists(st.sampled_from(PHRASES), min_size=1, max_size=14),
    st.sampled_from([".", ":", " reasons.", "?"]),
)
PASSAGES = st.tuples(
    st.lists(SENTENCES, min_size=1, max_size=7),
    st.lists(st.sampled_from(["Policy gradient", "Reward", "Why it exists", "In practice", "Proof"]), max_size=2),
)


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    company = draw(st.sampled_from([frozenset(), frozenset({"reward"}), frozenset({"reward", "valu", "share"})]))
    return Asked(
        "why",
        np.array([0.6, 0.8, 0.0], dtype=np.float32),
        frozenset({"polici", "reward", "γ"}),
        draw(st.sampled_from([None, *INTENTS])),
        draw(st.sampled_from([(), (POLICY,), (POLICY, REWARD)])),
        company=company,
        strict=draw(st.booleans()),
    )


@given(asked=questions(), passages=st.lists(PASSAGES, min_size=1, max_size=5), most_words=st.integers(5, 60))
def test_choosing_at_once_is_choosing_one_by_one(
    asked: Asked, passages: list[tuple[list[str], list[str]]], most_words: int
) -> None:
    random = np.random.default_rng(len(passages) + most_words)
    vectors = [random.standard_normal((len(texts), 3)).astype(np.float32) / 3 for texts, _ in passages]
    read = joined([read_sentences(texts, headings) for texts, headings in passages])
    assert choose_sentences(asked, read, np.concatenate(vectors), most_words=most_words) == [
        plainly_chosen(asked, texts, headings, own, most_words)
        for (texts, headings), own in zip(passages, vectors, strict=True)
    ]


def plainly_chosen(asked: Asked, texts: list[str], headings: list[str], vectors: np.ndarray, most_words: int) -> Chosen:
    """Choose in one passage by the definition, a sentence and a run at a time."""
    shared = [len(asked.stems.intersection(stems(text))) / len(asked.stems) for text in texts]
    near = (0.7 * (vectors @ asked.vector) + 0.3 * np.array(shared)).tolist()
    about = [about_it(asked, text) for text in texts]
    for place in range(1, len(texts)):
        about[place] = max(about[place], 0.8 * about[place - 1])
    explains, answering = [explanation([text]) for text in texts], [fits(asked.intent, text) for text in texts]
    scores = [round(weighed(*signs), 5) for signs in zip(near, about, explains, answering, strict=True)]
    start, end = max(allowed_runs(texts, most_words), key=lambda run: (worth(texts, scores, *run), -run[0], -run[1]))
    found = [answer_words(asked.intent, text) for text in texts[start:end]] if asked.intent else []
    fit = min(1.0, len(frozenset().union(*found)) / 2) if asked.intent else 0.5
    explained, codeness = manner_of_quote(texts[start:end])
    whole = weighed(
        max(near[start:end]),
        0.7 * max(about[start:end]) + 0.3 * about_it(asked, " / ".join(headings)),
        explained,
        0.4 * fit + 0.6 * heading_fits(asked.intent, headings),
    )
    held = asked.company.intersection(stem for text in texts for stem in stems(text))
    is_something_else = (asked.strict and fit == 0) or len(held) < min(2, len(asked.company))
    score = 0.0 if is_something_else else round(min(1.0, max(0.0, whole - 0.25 * codeness)), 5)
    return Chosen(start, end, score, explained)


def weighed(near: float, about: float, explains: float, fit: float) -> float:
    return (1 - 0.28 - 0.14 - 0.18) * near + 0.28 * about + 0.14 * explains + 0.18 * fit


def about_it(asked: Asked, text: str) -> float:
    shares = []
    for subject in asked.subjects:
        running = f" {' '.join(stems(text))} "
        for name in subject.longer:
            running = running.replace(f" {name} ", " * ")
        before = [running[: running.index(f" {name} ")].count(" ") for name in subject.names if f" {name} " in running]
        shares.append(0.0 if not before else 1.0 if min(before) <= 4 else 0.6)
    return sum(shares) / len(shares) if shares else 0.5


def allowed_runs(texts: list[str], most_words: int) -> list[tuple[int, int]]:
    runs = [(start, end) for start in range(len(texts)) for end in range(start + 1, min(start + 4, len(texts)) + 1)]
    return [(start, end) for start, end in runs if end == start + 1 or word_count(texts[start:end]) <= most_words]


def word_count(texts: list[str]) -> int:
    return sum(len(text.split()) for text in texts)


def worth(texts: list[str], scores: list[float], start: int, end: int) -> float:
    points_back = start > 0 and bool(read_sentences([texts[start]]).table["points_back"][0])
    announces = bool(read_sentences([texts[end - 1]]).table["announces"][0])
    faults = 0.1 * (start > 0) + 0.5 * points_back + 0.4 * announces
    faults += 0.5 * max(0.0, 1.0 - word_count(texts[start:end]) / 30)
    return round(sum(scores[start:end]) - (end - start) * 0.45 * max(scores) - max(scores) * faults, 5)


def manner_of_quote(texts: list[str]) -> tuple[float, float]:
    """Return how much a quote explains, and how far it speaks of code."""
    manners = [manner_of(text) for text in texts]
    cues, words = frozenset().union(*(manner.cues for manner in manners)), word_count(texts)
    codeness = min(1.0, sum(manner.code for manner in manners) / max(1.0, words / 40) / 5)
    return math.sqrt(min(1.0, len(cues) / 5) * min(1.0, words / 40)) * (1.0 - codeness), codeness
