"""Places on the pages of a PDF, and pictures of them.

``boxes_of(document: Document, extraction: Extraction, locator: Locator) -> tuple[Box, ...]``
    One box for each line of the slice, tight around its characters; empty for other formats.
``page_picture(document: Document, page: int, boxes=(), *, zoom=1.5, crop=False) -> bytes``
    A PNG of page ``page`` (from 0) with the boxes highlighted; ``crop`` keeps their surroundings.
``page_of(extraction: Extraction, locator: Locator) -> Page | None``
    The page that the slice begins on.
``line_of(document: Document, extraction: Extraction, locator: Locator) -> int | None``
    The first line (from 1) of the slice in a text file, ``None`` where the format has no lines.

Open files and read pages are kept in small caches, so that showing five quotes is quick.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pymupdf

from rlmap.corpus.extract.base import line_starts
from rlmap.corpus.extract.formats.pdf import open_pdf, read_page
from rlmap.corpus.extract.pdf.paragraphs import PageText
from rlmap.corpus.extract.pdf.rows import Rectangle
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
_HIGHLIGHT = (1.0, 0.86, 0.2)
_MARGIN = 36.0

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
        Pixels for each point, in [0.1, 8].
    crop : bool
        Keep only the highlighted lines, the full width and half an inch around them.

    Raises
    ------
    InputError
        If there is no such page, or the zoom is out of range.
    ExtractError
        If the file cannot be read.
    """
    if not 0.1 <= zoom <= 8:
        raise InputError(f"zoom is {zoom:g}: use a value from 0.1 to 8.")
    with ENGINE_LOCK:
        pdf = _mupdf.get(document)
        if not 0 <= page < pdf.page_count:
            raise InputError(f"{document.title} has no page {page + 1}: it has {pdf.page_count} pages.")
        # The highlight is drawn on a copy of the page: the open file stays as it is.
        copy = pymupdf.open()
        try:
            copy.insert_pdf(pdf, from_page=page, to_page=page, links=False, annots=False)
            sheet = copy[0]
            here = [pymupdf.Rect(box.x0, box.y0, box.x1, box.y1) for box in boxes if box.page == page]
            for rectangle in here:
                sheet.draw_rect(rectangle, color=None, fill=_HIGHLIGHT, fill_opacity=0.4, overlay=True)
            clip = _surroundings(sheet, here) if crop and here else None
            picture: bytes = sheet.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), clip=clip, alpha=False).tobytes("png")
        finally:
            copy.close()
    return picture


def _surroundings(sheet: Any, here: Sequence[Any]) -> Any:
    shown = [rectangle * sheet.rotation_matrix for rectangle in here]
    top = min(min(r.y0, r.y1) for r in shown) - _MARGIN
    bottom = max(max(r.y0, r.y1) for r in shown) + _MARGIN
    return pymupdf.Rect(0, top, sheet.rect.width, bottom) & sheet.rect
