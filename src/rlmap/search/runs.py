"""Runs of consecutive sentences: which of them can be quoted, and which is worth most.

All runs of all passages are judged at once. They stand in a grid, (sentences, most), whose place
``[i, n]`` is the run of ``n + 1`` sentences that begins with sentence ``i``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rlmap.search.sentences import Sentences

#: A sentence earns its place by what it scores beyond this share of the best one's score.
_WORTH_IT = 0.45
#: What a quote loses, in units of the best sentence's score: for beginning with what points back,
#: for ending with what only announces, for saying little, for leaving out how its paragraph begins.
_POINTS_BACK_COSTS, _ANNOUNCES_COSTS, _FEW_WORDS_COST, _LATE_COSTS = 0.5, 0.4, 0.5, 0.1
#: A quote with fewer words than this says little alone, the less the shorter it is.
_FEW_WORDS = 30

#: Beyond, worths differ by the order of summation only.
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Runs:
    """One run of each passage: where it starts and ends among the sentences of all, each (passages,), half-open."""

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    def joined(self, join: np.ufunc, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return what ``join`` makes of the values of each run's sentences, shape (passages,)."""
        bounds = np.stack([self.starts, self.ends], axis=1).ravel()
        joined: npt.NDArray[Any] = join.reduceat(np.append(values, values[-1]), bounds)[::2]
        return joined

    def different(self, numbers: npt.NDArray[np.uint16]) -> npt.NDArray[np.int64]:
        """Return how many different numbers, 0 aside, each run's sentences have, shape (passages,)."""
        spans = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return np.array([len(set(numbers[start:end].ravel().tolist()) - {0}) for start, end in spans])


def best_runs(passages: Sentences, scores: npt.NDArray[np.float64], *, most_sentences: int, most_words: int) -> Runs:
    """Choose the run of each passage that is worth most, the first of equal ones.

    A run is worth what its sentences score beyond a share of the best one's score, less what makes
    it read badly alone: beginning with what points back ("This determines ..."), ending with what
    only announces ("There are three reasons."), being a few words.

    Parameters
    ----------
    passages : Sentences
        The sentences of some passages.
    scores : numpy.ndarray, shape (sentences,)
        How well each sentence answers.
    most_sentences, most_words : int
        Bounds of a run; a single sentence is taken whole even if it has more words.
    """
    firsts, owners = passages.firsts, passages.owners
    best = np.maximum.reduceat(scores, firsts)[owners, None]
    sizes = np.arange(1, most_sentences + 1)
    words = _over_runs(passages.table["words"], most_sentences)
    left = (firsts + passages.counts)[owners] - np.arange(len(owners))
    is_run = (sizes <= left[:, None]) & ((words <= most_words) | (sizes == 1))
    gain = _over_runs(scores, most_sentences) - sizes * _WORTH_IT * best
    worth = np.where(is_run, gain - best * _faults(passages, words), -np.inf)
    starts, longer = np.divmod(_first_best(passages, worth), most_sentences)
    return Runs(starts, starts + longer + 1)


def _first_best(passages: Sentences, worth: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return where in the flat grid the run of each passage is that is worth most, the first of equal ones.

    Runs are equal whose worths, rounded, are; only those near the top need be rounded to say so.
    """
    firsts, owners = passages.firsts, passages.owners
    top = np.maximum.reduceat(worth.max(axis=1), firsts)[owners, None]
    near_top = worth > top - 2 * 10**-_DECIMALS
    rounded = np.full(worth.shape, -np.inf)
    rounded[near_top] = [round(value, _DECIMALS) for value in worth[near_top].tolist()]
    top = np.maximum.reduceat(rounded.max(axis=1), firsts)[owners, None]
    places = np.flatnonzero(rounded == top)
    chosen: npt.NDArray[np.int64] = places[np.searchsorted(places, firsts * worth.shape[1])]
    return chosen


def _faults(passages: Sentences, words: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Return what makes each run read badly alone, shape (sentences, most); ``words`` are those of the runs."""
    table = passages.table
    is_late = np.ones(len(table), dtype=np.bool_)
    is_late[passages.firsts] = False
    begins = _LATE_COSTS * is_late + _POINTS_BACK_COSTS * (is_late & table["points_back"])
    lasts = np.arange(len(table))[:, None] + np.arange(words.shape[1])
    ends = _ANNOUNCES_COSTS * table["announces"][np.minimum(lasts, len(table) - 1)]
    faults: npt.NDArray[np.float64] = (
        begins[:, None] + ends + _FEW_WORDS_COST * np.maximum(0.0, 1.0 - words / _FEW_WORDS)
    )
    return faults


def _over_runs(values: npt.NDArray[Any], most: int) -> npt.NDArray[Any]:
    """Return the sum of the values of every run, one added after the other, shape (sentences, most)."""
    padded = np.concatenate([values, np.zeros(most - 1, dtype=values.dtype)])
    return np.cumsum(padded[np.arange(len(values))[:, None] + np.arange(most)], axis=1)
