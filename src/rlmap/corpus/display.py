"""Display text: a reversible map of the canonical text that reads well.

``display_of(document: Document, extraction: Extraction, locator: Locator) -> Display``
    The readable form of a slice. ``Display.text`` is what is shown; every character of it maps
    back to canonical offsets through ``Display.canonical(start, end)``;
    ``Display.between(start, end)`` narrows it to a canonical range (a sentence of a passage).
``display_text(text, media_type, offset=0) -> Display``
    The same for a slice alone, without knowledge of the document's other blocks.

Lines are joined, line-end hyphens and ligatures resolved, markup hidden, mathematics kept as
``$...$``. No word is invented: what is shown is what stands there, less markup.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, zip_longest

from rlmap.corpus.markup import Edit, docstring_edits, markdown_edits, rst_edits
from rlmap.corpus.markup_other import caption_edits, latex_edits, pdf_edits
from rlmap.types import QUOTABLE_BLOCKS, Document, Extraction, Locator

#: White space that is shown otherwise than it stands: anything but a single space.
_SPACE = re.compile(r"\s{2,}|[^\S ]")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
#: Formulas are shown within a passage though none consists of them.
_SHOWN = QUOTABLE_BLOCKS | {"math"}
#: That a word begins before, or ends after, a place in it.
_GOES_BACK, _GOES_ON = re.compile(r"[^\W\d_]-?\Z"), re.compile(r"-?[^\W\d_]")

_EDITS: dict[str, Callable[[str], list[Edit]]] = {
    "text/markdown": markdown_edits,
    "text/mdx": markdown_edits,
    "application/x-ipynb+json": markdown_edits,
    "text/x-rst": rst_edits,
    "text/x-python": docstring_edits,
    "text/x-tex": latex_edits,
    "text/vtt": caption_edits,
    "application/x-subrip": caption_edits,
}
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Segment:
    """``text`` is shown for the canonical characters ``[start, end)``.

    Where both have the same length they correspond character by character; otherwise the whole
    of ``text`` stands for the whole range.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Display:
    """A readable text and the canonical range of each part of it, in order."""

    text: str
    segments: tuple[Segment, ...]

    def canonical(self, start: int, end: int) -> tuple[int, int]:
        """Return the canonical range of the displayed characters ``[start, end)``, end > start."""
        starts = self._starts()
        return self._place(starts, start)[0], self._place(starts, end - 1)[1]

    def between(self, start: int, end: int) -> Display:
        """Return the part that shows canonical characters of ``[start, end)``."""
        kept: list[Segment] = []
        first = bisect_right(self.segments, start, key=lambda segment: segment.end)
        for segment in self.segments[first:]:
            if segment.start >= end:
                break
            if segment.end - segment.start == len(segment.text):
                kept.append(_cut(segment, max(0, start - segment.start), max(0, segment.end - end)))
            elif segment.start >= start and segment.end <= end:
                kept.append(segment)
        return _stripped(kept)

    def _starts(self) -> list[int]:
        return [0, *accumulate(len(segment.text) for segment in self.segments)]

    def _place(self, starts: list[int], position: int) -> tuple[int, int]:
        index = bisect_right(starts, position) - 1
        segment = self.segments[index]
        if segment.end - segment.start != len(segment.text):
            return segment.start, segment.end
        at = segment.start + position - starts[index]
        return at, at + 1


def display_of(document: Document, extraction: Extraction, locator: Locator) -> Display:
    """Return the readable form of the slice that ``locator`` names.

    What lies in the slice outside quotable blocks and formulas (a running head between two
    pages, a label) is hidden.
    """
    start, end = locator.start, locator.end
    text = extraction.text[start:end]
    edits = _hidden(text, _shown_ranges(extraction, start, end))
    media_type = _plain(document.media_type)
    edits.extend(_slice_edits(text, media_type, extraction))
    display = _assemble(text, edits, start)
    return _rejoined(display) if media_type == PDF else display


