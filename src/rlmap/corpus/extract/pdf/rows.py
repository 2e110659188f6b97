"""The rows of text on a PDF page, as MuPDF reads them, with a box for every character.

Coordinates are points from the top left corner of the page as it is shown (rotated and
cropped); :mod:`rlmap.corpus.pages` turns them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pymupdf

#: No images, ligatures kept, unknown glyphs as U+FFFD rather than as wrong letters.
FLAGS: int = pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
_MATH_FONT = re.compile(
    r"CMMI|CMSY|CMEX|MSBM|MSAM|EUFM|RSFS|Symbol|MathematicalPi|MTSY|MTMI|STIX\w*Math|Math-Italic|LMMath|txsy|pxsy|rtxmi",
    re.IGNORECASE,
)
_BOLD_FONT = re.compile(r"bold|black|heavy|CMBX|-Medi|\.B\b|SemiBold|demi", re.IGNORECASE)
_BOLD, _MONO = 16, 8

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of text: its characters, their boxes, and how it is set.

    ``size`` is the font size of most of it (points); ``bold``, ``maths`` and ``mono`` are shares
    of its characters; ``block`` numbers the group that MuPDF put it in.
    """

    text: str
    boxes: tuple[Rectangle, ...]
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: float
    maths: float
    mono: float
    block: int
    upright: bool

    @property
    def height(self) -> float:
        """The height of the row's box."""
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        """The vertical middle of the row's box."""
        return (self.y0 + self.y1) / 2


def page_rows(page: Any, *, with_boxes: bool) -> list[Row]:
    """Return the rows of ``page`` in the order of its content stream.

    Without boxes a row is small; a book of thousands of pages stays in memory.
    """
    raw = page.get_text("rawdict", flags=FLAGS)
    return [
        row
        for number, block in enumerate(raw["blocks"])
        if block["type"] == 0
        for line in block["lines"]
        for row in _row(line, number, with_boxes)
    ]


@cache
def _style(font: str) -> tuple[bool, bool]:
    """Whether the name of a font says bold, and mathematics."""
    return _BOLD_FONT.search(font) is not None, _MATH_FONT.search(font) is not None


def _row(line: dict[str, Any], block: int, with_boxes: bool) -> Iterator[Row]:
    text: list[str] = []
    boxes: list[Rectangle] = []
    sizes: dict[float, int] = {}
    bold = maths = mono = 0
    for span in line["spans"]:
        characters = span["chars"]
        count = len(characters)
        for character in characters:
            text.append(character["c"])
            boxes.append(character["bbox"])
        font = span["font"]
        sizes[span["size"]] = sizes.get(span["size"], 0) + count
        is_bold, is_maths = _style(font)
        bold += count if is_bold or span["flags"] & _BOLD else 0
        mono += count if span["flags"] & _MONO else 0
        maths += count if is_maths else 0
    joined = "".join(text)
    if not joined.strip():
        return
    x0, y0, x1, y1 = line["bbox"]
    total = len(text)
    size = max(sizes, key=lambda value: (sizes[value], value))
    yield Row(
        text=joined,
        boxes=tuple(boxes) if with_boxes else (),
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        size=size,
        bold=bold / total,
        maths=maths / total,
        mono=mono / total,
        block=block,
        upright=line["dir"][0] > 0.9,
    )
