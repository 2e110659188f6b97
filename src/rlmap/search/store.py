"""What the index asks of the place that keeps its passages.

A store addresses passages by row, in the order of their ids, so that equal scores are ordered
alike everywhere. The embedded store (:mod:`rlmap.search.embedded`) is a folder of arrays; the
other (:mod:`rlmap.search.milvus`) is a distributed engine. What is decided about a question,
fusion included, is the same code for both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, get_args

import numpy as np
import numpy.typing as npt

from rlmap.errors import InputError
from rlmap.search.encode import Vectors
from rlmap.search.lexical import LexicalIndex, Rows, Scores
from rlmap.types import SourceKind

KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
NO_YEAR = -1

#: Arrays of text: hundreds of candidates are put in order for each question.
Names = npt.NDArray[np.str_] | npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which passages a question may find; ``None`` is no bound.

    ``years`` are the first and the last, both included; a work of unknown year passes no bound.
    """

    kinds: frozenset[SourceKind] | None = None
    years: tuple[int | None, int | None] | None = None


class Columns(Protocol):
    """What is known of passages beyond what their scores are made of, by row, in the order of ``rows``."""

    def ids(self, rows: Rows) -> Names:
        """Return the ids of passages."""

    def work_ids(self, rows: Rows) -> Names:
        """Return the ids of the works that they are from."""

    def kinds(self, rows: Rows) -> Names:
        """Return the kinds of these works."""

    def vectors(self, rows: Rows) -> Vectors:
        """Return their vectors of length 1, shape (len(rows), dim)."""


@dataclass(frozen=True)
class Passages:
    """Some passages of a store, one place each in every field.

    ``rows`` (n,); ``formalism`` and ``explanation`` (n,) in [0, 1]; ``first_sentence`` and
    ``sentences`` (n,) say which sentence vectors are theirs; ``weights`` gives for each stem that
    was asked for its BM25 weight in each passage (n,), positive where the passage holds it, else 0.
    The rest is read out of ``columns`` when it is first asked for: most candidates are put in
    order, and nothing else is ever asked of them.
    """

    rows: Rows
    formalism: Scores
    explanation: Scores
    first_sentence: npt.NDArray[np.int64]
    sentences: npt.NDArray[np.int64]
    weights: Mapping[str, Scores]
    columns: Columns

    @cached_property
    def ids(self) -> Names:
        """The ids of the passages (n,)."""
        return self.columns.ids(self.rows)

    @cached_property
    def work_ids(self) -> Names:
        """The ids of the works that they are from (n,)."""
        return self.columns.work_ids(self.rows)

    @cached_property
    def kinds(self) -> Names:
        """The kinds of these works (n,)."""
        return self.columns.kinds(self.rows)

    @cached_property
    def vectors(self) -> Vectors:
        """Their vectors of length 1 (n, dim)."""
        return self.columns.vectors(self.rows)

    def take(self, places: npt.NDArray[np.int64]) -> Passages:
        """Return the passages at ``places``, in that order."""
        weights = stacked(self.weights, len(self.rows))[:, places]
        return Passages(
            rows=self.rows[places],
            formalism=self.formalism[places],
            explanation=self.explanation[places],
            first_sentence=self.first_sentence[places],
            sentences=self.sentences[places],
            weights=dict(zip(self.weights, weights, strict=True)),
            columns=self.columns,
        )


def stacked(weights: Mapping[str, Scores], size: int) -> Scores:
    """Return the weights of stems as one array of shape (stems, size)."""
    return np.array(list(weights.values()), dtype=np.float32).reshape(len(weights), size)


class Store(Protocol):
    """Keeps the passages, vectors and BM25 weights of one build. Safe to share between threads."""

    def nearest(self, vectors: Vectors, k: int, only: Filter) -> list[Rows]:
        """Return, for each vector of shape (questions, dim), the rows nearest to it, nearest first; at most ``k``."""

    def best(self, questions: Sequence[Sequence[str]], k: int, only: Filter) -> list[Rows]:
        """Return, for the stems of each question, the rows of highest BM25 score, best first; at most ``k``."""

    def passages(self, rows: Rows, stems: Collection[str] = ()) -> Passages:
        """Return what is known of ``rows``, in that order, with the weights of ``stems``."""

    def sentence_vectors(self, passages: Passages) -> Vectors:
        """Return the vectors of the passages' sentences, one passage after the other, shape (sentences, dim)."""

    def products(self, vectors: Vectors, passages: Passages) -> tuple[Scores, Scores]:
        """Return the inner products of ``vectors`` with the passages and with their sentences.

        Shapes (len(vectors), passages) and (len(vectors), sentences), one passage after the other.
        """

    def rows_of(self, passage_ids: Sequence[str]) -> Rows:
        """Return the row of each passage; raises InputError if there is none of some id."""


def require_all(passage_ids: Sequence[str], is_here: Iterable[bool]) -> None:
    """Raise InputError, naming the first passage that is not here."""
    for passage_id, found in zip(passage_ids, is_here, strict=True):
        if not found:
            raise InputError(f"The index holds no passage {passage_id!r}: run `rlmap setup` to build it again.")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a build holds; the place in every field is the row.

    ``passage_ids`` ascending; ``years`` (n,) with :data:`NO_YEAR`; ``sentence_starts`` (n + 1,)
    offsets into ``sentence_vectors`` (sentences, dim); ``vectors`` (n, dim) float32;
    ``summary_vectors`` (summaries, dim), those of the map, which are no passages; the rest as in
    :class:`Passages`.
    """

    passage_ids: tuple[str, ...]
    work_ids: tuple[str, ...]
    kinds: tuple[SourceKind, ...]
    texts: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]
    headings: tuple[tuple[str, ...], ...]
    years: npt.NDArray[np.int16]
    formalism: Scores
    explanation: Scores
    sentence_starts: npt.NDArray[np.int64]
    sentence_vectors: npt.NDArray[np.float16]
    vectors: Vectors
    lexical: LexicalIndex
    summaries: tuple[str, ...]
    summary_vectors: Vectors
