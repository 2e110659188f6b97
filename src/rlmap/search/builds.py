"""Which build of the index serves, and what it says about itself; read without opening it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from rlmap.errors import IndexMissingError
from rlmap.search.sentences import HOW_READ

_LAYOUT = 9  # raised with every change of what files a build holds

#: The layout, and how the sentences in a build were read. A build of another format is not opened.
FORMAT = f"{_LAYOUT}-{hashlib.sha256(repr(HOW_READ).encode()).hexdigest()[:8]}"

POINTER = "current"
INFO = "info.json"
EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What a build holds. ``encoder`` is the name of the one that questions need too.

    ``store`` is ``"embedded"`` or the address of Milvus, where ``collection`` is the build's name.
    """

    name: str
    encoder: str
    passages: int
    sentences: int
    works: int
    format: str = FORMAT
    store: str = EMBEDDED
    collection: str = ""


def current_build(index_dir: Path) -> str | None:
    """Return the name of the build that serves, or ``None`` where there is none."""
    try:
        return (index_dir / POINTER).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def serving_store(index_dir: Path) -> str:
    """Return where the build that serves is: :data:`EMBEDDED`, also where there is none, or an address."""
    name = current_build(index_dir)
    try:
        return EMBEDDED if name is None else read_info(index_dir / name).store
    except IndexMissingError:
        return EMBEDDED


def check_store(store: str) -> None:
    """Make sure that a store can be used.

    Raises
    ------
    InputError
        If it is no address, or needs a package that is missing.
    StorageError
        If nothing answers there.
    """
    if store != EMBEDDED:
        from rlmap.search.milvus import connect  # noqa: PLC0415  (most indices are embedded)

        connect(store)


def read_info(folder: Path) -> IndexInfo:
    """Read what a build says about itself.

    Raises
    ------
    IndexMissingError
        If the build is gone or of another format.
    """
    try:
        fields = json.loads((folder / INFO).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise IndexMissingError(f"The index {folder} is gone: run `rlmap setup`, which builds it.") from error
    if fields.get("format") != FORMAT:
        raise IndexMissingError(f"The index {folder} is of another version: run `rlmap setup`, which builds it again.")
    return IndexInfo(**fields)
