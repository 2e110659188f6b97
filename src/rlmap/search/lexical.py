"""BM25 over stems, by the library bm25s.

Scores are computed when the index is built (Lù 2024, "BM25S"): a question sums the columns of
its stems.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rlmap.search.tokens import stems

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

#: Robertson and Zaragoza (2009, section 3.5) give 1.2-2 and 0.5-0.8; these are the usual middle.
K1, B = 1.5, 0.75


_SCORES, _ROWS, _STARTS, _STEMS = (
    "data.csc.index.npy",
    "indices.csc.index.npy",
    "indptr.csc.index.npy",
    "vocab.index.json",
)


class LexicalIndex:
    """BM25 scores of ``size`` texts, addressed by row.

    Parameters
    ----------
    columns : mapping of str to int
        The column of each stem.
    starts : numpy.ndarray, shape (columns + 1,)
        Where the entries of each column begin.
    rows, values : numpy.ndarray, shape (entries,)
        The texts that hold the stem of the column, in order, and its score in each.
    size : int
        Number of texts.
    """

    def __init__(
        self,
        columns: Mapping[str, int],
        starts: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int32],
        values: Scores,
        size: int,
    ) -> None:
        self._columns, self._starts, self._rows, self._values = columns, starts, rows, values
        self.size = size

    @classmethod
    def build(cls, texts: Iterable[str]) -> LexicalIndex:
        """Index texts in the order given; at least one of them must hold a word."""
        import bm25s  # noqa: PLC0415  (imports scipy, which questions do not need)

        columns: dict[str, int] = {}
        stemmed = [[columns.setdefault(stem, len(columns)) for stem in stems(text)] for text in texts]
        scorer = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy")
        scorer.index((stemmed, columns), create_empty_token=False, show_progress=False)
        entries = scorer.scores
        return cls(columns, entries["indptr"], entries["indices"], entries["data"], len(stemmed))

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Load what :meth:`save` has written of ``size`` texts; scores stay on disk until they are read."""
        columns = json.loads((folder / _STEMS).read_text(encoding="utf-8"))
        starts, rows, values = (np.asarray(np.load(folder / name, mmap_mode="r")) for name in (_STARTS, _ROWS, _SCORES))
        return cls(columns, starts, rows, values, size)

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``, which is made."""
        folder.mkdir()
        np.save(folder / _SCORES, self._values)
        np.save(folder / _ROWS, self._rows)
        np.save(folder / _STARTS, self._starts)
        (folder / _STEMS).write_text(json.dumps(self._columns, ensure_ascii=False), encoding="utf-8")

    def scores(self, question_stems: Sequence[str]) -> Scores:
        """Return the BM25 score of every text, shape (size,), 0 where no stem occurs."""
        total = np.zeros(self.size, dtype=np.float32)
        for stem in question_stems:
            rows, values = self._column(stem)
            total[rows] += values  # a text occurs once in a column
        return total

    def frequency(self, stem: str) -> int:
        """Return how many texts hold ``stem``."""
        return len(self._column(stem)[0])

    def rarity(self, stem: str) -> float:
        """Return the inverse document frequency of ``stem`` (Lucene's form), at most ln(2 size + 2)."""
        count = self.frequency(stem)
        return float(np.log(1.0 + (self.size - count + 0.5) / (count + 0.5)))

    def holds(self, stem: str, rows: Rows) -> npt.NDArray[np.bool_]:
        """Say for each of ``rows`` whether that text holds ``stem``."""
        holding = self._column(stem)[0]  # ascending
        places = np.searchsorted(holding, rows)
        places[places == len(holding)] = -1
        return holding[places] == rows if len(holding) else np.zeros(len(rows), dtype=np.bool_)

    def _column(self, stem: str) -> tuple[npt.NDArray[np.int32], Scores]:
        column = self._columns.get(stem)
        if column is None:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
        start, end = self._starts[column : column + 2]
        return self._rows[start:end], self._values[start:end]
