"""What is known of sentences before anything is asked: read once, when the index is built.

Questions differ in what they are about and in the answer that they want; how long a sentence is,
how it speaks, and whether it reads well alone are the same for all of them. Sentences of several
passages are kept in columns, one passage after the other, so that a question judges all of them
at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rlmap.search.explain import ENOUGH_CUES, PATTERNS, manner_of
from rlmap.search.intent import ANSWER_PATTERNS, ENOUGH_ANSWERS, INTENTS, answer_words, heading_fits
from rlmap.search.lines import as_lines
from rlmap.search.tokens import RULES

_POINTS_BACK = re.compile(
    r"(?:•\s*)?(?:This|These|Those|That|It|Its|They|Their|Such|Here|However|Instead|Therefore|Thus|Hence|Then|But|And|"
    r"So|Also|Moreover|Furthermore|Similarly|Otherwise|Second|Third|Finally|In (?:this|that|these|such) \w+|"
    r"where|which)\b"
)
_ANNOUNCES = re.compile(r":\W*$|\b(?:reasons|ways|steps|kinds|parts|things|as follows|the following)\b[^.]*[.:]\W*$")

#: What decides how sentences are read. An index that read them otherwise is built again.
HOW_READ = (
    (PATTERNS, ENOUGH_CUES),
    (ANSWER_PATTERNS, ENOUGH_ANSWERS),
    (_POINTS_BACK.pattern, _ANNOUNCES.pattern),
    RULES,
)

#: One sentence: its words; its signs of code; whether it begins with what points back, and ends with
#: what only announces; its different cue words, and for each of :data:`~rlmap.search.intent.INTENTS`
#: the different words with which it answers. Words are told apart within a passage by numbers from 1
#: on, 0 is none; no more are kept than count, so that those of several sentences put together are
#: enough exactly if all of their words were.
SENTENCE = np.dtype(
    [
        ("words", np.uint32),
        ("code", np.uint32),
        ("points_back", np.bool_),
        ("announces", np.bool_),
        ("cues", np.uint16, (ENOUGH_CUES,)),
        ("answers", np.uint16, (len(INTENTS), ENOUGH_ANSWERS)),
    ]
)


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of some passages, one passage after the other.

    ``table`` (sentences,) of :data:`SENTENCE`; ``counts`` (passages,) how many each passage has, at
    least one; ``promises`` (passages, intents) how far its headings promise an answer of each kind, see
    :func:`rlmap.search.intent.heading_fits`. ``lines`` are their stems, see :mod:`rlmap.search.lines`:
    for each passage a line for each of its sentences, then one for its headings.
    """

    table: npt.NDArray[np.void]
    counts: npt.NDArray[np.int64]
    promises: npt.NDArray[np.float16]
    lines: str

    @property
    def firsts(self) -> npt.NDArray[np.int64]:
        """Where the sentences of each passage begin, shape (passages,)."""
        return np.cumsum(self.counts) - self.counts

    @property
    def owners(self) -> npt.NDArray[np.int64]:
        """Which passage each sentence is of, shape (sentences,)."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @property
    def own_lines(self) -> npt.NDArray[np.int64]:
        """Which line is that of each sentence, shape (sentences,)."""
        return np.arange(len(self.table)) + self.owners

    @property
    def heading_lines(self) -> npt.NDArray[np.int64]:
        """Which line is that of each passage's headings, shape (passages,)."""
        return np.cumsum(self.counts + 1) - 1


def read_sentences(texts: Sequence[str], headings: Sequence[str] = ()) -> Sentences:
    """Read the sentences of one passage, and what it stands below, outermost first."""
    table = np.zeros(len(texts), dtype=SENTENCE)
    cue_numbers: dict[str, int] = {}
    answer_numbers: dict[str, int] = {}
    for sentence, text in zip(table, texts, strict=True):
        manner = manner_of(text)
        sentence["words"], sentence["code"] = manner.words, manner.code
        sentence["points_back"] = _POINTS_BACK.match(text) is not None
        sentence["announces"] = _ANNOUNCES.search(text) is not None
        _number(manner.cues, cue_numbers, sentence["cues"])
        for place, intent in enumerate(INTENTS):
            _number(answer_words(intent, text), answer_numbers, sentence["answers"][place])
    promises = np.array([[heading_fits(intent, headings) for intent in INTENTS]], dtype=np.float16)
    return Sentences(table, np.array([len(texts)]), promises, as_lines([*texts, " / ".join(headings)]))


def joined(passages: Sequence[Sentences]) -> Sentences:
    """Return the sentences of several passages as one; at least one passage."""
    return Sentences(
        np.concatenate([passage.table for passage in passages]),
        np.concatenate([passage.counts for passage in passages]),
        np.concatenate([passage.promises for passage in passages]),
        "".join(passage.lines for passage in passages),
    )


def _number(found: Iterable[str], numbers: dict[str, int], kept: npt.NDArray[np.uint16]) -> None:
    """Write the numbers of as many of the words found as there is room for."""
    some = sorted(found)[: len(kept)]
    kept[: len(some)] = [numbers.setdefault(word, len(numbers) + 1) for word in some]
