"""Print the book: ``python -m rlmap.site.pdf SITE_DIR`` writes ``SITE_DIR/book/rlmap-handbook.pdf``.

Chromium lays the pages out, because it sets MathML. It is run twice: the first print tells on which
page each chapter falls, the second has these numbers in its contents.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pymupdf

from rlmap.errors import InputError, RlmapError
from rlmap.pipeline.book import Book, make_book
from rlmap.pipeline.workspace import all_sources
from rlmap.settings import Settings, data_root
from rlmap.site.printing import print_document

PDF_NAME = "rlmap-handbook.pdf"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_TIMEOUT_S = 600


def print_book(settings: Settings, site_dir: Path) -> Path:
    """Print the book from the built site and return the PDF.

    Raises
    ------
    InputError
        If the site is not built, or no Chromium is installed.
    RlmapError
        If printing fails.
    """
    book = make_book(settings)
    sources = {source.id: source for source in all_sources(settings)}
    pdf = site_dir / "book" / PDF_NAME
    with tempfile.TemporaryDirectory() as folder:
        draft, page = Path(folder) / "book.pdf", Path(folder) / "book.html"
        pages: dict[str, int] = {}
        for _ in range(2):
            page.write_text(print_document(book, sources, site_dir, pages), encoding="utf-8")
            _chromium(page, draft)
            pages = anchor_pages(draft)
        finish_pdf(draft, pdf, book, pages)
    return pdf


def anchor_pages(pdf: Path) -> dict[str, int]:
    """Return the page, counted from 1, on which each anchor of a printed document stands."""
    with pymupdf.open(pdf) as document:
        return {name: int(place["page"]) + 1 for name, place in document.resolve_names().items()}


def finish_pdf(draft: Path, pdf: Path, book: Book, pages: dict[str, int]) -> None:
    """Add the outline and the facts about the document, and write it whole."""
    outline: list[list[object]] = [[1, "Contents", pages["contents"]]]
    for number, part in enumerate(book.parts, 1):
        outline.append([1, f"Part {number}: {part.title}", pages[f"part-{part.id}"]])
        outline += [[2, f"{c.number}. {c.concept.title}", pages[c.concept.id]] for c in part.chapters]
    outline.append([1, "Sources", pages["sources"]])
    with pymupdf.open(draft) as document:
        document.set_toc(outline)
        document.set_metadata({"title": "The rlmap handbook", "author": "rlmap contributors", "subject": "CC BY 4.0"})
        unfinished = pdf.with_suffix(".part")
        document.save(unfinished, garbage=3, deflate=True, use_objstms=1)
    unfinished.replace(pdf)


def _chromium(page: Path, pdf: Path) -> None:
    program = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise InputError("The book is printed by Chromium, which is not installed: install it, then run `make docs`.")
    command = [program, "--headless", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--no-sandbox")  # Chromium refuses to start its sandbox as root, as in a container
    done = subprocess.run(  # noqa: S603 - a fixed command on our own file
        [*command, page.as_uri()], capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
    )
    if done.returncode != 0 or not pdf.is_file():
        raise RlmapError(f"Chromium could not print the book (status {done.returncode}): {done.stderr[-500:].strip()}")


def main() -> None:
    """Print the book of the site named on the command line."""
    site_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("site")
    try:
        pdf = print_book(Settings(root=data_root(), home=Path(".no-home")), site_dir)
    except RlmapError as error:
        print(f"rlmap: {error}", file=sys.stderr)
        sys.exit(2)
    print(pdf)


if __name__ == "__main__":
    main()
