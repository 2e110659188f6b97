"""Places on the pages of a PDF, and pictures of them.

``boxes_of(document: Document, extraction: Extraction, locator: Locator, readings=FRESH) -> tuple[Box, ...]``
    One box for each line of the slice, tight around its characters; empty for other formats.
``page_picture(document: Document, page: int, boxes=(), *, zoom=1.5, crop=False) -> bytes``
    A PNG of page ``page`` (from 0) with the boxes highlighted; ``crop`` keeps their surroundings.
    Drawn in a child process.
``page_of(extraction: Extraction, locator: Locator) -> Page | None``
    The page that the slice begins on.
``line_of(document: Document, extraction: Extraction, locator: Locator) -> int | None``
    The first line (from 1) of the slice in a text file, ``None`` where the format has no lines.

No PDF is opened in this process: pages come read (:mod:`rlmap.corpus.readings`) or drawn from a child.
"""

from __future__ import annotations

import base64
import statistics
from collections.abc import Sequence
from dataclasses import astuple
from functools import lru_cache

import numpy as np

from rlmap.corpus.extract.base import line_number
from rlmap.corpus.extract.pdf.turn import Boxes, Rectangle
from rlmap.corpus.extract.sandbox import Limits, ask_child
from rlmap.corpus.page_reading import PageReading
from rlmap.corpus.readings import FRESH, LINE_FORMATS, Readings
from rlmap.errors import InputError
from rlmap.types import Box, Document, Extraction, Locator, Page

_BULLETS = frozenset("•‣◦▪▫■□▶►▸◆◇●○∙⁃")
_NO_BULLETS = dict.fromkeys(map(ord, _BULLETS))
#: A character so many times as tall as the median of its line is no ordinary one.
_TALL = 1.5
#: Drawing a page uses more of MuPDF than reading its text does, so it is done by a child, too.
_PICTURE_LIMITS = Limits(cpu_s=30, wall_s=45.0)


def pages_of(extraction: Extraction, locator: Locator) -> list[Page]:
    """Return the pages that the slice touches, in order; empty for a document without pages."""
    return [page for page in extraction.pages if page.start < locator.end and page.end > locator.start]


def page_of(extraction: Extraction, locator: Locator) -> Page | None:
    """Return the page that the slice begins on, ``None`` for a document without pages."""
    touched = pages_of(extraction, locator)
    return touched[0] if touched else None


def line_of(document: Document, extraction: Extraction, locator: Locator) -> int | None:
    """Return the line (from 1) that the slice begins on, ``None`` where there are no lines."""
    if document.media_type not in LINE_FORMATS:
        return None
    return line_number(extraction.text, locator.start)


def boxes_of(
    document: Document, extraction: Extraction, locator: Locator, readings: Readings = FRESH
) -> tuple[Box, ...]:
    """Return one box for each line of the slice, in reading order.

    Returns
    -------
    tuple of Box
        In points from the top left corner of the unrotated page; empty for other formats.

    Raises
    ------
    ExtractError
        If the original file cannot be read.
    """
    return tuple(
        Box(page.index, *rectangle)
        for page in pages_of(extraction, locator)
        for rectangle in line_boxes(readings.page(document, page.index), page, locator)
    )


def line_boxes(reading: PageReading, page: Page, locator: Locator) -> list[Rectangle]:
    """Return a box for each line of the slice on ``page``, on the unrotated page."""
    return [_around(boxes) for boxes in _visible(reading, *_on_page(reading, page, locator), frozenset())]


def lines_to_compare(reading: PageReading, page: Page, locator: Locator) -> tuple[str, list[Rectangle]]:
    """Return the slice's text on ``page`` without bullets, and where another engine finds its lines.

    The boxes are on the page turned so that its text is upright.

    A bullet is drawn as a letter of some symbol font, which engines name as they like; it says
    nothing. A line is as tall as its ordinary characters: the box of a large sign (an integral, a
    brace, a fraction) reaches into its neighbours, whose words are not part of the quote.
    """
    low, high = _on_page(reading, page, locator)
    text = reading.text[low:high]
    lines = [
        _ordinary(reading.turn.boxes(boxes)) for boxes in _visible(reading, low, high, _BULLETS.intersection(text))
    ]
    return text.translate(_NO_BULLETS), lines


