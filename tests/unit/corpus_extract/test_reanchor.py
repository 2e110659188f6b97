"""Old quotes in a newer reading of the same file."""

from __future__ import annotations

import hashlib

import pytest

from rlmap.corpus.reanchor import reanchor
from rlmap.types import Extraction, Locator

OLD = (
    "First the agent walks far away from it.\nThen it finds an eﬃcient way through the envi-\nronment.\n"
    "Later the agent walks far away from it. That is the end of what it does.\n"
)


def extraction(text: str) -> Extraction:
    return Extraction("d", "engine", "1", text, hashlib.sha256(text.encode()).hexdigest(), (), ())


def quote(words: str, occurrence: int = 0) -> Locator:
    start = -1
    for _ in range(occurrence + 1):
        start = OLD.index(words, start + 1)
    return Locator("d", start, start + len(words))


def test_the_same_words_set_differently_keep_the_quote():
    new = OLD.replace("ﬃ", "ffi").replace("envi-\nronment", "environment").replace("\n", "  \n")
    words = "an eﬃcient way through the envi-\nronment."
    found = reanchor(extraction(OLD), extraction(new), quote(words))
    assert new[found.start : found.end] == "an efficient way through the environment."


@pytest.mark.parametrize("occurrence", [0, 1])
def test_a_sentence_that_stands_twice_is_told_apart_by_its_context(occurrence):
    new = "A new title\n\n" + OLD
    found = reanchor(extraction(OLD), extraction(new), quote("the agent walks far away from it.", occurrence))
    assert found.start == quote("the agent walks far away from it.", occurrence).start + len("A new title\n\n")


@pytest.mark.parametrize(
    "new",
    [
        OLD.replace("finds", "loses"),
        OLD.replace("Then it", "Now it"),
        OLD + OLD,
        "Nothing of it is left.",
    ],
)
def test_changed_words_changed_context_and_two_places_orphan_the_quote(new):
    assert reanchor(extraction(OLD), extraction(new), quote("finds an eﬃcient way")) is None


def test_an_unchanged_text_keeps_every_quote():
    locator = quote("the agent")
    assert reanchor(extraction(OLD), extraction(OLD), locator) == locator
