"""The index as questions see it: opened in milliseconds, large arrays left on disk.

``index_dir`` holds one folder for each build and the file ``current`` that names the one that
serves; :mod:`rlmap.search.build` makes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from rlmap.errors import IndexMissingError, InputError
from rlmap.search.dense import DenseIndex
from rlmap.search.lexical import LexicalIndex
from rlmap.types import SourceKind

#: Raised with every change of what a build holds; an older build is not opened.
FORMAT = 2

KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
POINTER = "current"
WORDS = "words.txt"
NO_YEAR = -1


#: Arrays of a build, one file each.
COLUMNS = (
    "passage_ids",
    "work_codes",
    "kind_codes",
    "years",
    "formalism",
    "explanation",
    "sentence_starts",
    "sentence_vectors",
)


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What a build holds. ``encoder`` is the name of the one that questions need too."""

    name: str
    encoder: str
    passages: int
    sentences: int
    works: int
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """An open build. Rows are passages in the order of their ids, in every array.

    ``passage_ids`` (n,) bytes; ``work_codes`` (n,) indices into ``works``; ``kind_codes`` (n,)
    indices into the kinds of :data:`rlmap.types.SourceKind`; ``years`` (n,), -1 where unknown;
    ``formalism`` and ``explanation`` (n,) in [0, 1]; ``sentence_starts`` (n + 1,) offsets into ``sentence_vectors``
    (sentences, dim). ``frequent_words`` are those of several passages, lower case, in order.
    """

    info: IndexInfo
    dense: DenseIndex
    lexical: LexicalIndex
    works: tuple[str, ...]
    passage_ids: npt.NDArray[np.bytes_]
    work_codes: npt.NDArray[np.int32]
    kind_codes: npt.NDArray[np.int8]
    years: npt.NDArray[np.int16]
    formalism: npt.NDArray[np.float32]
    explanation: npt.NDArray[np.float32]
    sentence_starts: npt.NDArray[np.int64]
    sentence_vectors: npt.NDArray[np.float16]
    frequent_words: tuple[str, ...]

    def passage_id(self, row: int) -> str:
        """Return the id of the passage in ``row``."""
        return bytes(self.passage_ids[row]).decode()

    def work_id(self, row: int) -> str:
        """Return the id of the work that the passage in ``row`` is from."""
        return self.works[int(self.work_codes[row])]

    def row(self, passage_id: str) -> int:
        """Return the row of a passage.

        Raises
        ------
        InputError
            If the index holds no such passage.
        """
        key = np.bytes_(passage_id.encode())
        row = int(np.searchsorted(self.passage_ids, key))
        if row == len(self.passage_ids) or self.passage_ids[row] != key:
            raise InputError(f"The index holds no passage {passage_id!r}: run `rlmap setup` to build it again.")
        return row

    def words(self) -> tuple[str, ...]:
        """Return the words of the passages that are hardly slips: lower case, in order."""
        return self.frequent_words

    def vectors_of_sentences(self, passage_id: str) -> npt.NDArray[np.float16]:
        """Return the vectors of a passage's sentences, shape (sentences, dim).

        Raises
        ------
        InputError
            If the index holds no such passage.
        """
        row = self.row(passage_id)
        return self.sentence_vectors[self.sentence_starts[row] : self.sentence_starts[row + 1]]

    def mask(
        self, kinds: Iterable[SourceKind] | None = None, years: tuple[int | None, int | None] | None = None
    ) -> npt.NDArray[np.bool_] | None:
        """Say which rows a filter lets through; ``None`` where there is no filter.

        ``years`` are the first and the last, both included, ``None`` for open; a work of
        unknown year passes no bound.
        """
        if kinds is None and years is None:
            return None
        allowed = np.ones(len(self.passage_ids), dtype=np.bool_)
        if kinds is not None:
            allowed &= np.isin(self.kind_codes, [KINDS.index(kind) for kind in kinds])
        first, last = years or (None, None)
        if first is not None:
            allowed &= self.years >= first
        if last is not None:
            allowed &= (self.years <= last) & (self.years != NO_YEAR)
        return allowed


def open_index(index_dir: Path) -> SearchIndex:
    """Open the build that serves; large arrays stay on disk until they are read.

    Raises
    ------
    IndexMissingError
        If there is none, or an incompatible version has built it.
    """
    name = current_build(index_dir)
    if name is None:
        raise IndexMissingError(f"There is no index in {index_dir}: run `rlmap setup`, which builds it.")
    folder = index_dir / name
    info = read_info(folder)
    columns = {column: _mapped(folder / f"{column}.npy") for column in COLUMNS}
    works = tuple(json.loads((folder / "works.json").read_text(encoding="utf-8")))
    words = tuple((folder / WORDS).read_text(encoding="utf-8").split())
    return SearchIndex(
        info,
        DenseIndex.load(folder),
        LexicalIndex.load(folder / "bm25", info.passages),
        works,
        **columns,
        frequent_words=words,
    )


def _mapped(path: Path) -> npt.NDArray[Any]:
    """Open an array that stays on disk; as a plain array, because slicing a memmap is slow."""
    return np.asarray(np.load(path, mmap_mode="r"))


def current_build(index_dir: Path) -> str | None:
    """Return the name of the build that serves, or ``None`` where there is none."""
    try:
        return (index_dir / POINTER).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def read_info(folder: Path) -> IndexInfo:
    """Read what a build says about itself.

    Raises
    ------
    IndexMissingError
        If the build is gone or of another format.
    """
    try:
        fields = json.loads((folder / "info.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise IndexMissingError(f"The index {folder} is gone: run `rlmap setup`, which builds it.") from error
    if fields.get("format") != FORMAT:
        raise IndexMissingError(f"The index {folder} is of another version: run `rlmap setup`, which builds it again.")
    return IndexInfo(**fields)
