"""What the original files say, read again: straight from a file, or as it was kept when the corpus was set up.

``FRESH``
    Reads a file again, in a child process, whenever it is asked; the last few pages are remembered.
``KeptReadings(store)``
    Gives what was read from the same bytes by the same engines before; what was not is read from the file.
``keep_readings(store, ...) -> ReadAgainReport``
    Reads again what is not kept yet.

Whoever asks has compared the hash of the file first: a reading is that of ``Document.sha256``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata
from typing import Protocol

from rlmap import __version__
from rlmap.corpus.extract.base import decode_text
from rlmap.corpus.extract.sandbox import Limits, ask_child, extract_safely
from rlmap.corpus.handles import file_bytes
from rlmap.corpus.page_reading import PageReading, unpacked
from rlmap.corpus.rows import pack_text, unpack_text
from rlmap.corpus.store import WHOLE, CorpusStore, Unkept
from rlmap.engine import LOCAL, Engine
from rlmap.errors import ExtractError
from rlmap.types import Document, Progress, no_progress

#: Formats whose canonical text is the file's own text, so that a slice has a line number.
LINE_FORMATS = frozenset(
    {
        "text/markdown",
        "text/mdx",
        "text/x-rst",
        "text/x-python",
        "text/x-tex",
        "text/vtt",
        "application/x-subrip",
        "text/plain",
    }
)
PDF = "application/pdf"
_PAGES_IN_MEMORY, _TEXTS_IN_MEMORY = 64, 24
_PAGES_AT_ONCE = 32
_FORMAT = 1


class Readings(Protocol):
    """What the original files say."""

    def page(self, document: Document, page: int) -> PageReading:
        """Return page ``page`` (from 0) of a PDF as both engines read it; raises ExtractError if one cannot."""

    def text(self, document: Document) -> str:
        """Return the canonical text of a document of another format; raises ExtractError if it cannot be read."""


class FreshReadings:
    """Reads the files themselves. Implements :class:`Readings`; the last few readings stay in memory."""

    def page(self, document: Document, page: int) -> PageReading:
        """See :meth:`Readings.page`."""
        return _fresh_page(document, page)

    def text(self, document: Document) -> str:
        """See :meth:`Readings.text`."""
        return _fresh_text(document)


FRESH = FreshReadings()


@lru_cache(maxsize=_PAGES_IN_MEMORY)
def _fresh_page(document: Document, page: int) -> PageReading:
    return unpacked(_pages_again(document, [page])[0])


@lru_cache(maxsize=_TEXTS_IN_MEMORY)
def _fresh_text(document: Document) -> str:
    if document.media_type in LINE_FORMATS:
        return decode_text(file_bytes(document), document)
    return extract_safely(document).text


def _pages_again(document: Document, pages: Sequence[int]) -> list[bytes]:
    answer = ask_child(document, {"task": "pages", "pages": list(pages)}, Limits())
    return [base64.b64decode(page) for page in answer["pages"]]


class KeptReadings:
    """Gives what was kept. Implements :class:`Readings`.

    Parameters
    ----------
    store : CorpusStore
        Where it is kept, by :func:`keep_readings`.
    """

    def __init__(self, store: CorpusStore) -> None:
        self._store = store
        self._page: Callable[[Document, int], PageReading] = lru_cache(maxsize=_PAGES_IN_MEMORY)(self._read_page)
        self._text: Callable[[Document], str] = lru_cache(maxsize=_TEXTS_IN_MEMORY)(self._read_text)

    def page(self, document: Document, page: int) -> PageReading:
        """See :meth:`Readings.page`; raises StorageError if what is kept is damaged."""
        return self._page(document, page)

    def text(self, document: Document) -> str:
        """See :meth:`Readings.text`."""
        return FRESH.text(document) if document.media_type in LINE_FORMATS else self._text(document)

    def _read_page(self, document: Document, page: int) -> PageReading:
        kept = self._store.reading(document, page, reader())
        return FRESH.page(document, page) if kept is None else unpacked(kept)

    def _read_text(self, document: Document) -> str:
        kept = self._store.reading(document, WHOLE, reader())
        return FRESH.text(document) if kept is None else unpack_text(kept)


@cache
def reader() -> str:
    """Return what readings hang on beside the bytes of the file: when it differs, they are read anew."""
    engines = (f"{name} {metadata.version(name)}" for name in ("pymupdf", "pypdfium2"))
    return ", ".join([f"rlmap {__version__}+{_FORMAT}", *engines])


@dataclass(frozen=True, slots=True)
class ReadAgainReport:
    """How many pages and whole documents were read again, and which documents could not be, in part, and why."""

    read: int
    failed: tuple[tuple[str, str], ...]


def keep_readings(
    store: CorpusStore, *, progress: Progress = no_progress, workers: int = 2, engine: Engine = LOCAL
) -> ReadAgainReport:
    """Read again, and keep, what is not kept of the documents of a corpus.

    Text files are left out: reading one again takes no longer than reading what was kept of it.
    What cannot be read is kept as a fault, so that quotes from it are withdrawn, and tried anew the
    next time.

    Parameters
    ----------
    store : CorpusStore
        Holds the documents, and the readings.
    progress : Progress
        Stage ``"read again"``, in pages and whole documents.
    workers : int
        How many are read at the same time by this process.
    engine : Engine
        Runs the reading.
    """
    todo = _in_portions([one for one in store.unkept(reader()) if one.document.media_type not in LINE_FORMATS])
    total = sum(len(portion.parts) for portion in todo)
    done = 0
    failed: dict[str, str] = {}
    progress("read again", 0, total)
    for place, outcomes in engine.run(_read_portion, todo, workers=workers, wait=False):
        portion = todo[place]
        store.keep_readings(portion.document, dict(zip(portion.parts, outcomes, strict=True)), reader())
        faults = [str(outcome) for outcome in outcomes if isinstance(outcome, ExtractError)]
        if faults:
            failed.setdefault(portion.document.id, faults[0])
        done += len(portion.parts)
        progress("read again", done, total)
    return ReadAgainReport(total, tuple(sorted(failed.items())))


def _in_portions(unkept: Sequence[Unkept]) -> list[Unkept]:
    return [
        Unkept(one.document, one.parts[start : start + _PAGES_AT_ONCE])
        for one in unkept
        for start in range(0, len(one.parts), _PAGES_AT_ONCE)
    ]


def _read_portion(portion: Unkept) -> list[bytes | ExtractError]:
    """Read some pages, or a whole text; writes nothing, so that it may run anywhere, and again.

    One page that cannot be read costs itself, not those that are read together with it.
    """
    try:
        if portion.parts == (WHOLE,):
            return [pack_text(extract_safely(portion.document).text)]
        return list(_pages_again(portion.document, portion.parts))
    except ExtractError as error:
        if len(portion.parts) == 1:
            return [error]
    alone = (Unkept(portion.document, (part,)) for part in portion.parts)
    return [outcome for part in alone for outcome in _read_portion(part)]
