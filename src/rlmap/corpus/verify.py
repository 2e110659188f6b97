"""Re-reading a quote in its original file.

``verify(document: Document, extraction: Extraction, locator: Locator) -> Verification``
    ``verified``: the file is unchanged, the slice is found again in it, and for PDF a second
    engine reads the same. ``picture``: the second engine reads the place differently (as a rule
    mathematics), so the page should be shown instead. ``withdrawn``: the file is gone or
    changed, or the slice is not in it.
``file_sha256(path) -> str``
    The hash of a file, remembered while its size, time and inode stay the same.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from rlmap.corpus.extract.base import decode_text
from rlmap.corpus.extract.read import canonical
from rlmap.corpus.handles import file_bytes
from rlmap.corpus.pages import LINE_FORMATS, file_matrix, lines_to_compare, pages_of, read_page_again
from rlmap.corpus.second_engine import second_reading
from rlmap.corpus.strict_key import same_reading
from rlmap.errors import ExtractError
from rlmap.types import Document, Extraction, Locator, Verification

_PDF = "application/pdf"


def verify(document: Document, extraction: Extraction, locator: Locator) -> Verification:
    """Check a slice of ``extraction`` against the original file of ``document``.

    Never raises for a file that is gone, changed or damaged: such a quote is withdrawn.
    """
    name = document.title or document.id
    try:
        fault = _fault(document, extraction, locator)
        if fault is None:
            return _second_opinion(document, extraction, locator) if _is_pdf(document) else Verification("verified")
    except FileNotFoundError:
        fault = f"The file of {name} is gone."
    except OSError as error:
        fault = f"The file of {name} cannot be read ({error.strerror})."
    except ExtractError as error:
        fault = str(error)
    return Verification("withdrawn", fault)


def _fault(document: Document, extraction: Extraction, locator: Locator) -> str | None:
    """Return why the slice is not in the original file, ``None`` if it is."""
    name = document.title or document.id
    if not 0 <= locator.start < locator.end <= len(extraction.text):
        return f"The place is outside the text of {name}."
    if file_sha256(document.path) != document.sha256:
        return f"The file of {name} has changed since it was read."
    if not _slice_is_there(document, extraction, locator):
        return f"The words are no longer found at their place in {name}."
    return None


def _is_pdf(document: Document) -> bool:
    return document.media_type == _PDF


def _slice_is_there(document: Document, extraction: Extraction, locator: Locator) -> bool:
    start, end = locator.start, locator.end
    if _is_pdf(document):
        return all(
            read_page_again(document, page.index).text[max(0, start - page.start) : max(0, end - page.start)]
            == extraction.text[max(start, page.start) : min(end, page.end)]
            for page in pages_of(extraction, locator)
        )
    return _text_again(document)[start:end] == extraction.text[start:end]


@lru_cache(maxsize=24)
def _text_again(document: Document) -> str:
    """The canonical text, read again; keyed by the document, and so by the hash of its file."""
    if document.media_type in LINE_FORMATS:
        return decode_text(file_bytes(document), document)
    return canonical(document).text


def _second_opinion(document: Document, extraction: Extraction, locator: Locator) -> Verification:
    for page in pages_of(extraction, locator):
        first, lines = lines_to_compare(document, page, locator)
        turn = read_page_again(document, page.index).turn
        second = second_reading(document, page.index, lines, file_matrix(document, page.index), turn)
        if not same_reading(first, second):
            return Verification(
                "picture",
                f"A second reading of page {page.label} differs here, as a rule in formulas: see the page itself.",
            )
    return Verification("verified")


def file_sha256(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file in hexadecimal, cached by path, size, time and inode.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    status = os.stat(path)  # noqa: PTH116 - one call gives all four parts of the key
    return _sha256(os.fspath(path), status.st_size, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=4096)
def _sha256(path: str, _size: int, _modified_ns: int, _inode: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
