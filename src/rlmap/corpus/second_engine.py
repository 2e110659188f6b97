"""A second reading of a PDF, by PDFium, which shares no code with MuPDF.

``second_reading(document, page, lines, matrix) -> str``
    What PDFium finds inside the given boxes. If it is what MuPDF read there, the words of a
    quote do not hang on the faults of one engine.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from rlmap.corpus.extract.pdf.rows import Rectangle
from rlmap.corpus.handles import ENGINE_LOCK, Handles, file_bytes
from rlmap.errors import ExtractError
from rlmap.types import Document

#: PDFium reports a hyphen that ends a line as one of these.
_LINE_END_HYPHENS = {0x02: "-", 0xFFFE: "-"}

Character = tuple[str, float, float]
"""A character, the middle of its box and its baseline, in the coordinates of the file."""


def _open(document: Document) -> Any:
    try:
        return pypdfium2.PdfDocument(file_bytes(document))
    except pypdfium2.PdfiumError as error:
        raise ExtractError(
            f"{document.member or document.path} cannot be read by the second engine ({error})."
        ) from error


_files = Handles(_open)


@lru_cache(maxsize=48)
def page_characters(document: Document, page: int) -> tuple[Character, ...]:
    """Return the visible characters of page ``page`` (from 0) in the order of the file."""
    with ENGINE_LOCK:
        try:
            text_page = _files.get(document)[page].get_textpage()
        except pypdfium2.PdfiumError as error:
            raise ExtractError(
                f"Page {page + 1} of {document.member or document.path} cannot be read by the second engine ({error})."
            ) from error
        try:
            return tuple(_characters(text_page.raw, text_page.count_chars()))
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
        found.append((character, (left.value + right.value) / 2, y.value))
    return found


def second_reading(document: Document, page: int, lines: Sequence[Rectangle], matrix: Any) -> str:
    """Return what PDFium reads inside ``lines``, one line of text for each.

    Parameters
    ----------
    document : Document
        A PDF.
    page : int
        Its page, from 0.
    lines : sequence of (x0, y0, x1, y1)
        Boxes of lines on the page as it is shown.
    matrix : pymupdf.Matrix
        Turns coordinates of the file into those of the page as it is shown.

    Raises
    ------
    ExtractError
        If PDFium cannot read the file or the page.
    """
    placed = [
        (character, x * matrix.a + y * matrix.c + matrix.e, x * matrix.b + y * matrix.d + matrix.f)
        for character, x, y in page_characters(document, page)
    ]
    return "\n".join(
        # A baseline lies in the lower part of its own line's box and above that of the next line.
        "".join(c for c, x, y in placed if x0 <= x <= x1 and y0 + 0.35 * (y1 - y0) <= y <= y1)
        for x0, y0, x1, y1 in lines
    )
