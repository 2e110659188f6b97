"""Paragraphs of a PDF page: the rows of each column, cut where a new paragraph begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rlmap.corpus.extract.pdf.order import Chunk, chunks_of, reading_order
from rlmap.corpus.extract.pdf.rows import Row
from rlmap.corpus.extract.pdf.turn import Rectangle, Turn

ITEM = re.compile(r"\s*(?:[•◦▪–∗*►‣-]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s)")
CAPTION = re.compile(
    r"\s*(?:(?:Extended Data )?(?:Figure|Fig\.|Table|Algorithm|Listing)\s*[A-Z]?\d+(?:\.\d+)*\s*[.:|]|"
    r"(?:Figure|Table) \d+\s[A-Z])"
)
_ENDED = re.compile(r"[.!?:;]['\"’”)\]]*\s*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Rows that belong together; ``joined`` if it continues the paragraph before it."""

    rows: tuple[Row, ...]
    column: int
    joined: bool

    @property
    def text(self) -> str:
        """The rows, one a line."""
        return "".join(text for text, _ in pieces(self.rows))


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as it is read: its canonical text, a box for each character, its paragraphs.

    ``boxes[i]`` is ``None`` where character ``i`` is a separator; empty if none were read. ``spans`` are the ranges of
    ``text`` of each paragraph; ``turn`` is how the page was turned to be read.
    """

    text: str
    turn: Turn
    boxes: tuple[Rectangle | None, ...]
    paragraphs: tuple[Paragraph, ...]
    spans: tuple[tuple[int, int], ...]


def page_text(rows: Sequence[Row], turn: Turn) -> PageText:
    """Put the rows of a page in reading order and join them.

    Rows end in a newline, paragraphs in an empty line, except where a paragraph goes on in the
    next column. Rows that do not run from left to right come last.
    """
    paragraphs: list[Paragraph] = []
    upright = [row for row in rows if row.upright]
    for number, column in enumerate(reading_order(chunks_of(upright), turn.shown_size[0])):
        paragraphs.extend(_paragraphs(column, number, paragraphs[-1] if paragraphs else None))
    paragraphs.extend(Paragraph((row,), -1, False) for row in rows if not row.upright)
    return _joined(paragraphs, turn)


def _joined(paragraphs: Iterable[Paragraph], turn: Turn) -> PageText:
    parts: list[str] = []
    boxes: list[Rectangle | None] = []
    spans: list[tuple[int, int]] = []
    kept = tuple(paragraphs)
    length = 0
    for paragraph in kept:
        separator = ("\n" if paragraph.joined else "\n\n") if parts else ""
        found = [(separator, [None] * len(separator)), *pieces(paragraph.rows)]
        start = length + len(separator)
        for text, row_boxes in found:
            parts.append(text)
            boxes.extend(row_boxes)
            length += len(text)
        spans.append((start, length))
    return PageText("".join(parts), turn, tuple(boxes) if len(boxes) == length else (), kept, tuple(spans))


def pieces(rows: Sequence[Row]) -> list[tuple[str, Sequence[Rectangle | None]]]:
    """Return the text of each row and what separates it from the next, with boxes."""
    found: list[tuple[str, Sequence[Rectangle | None]]] = []
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        found.append((row.text, row.boxes))
        if following is not None:
            same_line = abs(following.middle - row.middle) < 0.35 * min(row.height, following.height)
            found.append((" " if same_line and following.x0 >= row.x1 - 2 else "\n", (None,)))
    return found


def _paragraphs(column: Sequence[Chunk], number: int, before: Paragraph | None) -> list[Paragraph]:
    rows = [row for chunk in column for row in chunk.rows]
    starts = {id(chunk.rows[0]) for chunk in column}
    left, pitch, size = _left_edge(rows), _pitch(rows), median(row.size for row in rows)
    groups: list[list[Row]] = []
    for row in rows:
        if groups and not _begins(
            groups[-1], row, left, pitch if row.size <= 1.08 * size else 1.3 * row.size, id(row) in starts
        ):
            groups[-1].append(row)
        else:
            groups.append([row])
    found: list[Paragraph] = []
    for group in groups:
        previous = found[-1] if found else before
        found.append(Paragraph(tuple(group), number, previous is not None and _continues(previous, group[0])))
    return found


def _left_edge(rows: Sequence[Row]) -> float:
    """The left edge that most rows of the column share."""
    counts: dict[int, int] = {}
    for row in rows:
        counts[round(row.x0)] = counts.get(round(row.x0), 0) + len(row.text)
    return float(max(counts, key=lambda x: (counts[x], -x)))


def _pitch(rows: Sequence[Row]) -> float:
    steps = [b.middle - a.middle for a, b in pairwise(rows) if 2 < b.middle - a.middle < 40]
    return median(steps) if steps else 12.0


def _begins(group: Sequence[Row], row: Row, left: float, pitch: float, new_chunk: bool) -> bool:
    """Whether ``row`` begins a new paragraph after ``group``, in a column whose edge is ``left``."""
    last = group[-1]
    step = row.middle - last.middle
    if abs(step) < 0.4 * last.height:
        return False
    if step > 1.6 * pitch or step < -pitch or abs(row.size - last.size) > 0.12 * last.size + 0.3:
        return not _is_script(row, last)
    ended = _ENDED.search(last.text) is not None
    was_flush = abs(last.x0 - left) <= 3 or last.x0 > row.x0 + 3
    return (
        _changes_weight(group, row)
        or CAPTION.match(row.text) is not None
        or (ITEM.match(row.text) is not None and (new_chunk or row.x0 <= group[0].x0 + 3))
        or (4 < row.x0 - left < 40 and was_flush and ended)
        or (new_chunk and (step > 1.25 * pitch or ended))
    )


def _changes_weight(group: Sequence[Row], row: Row) -> bool:
    """Whether a bold title ends, or one begins, between ``group`` and ``row``."""
    last = group[-1]
    if last.bold > 0.8 and row.bold < 0.3 and last.x1 < row.x1 - 2 * row.height:
        return True
    differs = (row.bold > 0.8) != (last.bold > 0.8)
    return differs and (len(group) == 1 or row.bold > 0.8) and row.block != last.block


def _is_script(row: Row, last: Row) -> bool:
    """Whether ``row`` is a stray index or exponent of the row before it."""
    return len(row.text.strip()) <= 4 and row.size < last.size and abs(row.middle - last.middle) < last.height


def _continues(previous: Paragraph, row: Row) -> bool:
    last = previous.rows[-1]
    text = last.text.rstrip()
    if _ENDED.search(text) or abs(row.size - last.size) > 0.3 or last.bold > 0.8 or not row.text[:1].strip():
        return False
    return row.text[:1].islower() or text.endswith(("-", ","))
