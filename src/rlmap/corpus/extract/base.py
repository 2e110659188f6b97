"""What every format shares: the reader's protocol, decoding, and the making of an extraction.

A reader turns the bytes of a file into an :class:`~rlmap.types.Extraction`. For formats that
are text (Markdown, reStructuredText, Python, LaTeX, captions) the canonical text is the file's
own decoded text, so that a locator is a range of the file itself; for the others (PDF, HTML,
notebooks, EPUB) it is what the engine read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Protocol

from rlmap.errors import ExtractError
from rlmap.types import Block, BlockType, Document, Extraction, Page

#: Why a note below the text is typed ``reference``.
FOOTNOTE = "a footnote"

_LINE_END = re.compile(r"\r\n?|\n")


class Extractor(Protocol):
    """Reads one format.

    ``media_types`` maps each media type it reads to the file name suffixes (lower case, with
    the dot) that mean it. ``version`` changes whenever the canonical text could change.
    """

    name: str
    version: str
    media_types: ClassVar[Mapping[str, tuple[str, ...]]]

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read ``data``, the bytes of the file ``document`` names.

        Raises
        ------
        ExtractError
            If the bytes are not of this format or hold no text.
        """


def decode_text(data: bytes, document: Document) -> str:
    """Decode the bytes of a text file: UTF-8 (with or without a mark), else Windows-1252.

    Raises
    ------
    ExtractError
        If the bytes are not text: empty, with NUL bytes, or in neither encoding.
    """
    if not data.strip():
        raise ExtractError(f"{document.member or document.path} is empty: there is nothing to read.")
    if b"\x00" in data:
        raise ExtractError(f"{document.member or document.path} is not a text file (it holds NUL bytes).")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ExtractError(f"{document.member or document.path} is neither UTF-8 nor Windows-1252 text.")


def line_starts(text: str) -> list[int]:
    r"""Return the offset of every line; lines end with ``\n``, ``\r\n`` or ``\r``."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def line_number(text: str, offset: int) -> int:
    """Return the line, from 1, that ``offset`` is on; lines end as in :func:`line_starts`."""
    feeds, returns, both = (text.count(end, 0, offset) for end in ("\n", "\r", "\r\n"))
    return 1 + feeds + returns - both


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Shrink ``[start, end)`` until it neither begins nor ends with white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


class Blocks:
    """Collects the typed blocks of a text in order, below a moving list of headings."""

    def __init__(self, text: str, base: Sequence[str] = ()) -> None:
        self.text = text
        self.base = tuple(base)
        self.blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []

    @property
    def section(self) -> tuple[str, ...]:
        """The headings that the next block stands below."""
        return (*self.base, *(title for _, title in self._headings))

    def enter(self, level: int, title: str) -> None:
        """Begin a section of ``level`` (1 is the outermost): deeper and equal ones end."""
        self._headings = [heading for heading in self._headings if heading[0] < level]
        if title:
            self._headings.append((level, title))

    def leave(self, level: int) -> None:
        """End the sections of ``level`` and below."""
        self._headings = [heading for heading in self._headings if heading[0] < level]

    def add(self, start: int, end: int, block_type: BlockType, reason: str = "") -> None:
        """Add ``[start, end)``, trimmed; nothing is added for white space alone."""
        start, end = trimmed(self.text, start, end)
        if start < end:
            self.blocks.append(Block(start, end, block_type, self.section, reason))

    def extend(self, blocks: Iterable[Block]) -> None:
        """Add finished blocks."""
        self.blocks.extend(blocks)


def make_extraction(
    extractor: Extractor, document: Document, text: str, blocks: Iterable[Block], pages: Sequence[Page] = ()
) -> Extraction:
    """Order the blocks, cut overlaps, and hash the canonical text."""
    ordered: list[Block] = []
    position = 0
    for block in sorted(blocks, key=lambda b: (b.start, b.end)):
        start, end = trimmed(text, max(block.start, position), block.end)
        if start < end:
            ordered.append(block if start == block.start else replace(block, start=start))
            position = end
    return Extraction(
        document_id=document.id,
        engine=extractor.name,
        engine_version=extractor.version,
        text=text,
        text_sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        pages=tuple(pages),
        blocks=tuple(ordered),
    )
