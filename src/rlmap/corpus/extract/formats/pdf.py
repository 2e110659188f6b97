"""PDF, by MuPDF. The canonical text is what the engine reads, page after page.

Each page is read by itself, so that one page can be read again to check a quote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, ClassVar

from rlmap.corpus.extract.base import make_extraction
from rlmap.corpus.extract.pdf.engine import pymupdf
from rlmap.corpus.extract.pdf.kinds import PdfTyper, body_size
from rlmap.corpus.extract.pdf.labels import page_labels, running_heads
from rlmap.corpus.extract.pdf.paragraphs import PageText, page_text
from rlmap.corpus.extract.pdf.rows import page_rows
from rlmap.errors import ExtractError
from rlmap.types import Block, Document, Extraction, Page

#: What stands between two pages in the canonical text.
PAGE_BREAK = "\n\f\n"


def open_pdf(data: bytes, name: str) -> Any:
    """Open the bytes of a PDF.

    Raises
    ------
    ExtractError
        If they are no PDF, are damaged beyond reading, or need a password.
    """
    if not data.strip():
        raise ExtractError(f"{name} is empty: there is nothing to read.")
    if b"%PDF-" not in data[:1024]:
        raise ExtractError(f"{name} is not a PDF (it does not begin with %PDF).")
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    try:
        pdf = pymupdf.open(stream=data, filetype="pdf")
        count = pdf.page_count
    except (RuntimeError, ValueError, pymupdf.mupdf.FzErrorBase) as error:
        raise ExtractError(f"{name} is a damaged PDF and cannot be opened ({error}).") from error
    if pdf.needs_pass:
        raise ExtractError(f"{name} is encrypted: save a copy without a password and add that.")
    if count < 1:
        raise ExtractError(f"{name} has no pages.")
    return pdf


def read_page(pdf: Any, index: int, *, with_boxes: bool) -> PageText:
    """Read page ``index`` (from 0) of an open PDF."""
    return page_text(*page_rows(pdf[index], with_boxes=with_boxes))


class PdfExtractor:
    """Reads PDF with PyMuPDF."""

    name = "mupdf"
    version = f"{pymupdf.mupdf_version}+1"
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {"application/pdf": (".pdf",)}

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read all pages and type their paragraphs."""
        name = document.member or document.path
        pdf = open_pdf(data, name)
        try:
            texts = [read_page(pdf, index, with_boxes=False) for index in range(pdf.page_count)]
            frames = [(page.rect.width, page.rect.height, page.rotation, page.get_label()) for page in pdf]
        except (RuntimeError, ValueError, IndexError, pymupdf.mupdf.FzErrorBase) as error:
            raise ExtractError(f"{name} is a damaged PDF: a page cannot be read ({error}).") from error
        if not any(text.text.strip() for text in texts):
            raise ExtractError(f"{name} holds no text, only pictures: run it through OCR first.")
        heads = running_heads(texts)
        labels = page_labels(texts, heads, [frame[3] for frame in frames])
        heads_of: defaultdict[int, set[int]] = defaultdict(set)
        for page, paragraph in heads:
            heads_of[page].add(paragraph)
        typer = PdfTyper(body_size(texts))
        pages: list[Page] = []
        blocks: list[Block] = []
        offset = 0
        for index, (text, (width, height, rotation, _)) in enumerate(zip(texts, frames, strict=True)):
            blocks.extend(typer.page(text, heads_of[index], offset))
            pages.append(Page(index, labels[index], offset, offset + len(text.text), width, height, rotation))
            offset += len(text.text) + len(PAGE_BREAK)
        return make_extraction(self, document, PAGE_BREAK.join(text.text for text in texts), blocks, pages)


EXTRACTOR = PdfExtractor()
