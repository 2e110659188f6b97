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


class Character(NamedTuple):
    """A character and the middle of its box, as tall as its font, in coordinates of the file."""

    text: str
    x: float
    y: float


def _open(document: Document) -> Any:
    try:
        return pypdfium2.PdfDocument(file_bytes(document))
    except pypdfium2.PdfiumError as error:
        raise ExtractError(
            f"{document.member or document.path} cannot be read by the second engine ({error})."
        ) from error


_files = Handles(_open)


def page_characters(document: Document, page: int) -> list[Character]:
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


def _characters(text_page: Any, count: int) -> list[Character]:
    box = pdfium.FS_RECTF()
    get_unicode, get_box = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    found: list[Character] = []
    for index in range(count):
        code = get_unicode(text_page, index)
        text = _LINE_END_HYPHENS.get(code) or chr(code)
        if text.isspace() or code == 0:
            continue
        get_box(text_page, index, box)
        found.append(Character(text, (box.left + box.right) / 2, (box.bottom + box.top) / 2))
    return found


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
    found = page_characters(document, page)
    points = [turn.point(x * a + y * c + e, x * b + y * d + f) for _, x, y in found]
    places = np.array(points, dtype=np.float64).reshape(-1, 2)
    return [character.text for character in found], places[:, 0], places[:, 1]
