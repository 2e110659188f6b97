"""The index as questions see it.

``index_dir`` holds one folder for each build and the file ``current`` that names the one that
serves; :mod:`rlmap.search.build` makes them. The folder holds what a question needs before it
asks the store (what the build is, its stems, its
words, its sentences) and, for the embedded store, the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rlmap.errors import IndexMissingError
from rlmap.search.builds import EMBEDDED, IndexInfo, current_build, read_info
from rlmap.search.embedded import EmbeddedStore
from rlmap.search.encode import Vectors
from rlmap.search.forward import ForwardIndex
from rlmap.search.lexical import StemTable
from rlmap.search.places import Places, SentencePlaces
from rlmap.search.sentences import Sentences
from rlmap.search.store import Store
from rlmap.search.summaries import Summaries
from rlmap.types import SourceKind

WORDS = "words.txt"
LEXICAL = "bm25"


@dataclass(frozen=True, slots=True)
class IndexedPassages:
    """What the index knows of some passages, at least one, beyond what finds them.

    ``kinds`` are those of their works, ``texts`` their sentences as they read, one place each for a
    passage; ``sentences`` what is known of these, ``vectors`` (sentences, dim) their vectors.
    """

    kinds: tuple[SourceKind, ...]
    texts: tuple[tuple[str, ...], ...]
    sentences: Sentences
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """An open build: its store, its stems, its sentences, and words of several passages (lower case, in order).

    ``summaries`` are those of the map, of which search terms are made; ``places`` say where the
    sentences stand in their documents.
    """

    info: IndexInfo
    store: Store
    table: StemTable
    forward: ForwardIndex
    frequent_words: tuple[str, ...]
    summaries: Summaries
    places: Places

    def words(self) -> tuple[str, ...]:
        """Return the words of the passages that are hardly slips: lower case, in order."""
        return self.frequent_words

    def text_of(self, row: int) -> str:
        """Return the sentences of the passage in ``row`` as one text."""
        (sentences,) = self.forward.texts(np.array([row]))
        return " ".join(sentences)

    def places_of(self, passage_ids: Sequence[str]) -> list[SentencePlaces]:
        """Return where the sentences of passages stand; raises InputError if the index does not hold one."""
        return [self.places.of(row) for row in self.store.rows_of(passage_ids).tolist()]

    def indexed(self, passage_ids: Sequence[str]) -> IndexedPassages:
        """Return what the index knows of passages beyond what finds them, in the order given.

        Parameters
        ----------
        passage_ids : sequence of str
            At least one.

        Raises
        ------
        InputError
            If the index does not hold one of them.
        """
        rows = self.store.rows_of(passage_ids)
        passages = self.store.passages(rows)
        return IndexedPassages(
            tuple(passages.kinds.tolist()),
            tuple(self.forward.texts(rows)),
            self.forward.sentences(rows),
            self.store.sentence_vectors(passages),
        )


def open_index(index_dir: Path) -> SearchIndex:
    """Open the build that serves.

    Raises
    ------
    IndexMissingError
        If there is none, or an incompatible version has built it.
    StorageError, InputError
        If its store does not answer, or needs a package that is missing.
    """
    name = current_build(index_dir)
    if name is None:
        raise IndexMissingError(f"There is no index in {index_dir}: run `rlmap setup`, which builds it.")
    folder = index_dir / name
    info = read_info(folder)
    table = StemTable.load(folder / LEXICAL, info.passages)
    words = tuple((folder / WORDS).read_text(encoding="utf-8").split())
    store, forward, summaries = _open_store(info, folder, table), ForwardIndex.load(folder), Summaries.load(folder)
    return SearchIndex(info, store, table, forward, words, summaries, Places.load(folder))


def _open_store(info: IndexInfo, folder: Path, table: StemTable) -> Store:
    if info.store == EMBEDDED:
        return EmbeddedStore.load(folder, table, folder / LEXICAL)
    from rlmap.search.milvus import MilvusStore  # noqa: PLC0415  (most indices are embedded)

    return MilvusStore(info.store, info.collection, table)
