"""The embedded store: a folder of arrays, FAISS and bm25s, opened in milliseconds and left on disk."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rlmap.search.dense import DenseIndex, kept, products
from rlmap.search.encode import Vectors
from rlmap.search.lexical import LexicalIndex, Mask, Rows, Scores, StemTable
from rlmap.search.store import KINDS, NO_YEAR, Contents, Filter, Names, Passages, require_all

#: Arrays of a build, one file each.
_COLUMNS = (
    "passage_ids",
    "work_codes",
    "kind_codes",
    "years",
    "formalism",
    "explanation",
    "sentence_starts",
    "sentence_vectors",
)
_WORKS = "works.json"
_KINDS = np.array(KINDS, dtype=object)


@dataclass(frozen=True, slots=True)
class EmbeddedStore:
    """Implements :class:`rlmap.search.store.Store` and :class:`rlmap.search.store.Columns`.

    ``passage_ids`` (n,) bytes, ascending; ``work_codes`` (n,) indices into ``works``;
    ``kind_codes`` (n,) indices into :data:`~rlmap.search.store.KINDS`; ``years`` (n,);
    ``formalism`` and ``explanation`` (n,) in [0, 1]; ``sentence_starts`` (n + 1,) offsets into
    ``all_sentence_vectors`` (sentences, dim).
    """

    dense: DenseIndex
    lexical: LexicalIndex
    works: npt.NDArray[np.object_]
    passage_ids: npt.NDArray[np.bytes_]
    work_codes: npt.NDArray[np.int32]
    kind_codes: npt.NDArray[np.int8]
    years: npt.NDArray[np.int16]
    formalism: npt.NDArray[np.float32]
    explanation: npt.NDArray[np.float32]
    sentence_starts: npt.NDArray[np.int64]
    all_sentence_vectors: npt.NDArray[np.float16] | Vectors

    @classmethod
    def load(cls, folder: Path, table: StemTable, lexical_folder: Path) -> EmbeddedStore:
        """Open what :func:`write_embedded` has written; large arrays stay on disk until they are read."""
        columns: list[npt.NDArray[Any]] = [_mapped(folder / f"{column}.npy") for column in _COLUMNS]
        works = np.array(json.loads((folder / _WORKS).read_text(encoding="utf-8")), dtype=object)
        return cls(DenseIndex.load(folder), LexicalIndex.load(lexical_folder, table), works, *columns)

    def nearest(self, vectors: Vectors, k: int, only: Filter) -> list[Rows]:
        """See :meth:`Store.nearest <rlmap.search.store.Store.nearest>`."""
        return self.dense.search(vectors, k, self.mask(only))

    def best(self, questions: Sequence[Sequence[str]], k: int, only: Filter) -> list[Rows]:
        """See :meth:`Store.best <rlmap.search.store.Store.best>`."""
        mask = self.mask(only)
        return [self.lexical.best(question, k, mask) for question in questions]

    def passages(self, rows: Rows, stems: Collection[str] = ()) -> Passages:
        """See :meth:`Store.passages <rlmap.search.store.Store.passages>`."""
        starts = self.sentence_starts[rows]
        return Passages(
            rows=rows,
            formalism=self.formalism[rows],
            explanation=self.explanation[rows],
            first_sentence=starts,
            sentences=self.sentence_starts[rows + 1] - starts,
            weights=dict(zip(stems, self.lexical.weights(list(stems), rows), strict=True)),
            columns=self,
        )

    def ids(self, rows: Rows) -> Names:
        """See :class:`rlmap.search.store.Columns`."""
        return self.passage_ids[rows].astype(np.str_)

    def work_ids(self, rows: Rows) -> Names:
        """See :class:`rlmap.search.store.Columns`."""
        return self.works[self.work_codes[rows]]

    def kinds(self, rows: Rows) -> Names:
        """See :class:`rlmap.search.store.Columns`."""
        return _KINDS[self.kind_codes[rows]]

    def vectors(self, rows: Rows) -> Vectors:
        """See :class:`rlmap.search.store.Columns`."""
        return self.dense.vectors(rows)

    def sentence_vectors(self, passages: Passages) -> Vectors:
        """See :meth:`Store.sentence_vectors <rlmap.search.store.Store.sentence_vectors>`."""
        vectors: Vectors = self.all_sentence_vectors[_sentences_of(passages)].astype(np.float32, copy=False)
        return vectors

    def products(self, vectors: Vectors, passages: Passages) -> tuple[Scores, Scores]:
        """See :meth:`Store.products <rlmap.search.store.Store.products>`."""
        of_sentences = products(vectors, self.all_sentence_vectors, _sentences_of(passages))
        return self.dense.products(vectors, passages.rows), of_sentences

    def rows_of(self, passage_ids: Sequence[str]) -> Rows:
        """See :meth:`Store.rows_of <rlmap.search.store.Store.rows_of>`."""
        keys = np.array([passage_id.encode() for passage_id in passage_ids], dtype=np.bytes_)
        rows = np.searchsorted(self.passage_ids, keys)
        rows[rows == len(self.passage_ids)] = 0
        require_all(passage_ids, self.passage_ids[rows] == keys)
        return rows

    def mask(self, only: Filter) -> Mask | None:
        """Say which rows a filter lets through; ``None`` where there is no bound."""
        if only.kinds is None and only.years is None:
            return None
        allowed = np.ones(len(self.passage_ids), dtype=np.bool_)
        if only.kinds is not None:
            allowed &= np.isin(self.kind_codes, [KINDS.index(kind) for kind in only.kinds])
        first, last = only.years or (None, None)
        if first is not None:
            allowed &= self.years >= first
        if last is not None:
            allowed &= (self.years <= last) & (self.years != NO_YEAR)
        return allowed


def write_embedded(folder: Path, lexical_folder: Path, contents: Contents) -> None:
    """Write ``contents`` into ``folder``, and the BM25 weights into ``lexical_folder``; both exist."""
    works = sorted(set(contents.work_ids))
    codes = {work: code for code, work in enumerate(works)}
    columns: dict[str, npt.NDArray[Any]] = {
        "passage_ids": np.array([passage_id.encode() for passage_id in contents.passage_ids]),
        "work_codes": np.array([codes[work_id] for work_id in contents.work_ids], dtype=np.int32),
        "kind_codes": np.array([KINDS.index(kind) for kind in contents.kinds], dtype=np.int8),
        "years": contents.years,
        "formalism": contents.formalism,
        "explanation": contents.explanation,
        "sentence_starts": contents.sentence_starts,
        "sentence_vectors": kept(contents.sentence_vectors, len(contents.vectors)),
    }
    for column in _COLUMNS:
        np.save(folder / f"{column}.npy", columns[column])
    (folder / _WORKS).write_text(json.dumps(works), encoding="utf-8")
    DenseIndex.build(contents.vectors).save(folder)
    contents.lexical.save(lexical_folder)


def _sentences_of(passages: Passages) -> Rows:
    """Return the rows of the passages' sentence vectors, one passage after the other."""
    lengths = passages.sentences
    offsets = np.cumsum(lengths) - lengths
    places: Rows = np.arange(lengths.sum()) + np.repeat(passages.first_sentence - offsets, lengths)
    return places


def _mapped(path: Path) -> npt.NDArray[Any]:
    """Open an array that stays on disk; as a plain array, because slicing a memmap is slow."""
    return np.asarray(np.load(path, mmap_mode="r"))
