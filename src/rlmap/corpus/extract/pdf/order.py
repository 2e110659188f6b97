"""Reading order: columns are found by the white space between them.

A page is cut into horizontal strips; strips that share a gutter form one group, whose columns
are read one after the other, each by the same rule. This is the recursive X-Y cut (Nagy, Seth
and Viswanathan, 1992) with columns preferred to strips, so that paragraphs which happen to
end at the same height in two columns do not interleave them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rlmap.corpus.extract.pdf.rows import Row


class Chunk(NamedTuple):
    """Consecutive rows that MuPDF grouped, and their box."""

    rows: tuple[Row, ...]
    x0: float
    y0: float
    x1: float
    y1: float


def chunks_of(rows: Sequence[Row]) -> list[Chunk]:
    """Group rows by MuPDF's blocks; what stands beside or above within one is another group.

    A file may write its columns line by line across the page, and MuPDF then takes both for one
    block.
    """
    groups: list[list[Row]] = []
    open_groups: list[list[Row]] = []
    for row in rows:
        if not open_groups or open_groups[-1][-1].block != row.block:
            open_groups = []
        home = next((group for group in reversed(open_groups) if _goes_on(group, row)), None)
        if home is None:
            home = []
            groups.append(home)
            open_groups.append(home)
        home.append(row)
    return [_chunk(group) for group in groups]


def _chunk(rows: Sequence[Row]) -> Chunk:
    return Chunk(
        tuple(rows), min(r.x0 for r in rows), min(r.y0 for r in rows), max(r.x1 for r in rows), max(r.y1 for r in rows)
    )


def _goes_on(group: Sequence[Row], row: Row) -> bool:
    last = group[-1]
    if row.middle < last.y0 - 0.5 * last.height and row.x0 > last.x1 - 1:
        return False
    space = 1.5 * max(row.height, last.height)
    left, right = min(r.x0 for r in group), max(r.x1 for r in group)
    return row.x0 < right + space and row.x1 > left - space


def reading_order(chunks: Sequence[Chunk], width: float) -> list[list[Chunk]]:
    """Return the chunks in reading order, one list for each column that is read through.

    ``width`` is that of the page in points.
    """
    return [column for group in _groups(list(chunks), width) for column in _columns(group, width)]


def _columns(group: list[Chunk], width: float) -> list[list[Chunk]]:
    gutter = _gutter(group, width)
    if gutter is None:
        return [sorted(group, key=lambda c: (round(c.y0), c.x0))]
    left = [chunk for chunk in group if chunk.x1 <= gutter]
    right = [chunk for chunk in group if chunk.x1 > gutter]
    return [column for side in (left, right) for column in reading_order(side, width)]


def _groups(chunks: list[Chunk], width: float) -> list[list[Chunk]]:
    """Join strips that share a gutter, and neighbours that have none."""
    groups: list[list[Chunk]] = []
    for strip in _strips(chunks):
        if groups:
            union = groups[-1] + strip
            alike = _gutter(groups[-1], width) is None and _gutter(strip, width) is None
            if _gutter(union, width) is not None or alike:
                groups[-1] = union
                continue
        groups.append(strip)
    return groups


def _strips(chunks: list[Chunk]) -> list[list[Chunk]]:
    strips: list[list[Chunk]] = []
    bottom = float("-inf")
    for chunk in sorted(chunks, key=lambda c: (c.y0, c.x0)):
        # Boxes include ascenders and descenders, so neighbours may overlap by a hair.
        if strips and chunk.y0 < bottom - 2:
            strips[-1].append(chunk)
        else:
            strips.append([chunk])
        bottom = max(bottom, chunk.y1)
    return strips


def _gutter(chunks: list[Chunk], width: float) -> float | None:
    """Return the middle of the widest vertical white band between chunks, if wide enough."""
    best: tuple[float, float] | None = None
    edge = float("-inf")
    for chunk in sorted(chunks, key=lambda c: c.x0):
        gap = chunk.x0 - edge
        if edge > float("-inf") and gap >= max(5.0, 0.008 * width) and (best is None or gap > best[0]):
            best = (gap, (chunk.x0 + edge) / 2)
        edge = max(edge, chunk.x1)
    if best is None or not _balanced(chunks, best[1], width):
        return None
    return best[1]


def _balanced(chunks: list[Chunk], gutter: float, width: float) -> bool:
    """Whether both sides of ``gutter`` look like columns of text rather than labels or bullets."""
    sides = ([c for c in chunks if c.x1 <= gutter], [c for c in chunks if c.x1 > gutter])
    return all(max(c.x1 for c in side) - min(c.x0 for c in side) >= 0.12 * width for side in sides)
