"""A second reading of a PDF, by PDFium, which shares no code with MuPDF.

``page_characters(document, page) -> Characters``
    What PDFium reads on a page, and where. If it reads the same inside the boxes of a quote as
    MuPDF did, its words do not hang on the faults of one engine. Used in child processes only.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from rlmap.corpus.handles import Handles, file_bytes
from rlmap.errors import ExtractError
from rlmap.types import Document

#: PDFium reports a hyphen that ends a line as one of these.
_LINE_END_HYPHENS = {0x02: "-", 0xFFFE: "-"}


class Characters(NamedTuple):
    """Visible characters, and the middles of their boxes, as tall as their fonts, in coordinates of the file.

    ``x`` and ``y`` have shape (len(text),).
    """

    text: str
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
    """Return the visible characters of page ``page`` (from 0) in the order of the file.

    Raises
    ------
    ExtractError
        If PDFium cannot read the file or the page.
    """
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
    return Characters("".join(read[index] for index in visible), (left + right) / 2, (bottom + top) / 2)
