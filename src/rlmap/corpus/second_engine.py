"""A second reading of a PDF, by PDFium, which shares no code with MuPDF.

``second_reading(document, page, lines, matrix) -> str``
    What PDFium finds inside the given boxes. If it is what MuPDF read there, the words of a
    quote do not hang on the faults of one engine.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

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

Character = tuple[str, float, float]
"""A character and a point of it, in the coordinates of the file: half its width along its baseline."""


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
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    found: list[Character] = []
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        character = _LINE_END_HYPHENS.get(code) or chr(code)
        if character.isspace() or code == 0:
            continue
        pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
        pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
        across, along = (left.value + right.value) / 2, (bottom.value + top.value) / 2
        upright = angle_is_level(pdfium.FPDFText_GetCharAngle(text_page, index))
        found.append((character, across, y.value) if upright else (character, x.value, along))
    return found


def angle_is_level(radians: float) -> bool:
    """Whether text at this angle runs along the horizontal axis of the file."""
    return abs(math.sin(radians)) < 0.7


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
        Boxes of lines on the unrotated page.
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
    for x0, y0, x1, y1 in map(turn.box, lines):
        # A baseline lies in the lower part of its own line's box and above that of the next line.
        inside = (across >= x0) & (across <= x1) & (down >= y0 + 0.35 * (y1 - y0)) & (down <= y1)
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
    return [character for character, _, _ in found], places[:, 0], places[:, 1]
