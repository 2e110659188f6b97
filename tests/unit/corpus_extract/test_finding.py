"""Words found again when their place is not known, over page breaks and around notes, too."""

from __future__ import annotations

import hashlib

import pytest

from rlmap.corpus.extract.base import FOOTNOTE
from rlmap.corpus.finding import find_quote, running_text
from rlmap.types import Block, Extraction

HEAD = "14 CHAPTER 2. WAITING"
NOTE = "3 Not every reward is late."
TEXT = f"An agent that waits is re-\n{NOTE}\n\f\n{HEAD}\nwarded later. Nothing else is said.\n"


def extraction() -> Extraction:
    blocks = (
        Block(TEXT.index(NOTE), TEXT.index(NOTE) + len(NOTE), "reference", (), FOOTNOTE),
        Block(TEXT.index(HEAD), TEXT.index(HEAD) + len(HEAD), "running-head", (), ""),
    )
    return Extraction("d", "engine", "1", TEXT, hashlib.sha256(TEXT.encode()).hexdigest(), (), blocks)


def test_a_sentence_over_a_page_break_is_found_with_what_stands_between_its_halves() -> None:
    ((start, end),) = find_quote(extraction(), "An agent that waits is rewarded later.")
    assert TEXT[start:end] == TEXT[: TEXT.index(" Nothing")]


@pytest.mark.parametrize(
    "words",
    [
        "An agent that waits is rewarded sooner.",
        "An agent that waits is not rewarded later.",
        "An agent that waits is rewarded.",
        f"{NOTE} warded later.",
    ],
)
def test_altered_words_are_not_found(words: str) -> None:
    assert find_quote(extraction(), words) == []


def test_words_between_others_count_only_there() -> None:
    assert len(find_quote(extraction(), "rewarded later.", before="waits is", after="Nothing")) == 1
    assert find_quote(extraction(), "rewarded later.", before="hurries is", after="Nothing") == []


def test_every_character_of_the_running_text_knows_its_origin() -> None:
    running = running_text(extraction())
    for offset, character in enumerate(running.text):
        if not character.isspace():
            assert TEXT[running.origin(offset)] == character
