"""Finding words in a document when only the words are known, not their place.

``find_quote(extraction, words, before="", after="") -> list[tuple[int, int]]``
    Every place that reads as ``words`` under the strict key, as ranges of the canonical text.

A sentence that goes on over a page break, or around a footnote, does not stand in one piece in
the canonical text: running heads and notes are between its halves. It is found in the running
text, which is the canonical text less those blocks; the range that is returned holds them.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from rlmap.corpus.extract.base import FOOTNOTE
from rlmap.corpus.strict_key import find_reading
from rlmap.types import Extraction


class RunningText(NamedTuple):
    """``text`` is made of pieces: piece i begins at ``starts[i]`` and at ``origins[i]`` of the canonical text."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def origin(self, offset: int) -> int:
        """Return where the character at ``offset`` stands in the canonical text."""
        piece = bisect_right(self.starts, offset) - 1
        return self.origins[piece] + offset - self.starts[piece]


def find_quote(extraction: Extraction, words: str, before: str = "", after: str = "") -> list[tuple[int, int]]:
    """Return every place of ``words``, as half-open ranges of the canonical text, in order.

    Parameters
    ----------
    extraction : Extraction
        Where to look.
    words : str
        What to look for; white space, ligatures and hyphens at line ends do not count.
    before, after : str
        If given, only places between these words count.
    """
    places = find_reading(extraction.text, words, before, after)
    if places:
        return places
    running = running_text(extraction)
    found = find_reading(running.text, words, before, after)
    return [(running.origin(start), running.origin(end - 1) + 1) for start, end in found]


@lru_cache(maxsize=8)
def running_text(extraction: Extraction) -> RunningText:
    """Return the canonical text less running heads and footnotes."""
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = 0

    def add(start: int, end: int) -> None:
        nonlocal length
        # One line break between two pieces, so that the halves of a word find each other.
        piece = extraction.text[start:end].rstrip()
        kept = piece.lstrip("\n\f")
        if kept:
            pieces.append(kept + "\n")
            starts.append(length)
            origins.append(start + len(piece) - len(kept))
            length += len(kept) + 1

    position = 0
    for block in extraction.blocks:
        if block.block_type == "running-head" or block.reason == FOOTNOTE:
            add(position, block.start)
            position = block.end
    add(position, len(extraction.text))
    return RunningText("".join(pieces), tuple(starts), tuple(origins))
