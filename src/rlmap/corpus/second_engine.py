"""A second reading of a PDF, by PDFium, which shares no code with MuPDF.

``second_reading(document, page, lines, matrix) -> str``
    What PDFium finds inside the given boxes. If it is what MuPDF read there, the words of a
    quote do not hang on the faults of one engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from rlmap.corpus.extract.pdf.rows import Rectangle, Turn
from rlmap.corpus.handles import ENGINE_LOCK, Handles, file_bytes
from rlmap.errors import ExtractError
from rlmap.types import Document

#: PDFium reports a hyphen that ends a line as one of these.
_LINE_END_HYPHENS = {0x02: "-", 0xFFFE: "-"}


class Characters(NamedTuple):
    """Visible characters, and the middles of their boxes, as tall as their fonts, in coordinates of the file.

    ``x`` and ``y`` have shape (len(texts),).
    """

    texts: list[str]
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def _open(document: Document) -> Any:
    try:
        return pypdfium2.PdfDocument(file_bytes(document))
    except pypdfium2.PdfiumError as error:
        raise ExtractError(
            f"{document.member or document.path} cannot be read by the second engine ({error})."
        ) from error


_files = Handles(_open)


def page_characters(document: Document, page: int) -> Characters:
    """Return the visible characters of page ``page`` (from 0) in the order of the file."""
    with ENGINE_LOCK:
        try:
            text_page = _files.get(document)[page].get_textpage()
        except pypdfium2.PdfiumError as error:
            raise ExtractError(
                f"Page {page + 1} of {document.member or document.path} cannot be read by the second engine ({error})."
            ) from error
        try:
            return _characters(text_page.raw, text_page.count_chars())
        finally:
            text_page.close()


def _characters(text_page: Any, count: int) -> Characters:
    get_unicode, get_box = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    codes = [get_unicode(text_page, index) for index in range(count)]
    read = [_LINE_END_HYPHENS.get(code) or chr(code) for code in codes]
    visible = [index for index, text in enumerate(read) if codes[index] and not text.isspace()]
    boxes = (pdfium.FS_RECTF * len(visible))()
    for index, box in zip(visible, boxes, strict=True):
        get_box(text_page, index, box)
    left, top, right, bottom = np.frombuffer(boxes, dtype=np.float32).reshape(-1, 4).T.astype(np.float64)
    return Characters([read[index] for index in visible], (left + right) / 2, (bottom + top) / 2)


def second_reading(
    document: Document, page: int, lines: Sequence[Rectangle], matrix: tuple[float, ...], turn: Turn
) -> str:
    """Return what PDFium reads inside ``lines``, one line of text for each.

    Parameters
    ----------
    document : Document
        A PDF.
    page : int
        Its page, from 0.
    lines : sequence of (x0, y0, x1, y1)
        Boxes of lines on the turned page.
    matrix : tuple of float
        (a, b, c, d, e, f): turns coordinates of the file into those of the unrotated page.
    turn : Turn
        Turns the page so that the text is upright.

    Raises
    ------
    ExtractError
        If PDFium cannot read the file or the page.
    """
    characters, across, down = _placed(document, page, matrix, turn)
    read = []
    for x0, y0, x1, y1 in lines:
        inside = (across >= x0) & (across <= x1) & (down >= y0) & (down <= y1)
        read.append("".join(characters[index] for index in np.flatnonzero(inside)))
    return "\n".join(read)


@lru_cache(maxsize=48)
def _placed(
    document: Document, page: int, matrix: tuple[float, ...], turn: Turn
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Return the characters of a page and where they stand on the turned page, across and down."""
    a, b, c, d, e, f = matrix
    texts, x, y = page_characters(document, page)
    across, down = turn.point(x * a + y * c + e, x * b + y * d + f)
    return texts, across, down
