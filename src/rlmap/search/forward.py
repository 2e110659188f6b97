"""The forward index: from a passage to its sentences, read once when the index is built.

The inverted index leads from words to passages. Choosing what to quote goes the other way: it needs
the words of a few dozen passages at once, and reading them out of the corpus, cutting them and
stemming them again would take longer than the search.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rlmap.search.explain import Manner, manner_of
from rlmap.search.tokens import stems

_LINES, _STARTS = "forward.jsonl", "forward.npy"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it reads, its stems in one text (``running``), and how it speaks."""

    text: str
    running: str
    manner: Manner


def read_sentence(text: str) -> Sentence:
    """Read a sentence once and for all questions."""
    return Sentence(text, " ".join(stems(text)), manner_of(text))


class ForwardIndex:
    """The sentences of passages, addressed by row; they stay on disk until they are read.

    Parameters
    ----------
    lines : numpy.ndarray of uint8
        One line of JSON for each passage.
    starts : numpy.ndarray, shape (passages + 1,)
        Where the line of each passage begins.
    """

    def __init__(self, lines: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64]) -> None:
        self._lines, self._starts = lines, starts

    @classmethod
    def load(cls, folder: Path) -> ForwardIndex:
        """Load what :func:`write_forward` has written."""
        lines = np.memmap(folder / _LINES, dtype=np.uint8, mode="r")
        return cls(np.asarray(lines), np.load(folder / _STARTS))

    def sentences(self, row: int) -> tuple[Sentence, ...]:
        """Return the sentences of the passage in ``row``, in order."""
        line = self._lines[self._starts[row] : self._starts[row + 1]].tobytes()
        return tuple(
            Sentence(text, running, Manner(frozenset(cues), code, words))
            for text, running, cues, code, words in json.loads(line)
        )


def write_forward(folder: Path, passages: Iterable[Sequence[str]]) -> None:
    """Write the sentences of each passage, in the order of rows, into ``folder``."""
    lengths = []
    with (folder / _LINES).open("wb") as file:
        for sentences in passages:
            lengths.append(file.write(_line(sentences)))
    np.save(folder / _STARTS, np.cumsum([0, *lengths], dtype=np.int64))


def _line(sentences: Sequence[str]) -> bytes:
    read = [(one.text, one.running, one.manner) for one in map(read_sentence, sentences)]
    fields = [[text, running, sorted(manner.cues), manner.code, manner.words] for text, running, manner in read]
    return json.dumps(fields).encode() + b"\n"  # ASCII: a lone surrogate, which Python allows in a text, survives
