"""Nearest vectors by inner product, by the library FAISS.

Up to :data:`FLAT_LIMIT` vectors the search is exact, over vectors of half precision: it takes as
long as reading them does. Beyond, vectors are kept as one byte a component in cells around
centroids (inverted file with a scalar quantiser, Jégou et al. 2011) and the best of the probed
cells are scored again with the vectors themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from rlmap.search.encode import Vectors

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

#: Exact search over this many vectors of 384 components takes about 10 ms.
FLAT_LIMIT = 50_000

_INDEX_FILE = "dense.faiss"
_VECTORS_FILE = "vectors.npy"
_TRAINING_PER_CELL = 20
_WIDER = 4

#: Probed cells are as few as find this share of the nearest, measured with so many of the vectors.
_RECALL, _NEAREST, _QUESTIONS = 0.99, 20, 100

#: Products of the size of a question take one thread less time than it takes to wake another.
_BLAS = ThreadpoolController()


class DenseIndex:
    """Vectors addressed by row, and the structure that finds the nearest."""

    def __init__(self, index: faiss.Index, vectors: npt.NDArray[np.float16] | Vectors) -> None:
        self._index = index
        self._vectors = vectors
        self._exact = isinstance(index, faiss.IndexScalarQuantizer)

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index ``vectors`` of shape (n, dim), n >= 1, with rows of length 1."""
        count, dim = vectors.shape
        if count <= FLAT_LIMIT:
            index = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        else:
            cells = cells_for(count)
            quantizer = faiss.IndexFlatIP(dim)
            index = faiss.IndexIVFScalarQuantizer(
                quantizer, dim, cells, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
            )
            index.own_fields = True
            quantizer.this.disown()
            index.cp.min_points_per_centroid = 1  # else it warns of what is chosen here
            sample = np.random.default_rng(0).choice(count, min(count, cells * _TRAINING_PER_CELL), replace=False)
            index.train(np.ascontiguousarray(vectors[np.sort(sample)], dtype=np.float32))
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        built = cls(index, vectors)
        if count > FLAT_LIMIT:
            built._choose_probes()
        return built

    def _choose_probes(self) -> None:
        """Probe as few cells as find nearly all of the nearest, by powers of two."""
        own = np.sort(np.random.default_rng(0).choice(len(self._vectors), _QUESTIONS, replace=False))
        questions = self.vectors(own)
        _, exact = faiss.knn(questions, self._vectors, _NEAREST + 1, metric=faiss.METRIC_INNER_PRODUCT)
        wanted = [set(rows.tolist()) - {row} for rows, row in zip(exact, own.tolist(), strict=True)]
        self._index.nprobe = 1
        while self._index.nprobe < self._index.nlist:
            found = self.search(questions, _NEAREST + 1)
            hits = sum(len(near & set(rows.tolist())) for near, rows in zip(wanted, found, strict=True))
            if hits >= _RECALL * sum(map(len, wanted)):
                return
            self._index.nprobe *= 2

    @classmethod
    def load(cls, folder: Path) -> DenseIndex:
        """Load what :meth:`save` has written; vectors stay on disk until they are read."""
        index = faiss.read_index(str(folder / _INDEX_FILE), faiss.IO_FLAG_MMAP_IFC)
        return cls(index, np.asarray(np.load(folder / _VECTORS_FILE, mmap_mode="r")))

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``."""
        faiss.write_index(self._index, str(folder / _INDEX_FILE))
        np.save(folder / _VECTORS_FILE, kept(self._vectors, len(self._vectors)))

    def search(self, vectors: Vectors, k: int, mask: Mask | None = None) -> list[Rows]:
        """Return, for each question, the rows of the ``k`` nearest vectors, nearest first.

        Parameters
        ----------
        vectors : numpy.ndarray, shape (questions, dim)
            The questions.
        k : int
            Fewer rows come back where fewer are allowed or, beyond the exact limit, reached.
        mask : numpy.ndarray of bool, shape (n,), optional
            Only rows where it is true are found.
        """
        faiss.omp_set_num_threads(1)  # a question takes less time than waking the other threads
        wanted = k if self._exact else k * _WIDER
        parameters = None if mask is None else self._only(mask)
        _, found = self._index.search(np.ascontiguousarray(vectors), wanted, params=parameters)
        reached: list[Rows] = [rows[rows >= 0] for rows in found]
        if self._exact:
            return reached
        return [self._nearest(vector, rows, k) for vector, rows in zip(vectors, reached, strict=True)]

    def _nearest(self, vector: Vectors, rows: Rows, k: int) -> Rows:
        return rows[np.lexsort((rows, -self.scores(vector, rows)))][:k]

    def _only(self, mask: Mask) -> Any:
        selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        if self._exact:
            return faiss.SearchParameters(sel=selector)
        probes = self._index.nprobe / max(float(mask.mean()), 1 / self._index.nlist)
        return faiss.SearchParametersIVF(sel=selector, nprobe=min(self._index.nlist, int(np.ceil(probes))))

    @property
    def cells(self) -> int:
        """Number of cells; 0 where the search is exact."""
        return 0 if self._exact else int(self._index.nlist)

    @property
    def probes(self) -> int:
        """Number of cells that a question looks into; 0 where the search is exact."""
        return 0 if self._exact else int(self._index.nprobe)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of ``rows``, shape (len(rows), dim)."""
        return self._vectors[rows].astype(np.float32, copy=False)

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Return the inner products of ``vector`` with the vectors of ``rows``."""
        products: Scores = self.vectors(rows) @ vector
        return products

    def products(self, vectors: Vectors, rows: Rows) -> Scores:
        """Return the inner products of each of ``vectors`` with those of ``rows``, shape (len(vectors), len(rows))."""
        return products(vectors, self._vectors, rows)


def products(vectors: Vectors, kept: npt.NDArray[np.floating], places: Rows) -> Scores:
    """Return the inner products of ``vectors`` with ``kept[places]``, shape (len(vectors), len(places)).

    Single precision is read where it lies: copying a question's candidates together takes longer than the products.
    """
    if kept.dtype != np.float32:
        with _BLAS.limit(limits=1, user_api="blas"):
            copied: Scores = vectors @ kept[places].astype(np.float32).T
        return copied
    faiss.omp_set_num_threads(1)  # counts for the calling thread alone
    vectors = np.ascontiguousarray(vectors)
    wanted = np.ascontiguousarray(np.broadcast_to(places, (len(vectors), len(places))))
    found = np.empty(wanted.shape, dtype=np.float32)
    pointers = [faiss.swig_ptr(array) for array in (found, vectors, kept, wanted)]
    faiss.fvec_inner_products_by_idx(*pointers, kept.shape[1], *wanted.shape)
    return found


def kept(vectors: npt.NDArray[np.floating], count: int) -> npt.NDArray[np.floating]:
    """Return ``vectors`` as an index of ``count`` passages keeps them on disk: to half precision.

    Where there are few they are written as the single precision that products need: turning a
    question's candidates into it takes longer than the products.
    """
    half = vectors.astype(np.float16)
    return half.astype(np.float32) if count <= FLAT_LIMIT else half


def cells_for(count: int) -> int:
    """Return the number of cells for ``count`` vectors: the power of two next to 2 sqrt(count)."""
    return int(2 ** round(np.log2(2 * np.sqrt(count))))
