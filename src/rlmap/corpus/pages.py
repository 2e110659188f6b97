"""Places on the pages of a PDF, and pictures of them.

``boxes_of(document: Document, extraction: Extraction, locator: Locator) -> tuple[Box, ...]``
    One box for each line of the slice, tight around its characters; empty for other formats.
``page_picture(document: Document, page: int, boxes=(), *, zoom=1.5, crop=False) -> bytes``
    A PNG of page ``page`` (from 0) with the boxes highlighted; ``crop`` keeps their surroundings.
    Drawn in a child process.
``page_of(extraction: Extraction, locator: Locator) -> Page | None``
    The page that the slice begins on.
``line_of(document: Document, extraction: Extraction, locator: Locator) -> int | None``
    The first line (from 1) of the slice in a text file, ``None`` where the format has no lines.

Open files and read pages are kept in small caches, so that showing five quotes is quick.
"""

from __future__ import annotations

import base64
import statistics
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import astuple
from functools import lru_cache

from rlmap.corpus.extract.base import line_starts
from rlmap.corpus.extract.formats.pdf import open_pdf, read_page
from rlmap.corpus.extract.pdf.paragraphs import PageText
from rlmap.corpus.extract.pdf.rows import Rectangle
from rlmap.corpus.extract.sandbox import Limits, ask_child
from rlmap.corpus.handles import ENGINE_LOCK, Handles, file_bytes
from rlmap.errors import InputError
from rlmap.types import Box, Document, Extraction, Locator, Page

#: Formats whose canonical text is the file's own text, so that a slice has a line number.
LINE_FORMATS = frozenset(
    {
        "text/markdown",
        "text/mdx",
        "text/x-rst",
        "text/x-python",
        "text/x-tex",
        "text/vtt",
        "application/x-subrip",
        "text/plain",
    }
)
_BULLETS = frozenset("•‣◦▪▫■□▶►▸◆◇●○∙⁃")
#: A character so many times as tall as the median of its line is no ordinary one.
_TALL = 1.5
#: Drawing a page uses more of MuPDF than reading its text does, so it is done by a child, too.
_PICTURE_LIMITS = Limits(cpu_s=30, wall_s=45.0)

_mupdf = Handles(lambda document: open_pdf(file_bytes(document), document.member or document.path))


def read_page_again(document: Document, page: int) -> PageText:
    """Read page ``page`` of the original file again; the result is cached by the file's hash."""
    return _read_page(document, page)


@lru_cache(maxsize=64)
def _read_page(document: Document, page: int) -> PageText:
    with ENGINE_LOCK:
        return read_page(_mupdf.get(document), page, with_boxes=True)


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
    return bisect_right(_line_starts(extraction.text_sha256, extraction.text), locator.start)


@lru_cache(maxsize=32)
def _line_starts(_digest: str, text: str) -> list[int]:
    return line_starts(text)


def boxes_of(document: Document, extraction: Extraction, locator: Locator) -> tuple[Box, ...]:
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
        for rectangle in line_boxes(document, page, locator)
    )


def line_boxes(document: Document, page: Page, locator: Locator) -> list[Rectangle]:
    """Return a box for each line of the slice on ``page``, on the unrotated page."""
    again = read_page_again(document, page.index)
    low = max(0, locator.start - page.start)
    high = min(len(again.text), locator.end - page.start)
    lines: list[Rectangle] = []
    fresh = True
    for offset in range(low, high):
        box = again.boxes[offset]
        if box is None:
            fresh = again.text[offset] == "\n" or fresh
        elif not again.text[offset].isspace():
            if fresh or not lines:
                lines.append(box)
            else:
                lines[-1] = _union(lines[-1], box)
            fresh = False
    return lines


def lines_to_compare(document: Document, page: Page, locator: Locator) -> tuple[str, list[Rectangle]]:
    """Return the slice's text on ``page`` without bullets, and where another engine finds its lines.

    The boxes are on the page turned so that its text is upright.

    A bullet is drawn as a letter of some symbol font, which engines name as they like; it says
    nothing. A line is as tall as its ordinary characters: the box of a large sign (an integral, a
    brace, a fraction) reaches into its neighbours, whose words are not part of the quote.
    """
    again = read_page_again(document, page.index)
    low = max(0, locator.start - page.start)
    high = min(len(again.text), locator.end - page.start)
    lines: list[list[Rectangle]] = [[]]
    kept: list[str] = []
    for offset in range(low, high):
        character, box = again.text[offset], again.boxes[offset]
        if box is None:
            kept.append(character)
            if character == "\n" and lines[-1]:
                lines.append([])
        elif character.isspace() or character not in _BULLETS:
            kept.append(character)
            if not character.isspace():
                lines[-1].append(again.turn.box(box))
    return "".join(kept), [_ordinary(line) for line in lines if line]


def _ordinary(boxes: Sequence[Rectangle]) -> Rectangle:
    """Return a box as wide as all characters of a line and as tall as its ordinary ones."""
    tallest = _TALL * statistics.median(y1 - y0 for _, y0, _, y1 in boxes)
    ordinary = [box for box in boxes if box[3] - box[1] <= tallest]
    x0, x1 = min(box[0] for box in boxes), max(box[2] for box in boxes)
    return x0, min(box[1] for box in ordinary), x1, max(box[3] for box in ordinary)


def _union(a: Rectangle, b: Rectangle) -> Rectangle:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


@lru_cache(maxsize=256)
def file_matrix(document: Document, page: int) -> tuple[float, ...]:
    """Return the matrix (a, b, c, d, e, f) from the coordinates of the file to the unrotated page."""
    with ENGINE_LOCK:
        return tuple(_mupdf.get(document)[page].transformation_matrix)


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