def _shown_ranges(extraction: Extraction, start: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges of the slice (from its own beginning) that are shown, in order."""
    blocks = extraction.blocks
    index = bisect_right(blocks, start, key=lambda block: block.end)
    shown = []
    while index < len(blocks) and blocks[index].start < end:
        block = blocks[index]
        if block.block_type in _SHOWN:
            shown.append((max(start, block.start) - start, min(end, block.end) - start))
        index += 1
    return shown or [(0, end - start)]


def _hidden(text: str, shown: Sequence[tuple[int, int]]) -> list[Edit]:
    edits = []
    position = 0
    for low, high in [*shown, (len(text), len(text))]:
        gap = text[position:low]
        if gap.strip():
            left = position + len(gap) - len(gap.lstrip())
            edits.append(Edit(left, left + len(gap.strip()), ""))
        position = high
    return edits


def display_text(text: str, media_type: str, offset: int = 0) -> Display:
    """Return the readable form of ``text``, a canonical slice that begins at ``offset``."""
    return _assemble(text, _slice_edits(text, _plain(media_type), None), offset)


def _plain(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _slice_edits(text: str, media_type: str, extraction: Extraction | None) -> list[Edit]:
    if media_type == PDF:
        whole = extraction.text if extraction else text
        return pdf_edits(text, lambda left, right: _keeps_hyphen(whole, left, right))
    edits = _EDITS.get(media_type)
    return edits(text) if edits else []


def _keeps_hyphen(text: str, left: str, right: str) -> bool:
    """Decide by the document's own spelling elsewhere; where it has none, by its halves."""
    spelled, left, right = _lowered(text), left.lower(), right.lower()
    compound, fused = occurrences(spelled, f"{left}-{right}"), occurrences(spelled, left + right)
    if compound or fused or "-" in left + right:
        return compound >= fused
    return min(len(left), len(right)) > 2 and occurrences(spelled, left) > 1 and occurrences(spelled, right) > 1


@lru_cache(maxsize=16)
def _lowered(text: str) -> str:
    return text.lower()


def occurrences(text: str, word: str) -> int:
    """Count where ``word`` stands as a whole in ``text``: letters, or such joined by hyphens, and no more around it."""
    count, at = 0, text.find(word)
    while at >= 0:
        count += not (_GOES_BACK.search(text, max(0, at - 2), at) or _GOES_ON.match(text, at + len(word)))
        at = text.find(word, at + 1)
    return count


def _assemble(text: str, edits: Iterable[Edit], offset: int) -> Display:
    segments: list[Segment] = []
    position = 0
    for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
        if edit.start < position:
            if edit.end <= position:
                continue
            edit = Edit(position, edit.end, edit.replacement)  # noqa: PLW2901 - cut to what is still free
        _spaced(segments, text, position, edit.start, offset)
        if edit.replacement:
            segments.append(Segment(offset + edit.start, offset + edit.end, edit.replacement))
        position = edit.end
    _spaced(segments, text, position, len(text), offset)
    return _stripped(segments)


def _spaced(segments: list[Segment], text: str, start: int, end: int, offset: int) -> None:
    """Append ``text[start:end]`` with every run of white space made one space or paragraph."""
    position = start
    for match in _SPACE.finditer(text, start, end):
        if match.start() > position:
            segments.append(Segment(offset + position, offset + match.start(), text[position : match.start()]))
        shown = "\n\n" if _PARAGRAPH.search(match.group()) else " "
        segments.append(Segment(offset + match.start(), offset + match.end(), shown))
        position = match.end()
    if end > position:
        segments.append(Segment(offset + position, offset + end, text[position:end]))


def _stripped(segments: list[Segment]) -> Display:
    """Drop white space at both ends and beside other white space; a paragraph break wins."""
    kept: list[Segment] = []
    for segment in segments:
        blank = segment.text.isspace()
        if kept and kept[-1].text.isspace() and segment.text[0].isspace():
            if blank and len(kept[-1].text) >= len(segment.text):
                continue
            kept.pop() if blank or "\n" in segment.text else None
        if not kept and blank:
            continue
        if segment.text[0] == " " and (not kept or kept[-1].text[-1].isspace()):
            segment = _cut(segment, 1, 0)  # noqa: PLW2901 - less the space that is doubled
        if not segment.text:
            continue
        if kept and kept[-1].text[-1] == " " and segment.text[0] == "\n" and not kept[-1].text.isspace():
            kept[-1] = _cut(kept[-1], 0, 1)
        kept.append(segment)
    while kept and kept[-1].text.isspace():
        kept.pop()
    if kept:
        kept[0] = _cut(kept[0], len(kept[0].text) - len(kept[0].text.lstrip()), 0)
        kept[-1] = _cut(kept[-1], 0, len(kept[-1].text) - len(kept[-1].text.rstrip()))
    return Display("".join(segment.text for segment in kept), tuple(kept))


def _rejoined(display: Display) -> Display:
    """Close the gap in a paragraph that goes on in the next column or on the next page."""
    kept: list[Segment] = []
    for segment, following in zip_longest(display.segments, display.segments[1:]):
        if segment.text == "\n\n" and kept and following is not None and following.text[0].islower():
            before = kept[-1].text[-1]
            if before == "-":
                continue
            if before.islower() or before == ",":
                kept.append(Segment(segment.start, segment.end, " "))
                continue
        kept.append(segment)
    return Display("".join(segment.text for segment in kept), tuple(kept))


def _cut(segment: Segment, left: int, right: int) -> Segment:
    """Drop characters of ``segment`` on the left and right."""
    text = segment.text[left : len(segment.text) - right]
    if segment.end - segment.start != len(segment.text):
        return Segment(segment.start, segment.end, text)
    return Segment(segment.start + left, segment.end - right, text)
