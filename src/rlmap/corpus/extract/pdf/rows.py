"""The rows of text on a PDF page, as MuPDF reads them, with a box for every character.

Character boxes are in points from the top left corner of the unrotated page. The layout is
found on the page turned so that most of its text is upright, whether the page says that it is
rotated or its text simply is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rlmap.corpus.extract.pdf.engine import pymupdf
from rlmap.corpus.extract.pdf.turn import Rectangle, Turn

#: No images, ligatures kept, unknown glyphs as U+FFFD rather than as wrong letters.
FLAGS: int = pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
_MATH_FONT = re.compile(
    r"CMMI|CMSY|CMEX|MSBM|MSAM|EUFM|RSFS|Symbol|MathematicalPi|MTSY|MTMI|STIX\w*Math|Math-Italic|LMMath|txsy|pxsy|rtxmi",
    re.IGNORECASE,
)
_BOLD_FONT = re.compile(r"bold|black|heavy|CMBX|-Medi|\.B\b|SemiBold|demi", re.IGNORECASE)
_BOLD, _MONO = 16, 8


@dataclass(frozen=True, slots=True)
class Row:
    """A line of text: its characters, their boxes, and how it is set.

    ``boxes`` are those of the unturned page, ``x0`` to ``y1`` the row's on the turned one.
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


def page_rows(page: Any, *, with_boxes: bool) -> tuple[list[Row], Turn]:
    """Return the rows of ``page`` in the order of its content stream, and how it was turned.

    Without boxes a row is small; a book of thousands of pages stays in memory.
    """
    raw = page.get_text("rawdict", flags=FLAGS)
    lines = [
        (line, number) for number, block in enumerate(raw["blocks"]) if block["type"] == 0 for line in block["lines"]
    ]
    directions: Counter[int] = Counter()
    for line, _ in lines:
        directions[_quarters(line["dir"])] += sum(len(span["chars"]) for span in line["spans"])
    quarters = max(directions, key=lambda q: (directions[q], -q)) if directions else 0
    turn = Turn(quarters, raw["width"], raw["height"])
    return [row for line, number in lines for row in _row(line, number, turn, with_boxes)], turn


def _quarters(direction: tuple[float, float]) -> int:
    """Return by how many quarters a line of this direction is turned to read from left to right."""
    x, y = direction
    if abs(x) >= abs(y):
        return 0 if x >= 0 else 2
    return 1 if y < 0 else 3


@cache
def _style(font: str) -> tuple[bool, bool]:
    """Whether the name of a font says bold, and mathematics."""
    return _BOLD_FONT.search(font) is not None, _MATH_FONT.search(font) is not None


def _row(line: dict[str, Any], block: int, turn: Turn, with_boxes: bool) -> Iterator[Row]:
    text: list[str] = []
    boxes: list[Rectangle] = []
    sizes: dict[float, int] = {}
    bold = maths = mono = 0
    for span in line["spans"]:
        characters = span["chars"]
        count = len(characters)
        text += [character["c"] for character in characters]
        boxes += [character["bbox"] for character in characters]
        font = span["font"]
        sizes[span["size"]] = sizes.get(span["size"], 0) + count
        is_bold, is_maths = _style(font)
        bold += count if is_bold or span["flags"] & _BOLD else 0
        mono += count if span["flags"] & _MONO else 0
        maths += count if is_maths else 0
    joined = "".join(text)
    if not joined.strip():
        return
    x0, y0, x1, y1 = turn.box(line["bbox"])
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
        upright=_quarters(line["dir"]) == turn.quarters,
    )
