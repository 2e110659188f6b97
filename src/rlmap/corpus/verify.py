"""Re-reading a quote in its original file.

``verify(document: Document, extraction: Extraction, locator: Locator, readings=FRESH) -> Verification``
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

from rlmap.corpus.pages import lines_to_compare, pages_of, read_inside
from rlmap.corpus.readings import FRESH, PDF, Readings
from rlmap.corpus.strict_key import same_reading
from rlmap.errors import ExtractError
from rlmap.types import Document, Extraction, Locator, Verification


def verify(document: Document, extraction: Extraction, locator: Locator, readings: Readings = FRESH) -> Verification:
    """Check a slice of ``extraction`` against the original file of ``document``.

    Never raises for a file that is gone, changed or damaged: such a quote is withdrawn.

    Parameters
    ----------
    document, extraction : Document, Extraction
        The file, and what was read from it.
    locator : Locator
        The slice.
    readings : Readings
        What the file says; read from it now unless given.
    """
    name = document.title or document.id
    try:
        fault = _fault(document, extraction, locator, readings)
        if fault is None:
            return _second_opinion(document, extraction, locator, readings)
    except FileNotFoundError:
        fault = f"The file of {name} is gone."
    except OSError as error:
        fault = f"The file of {name} cannot be read ({error.strerror})."
    except ExtractError as error:
        fault = str(error)
    return Verification("withdrawn", fault)


def _fault(document: Document, extraction: Extraction, locator: Locator, readings: Readings) -> str | None:
    """Return why the slice is not in the original file, ``None`` if it is."""
    name = document.title or document.id
    if not 0 <= locator.start < locator.end <= len(extraction.text):
        return f"The place is outside the text of {name}."
    if file_sha256(document.path) != document.sha256:
        return f"The file of {name} has changed since it was read."
    if not _slice_is_there(document, extraction, locator, readings):
        return f"The words are no longer found at their place in {name}."
    return None


def _slice_is_there(document: Document, extraction: Extraction, locator: Locator, readings: Readings) -> bool:
    start, end = locator.start, locator.end
    if document.media_type == PDF:
        return all(
            readings.page(document, page.index).text[max(0, start - page.start) : max(0, end - page.start)]
            == extraction.text[max(start, page.start) : min(end, page.end)]
            for page in pages_of(extraction, locator)
        )
    return readings.text(document)[start:end] == extraction.text[start:end]


def _second_opinion(document: Document, extraction: Extraction, locator: Locator, readings: Readings) -> Verification:
    """Compare what the two engines read; only PDF is read by two."""
    for page in pages_of(extraction, locator) if document.media_type == PDF else ():
        reading = readings.page(document, page.index)
        first, lines = lines_to_compare(reading, page, locator)
        if not same_reading(first, read_inside(reading, lines)):
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
