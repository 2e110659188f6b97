"""Drawing a page of a PDF with highlights; called in a child process (see :mod:`rlmap.corpus.pages`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rlmap.corpus.extract.formats.pdf import open_pdf
from rlmap.corpus.extract.pdf.engine import pymupdf
from rlmap.corpus.handles import Handles, file_bytes
from rlmap.errors import InputError
from rlmap.types import Box, Document

_HIGHLIGHT = (1.0, 0.86, 0.2)
#: Points above and below the highlighted lines of a crop.
_MARGIN = 36.0
_MOST_PIXELS = 25_000_000

_files = Handles(lambda document: open_pdf(file_bytes(document), document.member or document.path), capacity=3)


def render_page(document: Document, page: int, boxes: Sequence[Box], zoom: float, crop: bool) -> bytes:
    """Return a PNG of page ``page`` (from 0); see :func:`rlmap.corpus.pages.page_picture`.

    Raises
    ------
    InputError
        If there is no such page.
    ExtractError
        If the file cannot be read.
    """
    pdf = _files.get(document)
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
        clip = _surroundings(sheet, here) if crop and here else sheet.rect
        scale = min(zoom, math.sqrt(_MOST_PIXELS / max(1.0, clip.width * clip.height)))
        picture: bytes = sheet.get_pixmap(matrix=pymupdf.Matrix(scale, scale), clip=clip, alpha=False).tobytes("png")
    finally:
        copy.close()
    return picture


def _surroundings(sheet: Any, here: Sequence[Any]) -> Any:
    shown = [rectangle * sheet.rotation_matrix for rectangle in here]
    top = min(min(r.y0, r.y1) for r in shown) - _MARGIN
    bottom = max(max(r.y0, r.y1) for r in shown) + _MARGIN
    return pymupdf.Rect(0, top, sheet.rect.width, bottom) & sheet.rect