def _on_page(reading: PageReading, page: Page, locator: Locator) -> tuple[int, int]:
    """Return the part of the slice that is on ``page``, as a range of the page's text."""
    return max(0, locator.start - page.start), min(len(reading.text), locator.end - page.start)


@lru_cache(maxsize=32)
def _visible(reading: PageReading, low: int, high: int, hidden: frozenset[str]) -> list[Boxes]:
    """Return the boxes of the visible characters of a range of the page's text, those of each line together.

    A quote is asked about twice, for its highlight and for its second reading.
    """
    text = reading.text[low:high]
    boxes = reading.boxes[low:high].astype(np.float64)
    between_lines = np.isnan(boxes[:, 0]) & np.array([character == "\n" for character in text], dtype=np.bool_)
    seen = [not (character.isspace() or character in hidden) for character in text]
    kept = np.flatnonzero(np.array(seen, dtype=np.bool_) & ~np.isnan(boxes[:, 0]))
    if not len(kept):
        return []
    ends = np.flatnonzero(np.diff(np.cumsum(between_lines)[kept])) + 1
    return np.split(boxes[kept], ends)


def read_inside(reading: PageReading, lines: Sequence[Rectangle]) -> str:
    """Return what the second engine read inside boxes on the turned page, one line of text for each."""
    if not lines:
        return ""
    read = []
    top, bottom = min(y0 for _, y0, _, _ in lines), max(y1 for _, _, _, y1 in lines)
    near = np.flatnonzero((reading.down >= top) & (reading.down <= bottom))
    across, down = reading.across[near], reading.down[near]
    for x0, y0, x1, y1 in lines:
        inside = near[(across >= x0) & (across <= x1) & (down >= y0) & (down <= y1)]
        read.append("".join(reading.second[index] for index in inside.tolist()))
    return "\n".join(read)


def _ordinary(boxes: Boxes) -> Rectangle:
    """Return a box as wide as all characters of a line and as tall as its ordinary ones."""
    heights = boxes[:, 3] - boxes[:, 1]
    _, y0, _, y1 = _around(boxes[heights <= _TALL * statistics.median(heights.tolist())])
    x0, _, x1, _ = _around(boxes)
    return x0, y0, x1, y1


def _around(boxes: Boxes) -> Rectangle:
    x0, y0 = boxes[:, :2].min(axis=0).tolist()
    x1, y1 = boxes[:, 2:].max(axis=0).tolist()
    return x0, y0, x1, y1


def page_picture(
    document: Document, page: int, boxes: Sequence[Box] = (), *, zoom: float = 1.5, crop: bool = False
) -> bytes:
    """Return a PNG of a page with the boxes highlighted.

    Parameters
    ----------
    document : Document
        A PDF.
    page : int
        Its page, from 0.
    boxes : sequence of Box
        What to highlight; boxes of other pages are ignored.
    zoom : float
        Pixels for each point, in [0.1, 8]; a page that would have more than 25 million pixels is
        drawn smaller.
    crop : bool
        Keep only the highlighted lines, the full width and half an inch around them.

    Raises
    ------
    InputError
        If there is no such page, or the zoom is out of range.
    ExtractError
        If the file cannot be read, or drawing it crashes, hangs or needs too much memory.
    """
    if not 0.1 <= zoom <= 8:
        raise InputError(f"zoom is {zoom:g}: use a value from 0.1 to 8.")
    request = {"task": "picture", "page": page, "boxes": [astuple(box) for box in boxes], "zoom": zoom, "crop": crop}
    return base64.b64decode(ask_child(document, request, _PICTURE_LIMITS)["png"])
