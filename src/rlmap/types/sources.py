"""Records of sources, their documents and the quotes that are taken from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["paper", "textbook", "course", "blog", "docs", "handbook", "own"]
Profile = Literal["handbook", "registry", "open", "personal", "own"]
BlockType = Literal[
    "prose",
    "heading",
    "list",
    "quote",
    "caption",
    "math",
    "code",
    "table",
    "parameters",
    "signature",
    "reference",
    "running-head",
    "navigation",
    "quiz",
    "garbage",
]

#: What a file named ``.txt`` may be written in: nothing in its name tells.
TextMarkup = Literal["text/plain", "text/x-rst", "text/markdown", "text/x-tex"]

#: Blocks that explain something in sentences: only these become passages that answers may quote.
QUOTABLE_BLOCKS: frozenset[str] = frozenset({"prose", "list", "quote"})


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a package on the package index; ``include`` are globs of the members to read."""

    package: str
    version: str
    filename: str
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file at an address; ``url`` is pinned to a commit where the licence is open.

    ``pinned`` says that the address always serves the same bytes, so that they must have the
    source's hash; otherwise the hash of the first fetch is recorded and compared afterwards.
    """

    url: str
    size_bytes: int | None = None
    pinned: bool = True


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file or folder on this machine: the handbook of a checkout, or a user's own document.

    ``path`` is absolute, or relative to the folder of the manifest; ``include`` are globs of
    the files of a folder to read, empty for every file that rlmap can read.
    """

    path: str
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartOf:
    """A part of the file of another source: what stands below its top heading ``heading``."""

    source_id: str
    heading: str


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the manifest: an artefact that is fetched as a whole.

    ``work_id`` joins editions and chapters of one work. ``sha256`` is that of the fetched
    artefact, ``None`` until a first fetch has recorded it. ``url`` is where a reader finds it.
    ``location`` is where the fetcher finds it, ``None`` when only a mirror or the user's own
    copy can supply it. ``on_request`` says why a source of a default profile is fetched only when
    its profile is asked for; it is empty for all others. ``text_as`` is the media type that its
    files of plain text (``.txt``) are read as.
    """

    id: str
    work_id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    kind: SourceKind
    licence: str
    url: str
    profile: Profile
    sha256: str | None
    media_type: str
    location: PackageFile | WebFile | LocalFile | PartOf | None
    how_to_read: str = ""
    explains: str = ""
    on_request: str = ""
    text_as: TextMarkup = "text/plain"


@dataclass(frozen=True, slots=True)
class Document:
    """One readable file of a source.

    A paper is a source with one document whose id is the source's id; a package is a source
    with many, whose ids are ``<source id>/<path inside the archive>``. ``path`` is the file on
    this machine; ``sha256`` is that of its bytes.
    """

    id: str
    source_id: str
    path: str
    member: str
    media_type: str
    sha256: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document. ``label`` is the printed page number, ``start``/``end`` characters."""

    index: int
    label: str
    start: int
    end: int
    width: float
    height: float
    rotation: int


@dataclass(frozen=True, slots=True)
class Block:
    """A typed range of the canonical text, below the headings named in ``section_path``.

    ``reason`` says in a few words why a block that looks like text is typed ``garbage`` or
    ``navigation``; empty otherwise.
    """

    start: int
    end: int
    block_type: BlockType
    section_path: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an engine read from a document.

    ``text`` is the canonical text: the engine's output, never cleaned, and the only text that
    is quoted. ``blocks`` are ordered and do not overlap.
    """

    document_id: str
    engine: str
    engine_version: str
    text: str
    text_sha256: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Locator:
    """Half-open character offsets into the canonical text of a document."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotable stretch of a document.

    ``id`` is a hash of (document sha256, start, end); ``formalism`` in [0, 1] is the share of
    it that is mathematics.
    """

    id: str
    locator: Locator
    section_path: tuple[str, ...]
    block_type: BlockType
    formalism: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the top left corner of the unrotated page."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of re-reading a quote in its original file.

    ``state`` is ``verified`` when the file's hash, the slice and (for PDF) a second engine all
    agree; ``picture`` when the file and slice agree but the second engine reads the place
    differently, so the page picture should be shown; ``withdrawn`` when the file is gone or
    changed. ``reason`` says why in one sentence unless verified.
    """

    state: Literal["verified", "picture", "withdrawn"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A verified slice of a source.

    ``exact`` is the canonical slice, ``display`` the same words made readable (lines joined,
    markup hidden), ``prefix``/``suffix`` the canonical characters around it. ``line`` is the
    first line of the slice in a text file (from 1), ``None`` for PDF. ``link`` is the address of
    the source, with the place in it where its format knows one.
    """

    passage_id: str
    locator: Locator
    exact: str
    display: str
    prefix: str
    suffix: str
    page: int | None
    page_label: str | None
    line: int | None
    section: tuple[str, ...]
    boxes: tuple[Box, ...]
    verification: Verification
    formalism: float
    score: float
    rank: int
    found_by: tuple[str, ...]
    link: str = ""

    @property
    def verified(self) -> bool:
        """Whether the words were found again, unchanged, in the original file."""
        return self.verification.state == "verified"
