"""Reading the pages of a PDF again, by both engines; called in a child process (see :mod:`rlmap.corpus.readings`)."""

from __future__ import annotations

import hashlib

import numpy as np

from rlmap.corpus.extract.formats.pdf import open_pdf, read_page
from rlmap.corpus.handles import Handles, file_bytes
from rlmap.corpus.page_reading import PageReading
from rlmap.corpus.second_engine import page_characters
from rlmap.errors import ExtractError
from rlmap.types import Document

_NOWHERE = (np.nan,) * 4


def _open(document: Document) -> object:
    data = file_bytes(document)
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise ExtractError(f"The file of {document.title or document.id} has changed since it was read.")
    return open_pdf(data, document.member or document.path)


_files = Handles(_open)


def read_page_again(document: Document, page: int) -> PageReading:
    """Read page ``page`` (from 0) of the original file by MuPDF and by PDFium.

    Raises
    ------
    ExtractError
        If the file has changed, or one of them cannot read it.
    """
    pdf = _files.get(document)
    first = read_page(pdf, page, with_boxes=True)
    a, b, c, d, e, f = pdf[page].transformation_matrix  # from coordinates of the file to the unrotated page
    second, x, y = page_characters(document, page)
    across, down = first.turn.point(x * a + y * c + e, x * b + y * d + f)
    boxes = np.array([box or _NOWHERE for box in first.boxes], dtype=np.float32).reshape(-1, 4)
    return PageReading(first.text, boxes, first.turn, second, across.astype(np.float32), down.astype(np.float32))
