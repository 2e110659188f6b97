"""BM25 over stems, by the library bm25s.

Scores are computed when the index is built (Lù 2024, "BM25S"): a question sums the columns of
its stems.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rlmap.search.tokens import stems

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: Robertson and Zaragoza (2009, section 3.5) give 1.2-2 and 0.5-0.8; these are the usual middle.
K1, B = 1.5, 0.75


_SCORES, _ROWS, _STARTS, _STEMS = (
    "data.csc.index.npy",
    "indices.csc.index.npy",
    "indptr.csc.index.npy",
    "vocab.index.json",
)


class StemTable:
    """The stems of ``size`` texts: the column of each, and how many texts hold it.

    Parameters
    ----------
    columns : mapping of str to int
        The column of each stem.
    starts : numpy.ndarray, shape (columns + 1,)
        Where the entries of each column begin.
    size : int
        Number of texts.
    """

    def __init__(self, columns: Mapping[str, int], starts: npt.NDArray[np.int64], size: int) -> None:
        self._columns, self._starts = columns, starts
        self.size = size

    @classmethod
    def load(cls, folder: Path, size: int) -> StemTable:
        """Load what :meth:`save` has written of ``size`` texts."""
        columns = json.loads((folder / _STEMS).read_text(encoding="utf-8"))
        return cls(columns, _mapped(folder / _STARTS), size)

    def save(self, folder: Path) -> None:
        """Write the table into ``folder``, which is made."""
        folder.mkdir()
        np.save(folder / _STARTS, self._starts)
        (folder / _STEMS).write_text(json.dumps(self._columns, ensure_ascii=False), encoding="utf-8")

    def column(self, stem: str) -> int | None:
        """Return the column of ``stem``; ``None`` where no text holds it."""
        return self._columns.get(stem)

    def entries(self, stem: str) -> slice:
        """Return where the entries of a stem's column are; empty where no text holds it."""
        column = self._columns.get(stem)
        if column is None:
            return slice(0, 0)
        return slice(int(self._starts[column]), int(self._starts[column + 1]))

    def frequencies(self) -> npt.NDArray[np.int64]:
        """Return, for each column, how many texts hold its stem."""
        return np.diff(self._starts)

    def frequency(self, stem: str) -> int:
        """Return how many texts hold ``stem``."""
        entries = self.entries(stem)
        return int(entries.stop - entries.start)

    def rarity(self, stem: str) -> float:
        """Return the inverse document frequency of ``stem`` (Lucene's form), at most ln(2 size + 2)."""
        count = self.frequency(stem)
        return math.log(1.0 + (self.size - count + 0.5) / (count + 0.5))


class LexicalIndex:
    """BM25 scores of texts, addressed by row.

    Parameters
    ----------
    table : StemTable
        Its entries address ``rows`` and ``values``.
    rows, values : numpy.ndarray, shape (entries,)
        The texts that hold the stem of a column, in order, and its score in each.
    """

    def __init__(self, table: StemTable, rows: npt.NDArray[np.int32], values: Scores) -> None:
        self.table, self._rows, self._values = table, rows, values

    @classmethod
    def build(cls, texts: Iterable[str]) -> LexicalIndex:
        """Index texts in the order given; at least one of them must hold a word."""
        import bm25s  # noqa: PLC0415  (imports scipy, which questions do not need)

        columns: dict[str, int] = {}
        stemmed = [[columns.setdefault(stem, len(columns)) for stem in stems(text)] for text in texts]
        scorer = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy")
        scorer.index((stemmed, columns), create_empty_token=False, show_progress=False)
        entries = scorer.scores
        return cls(StemTable(columns, entries["indptr"], len(stemmed)), entries["indices"], entries["data"])

    @classmethod
    def load(cls, folder: Path, table: StemTable) -> LexicalIndex:
        """Load what :meth:`save` has written; scores stay on disk until they are read."""
        return cls(table, _mapped(folder / _ROWS), _mapped(folder / _SCORES))

    def save(self, folder: Path) -> None:
        """Write the entries into ``folder``, beside those of the table."""
        np.save(folder / _SCORES, self._values)
        np.save(folder / _ROWS, self._rows)

    def scores(self, question_stems: Sequence[str]) -> Scores:
        """Return the BM25 score of every text, shape (size,), 0 where no stem occurs."""
        rows, values, _ = self._entries(question_stems)
        return np.bincount(rows, values, self.table.size).astype(np.float32)

    def _entries(self, some: Sequence[str]) -> tuple[npt.NDArray[np.int32], Scores, list[int]]:
        """Return the entries of stems, one stem after the other: the texts, the scores, how many each stem has."""
        ranges = [self.table.entries(stem) for stem in some]
        rows = np.concatenate([self._rows[:0], *(self._rows[entries] for entries in ranges)])
        values = np.concatenate([self._values[:0], *(self._values[entries] for entries in ranges)])
        return rows, values, [entries.stop - entries.start for entries in ranges]

    def best(self, question_stems: Sequence[str], k: int, mask: Mask | None = None) -> Rows:
        """Return the rows of the ``k`` highest positive scores, best first; equal ones by row.

        Parameters
        ----------
        question_stems : sequence of str
            Repeats count.
        k : int
            Fewer rows come back where fewer texts hold a stem.
        mask : numpy.ndarray of bool, shape (size,), optional
            Only rows where it is true are found.
        """
        scores = self.scores(question_stems)
        if mask is not None:
            scores[~mask] = 0.0
        rows: Rows = np.flatnonzero(scores > 0)
        if len(rows) > k:
            least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
            rows = rows[scores[rows] >= least]
        return rows[np.lexsort((rows, -scores[rows]))][:k]

    def weights(self, some: Sequence[str], rows: Rows) -> Scores:
        """Return what each stem adds to the score of each text, shape (len(some), len(rows)).

        Positive where the text holds the stem, else 0; ``rows`` are different ones.
        """
        holding, values, counts = self._entries(some)
        place_of = np.full(self.table.size, -1, dtype=np.int32)
        place_of[rows] = np.arange(len(rows))
        places = place_of[holding]
        wanted = np.flatnonzero(places >= 0)
        weights = np.zeros((len(some), len(rows)), dtype=np.float32)
        weights[np.repeat(np.arange(len(some)), counts)[wanted], places[wanted]] = values[wanted]
        return weights

    def by_text(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], Scores]:
        """Return the same entries by text: where each text's begin (size + 1,), their columns, their scores."""
        counts = np.bincount(self._rows, minlength=self.table.size)
        order = np.argsort(self._rows, kind="stable")
        frequencies = self.table.frequencies()
        columns = np.repeat(np.arange(len(frequencies)), frequencies)
        return np.concatenate([[0], np.cumsum(counts)]), columns[order].astype(np.int32), self._values[order]


def _mapped(path: Path) -> npt.NDArray[Any]:
    """Open an array that stays on disk; as a plain array, because slicing a memmap is slow."""
    return np.asarray(np.load(path, mmap_mode="r"))
