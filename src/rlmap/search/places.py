"""Where sentences stand in their document: from a row of the index to the slice that is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rlmap.types import IndexRecord

_STARTS, _PLACES, _READINGS = "place-starts.npy", "places.npy", "readings.npy"
#: Characters of the hash of a reading that are kept.
_HASH_CHARS = 16


class SentencePlaces(NamedTuple):
    """The half-open ranges of a passage's sentences, from the passage's beginning, in the text of hash ``reading``."""

    reading: str
    ranges: tuple[tuple[int, int], ...]

    def is_of(self, text_sha256: str) -> bool:
        """Say whether the ranges are those of the text with this hash."""
        return self.reading == text_sha256[:_HASH_CHARS]


class Places:
    """The places of all sentences, addressed by row; they stay on disk until they are read.

    Parameters
    ----------
    starts : numpy.ndarray of int64, shape (passages + 1,)
        Which sentence is the first of each passage; the last says how many there are.
    ranges : numpy.ndarray of int32, shape (sentences, 2)
        Where each begins and ends, from the passage's beginning.
    readings : numpy.ndarray of bytes, shape (passages,)
        The hash of the text that each passage is from.
    """

    def __init__(
        self, starts: npt.NDArray[np.int64], ranges: npt.NDArray[np.int32], readings: npt.NDArray[np.bytes_]
    ) -> None:
        self._starts, self._ranges, self._readings = starts, ranges, readings

    @classmethod
    def load(cls, folder: Path) -> Places:
        """Load what :func:`write_places` has written."""
        columns = (np.load(folder / name, mmap_mode="r") for name in (_STARTS, _PLACES, _READINGS))
        return cls(*map(np.asarray, columns))  # plain arrays: slicing a memmap is slow

    def of(self, row: int) -> SentencePlaces:
        """Return where the sentences of the passage in ``row`` stand."""
        start, end = self._starts[row : row + 2]
        ranges = self._ranges[start:end].tolist()
        return SentencePlaces(self._readings[row].decode(), tuple((first, last) for first, last in ranges))


def write_places(folder: Path, records: Sequence[IndexRecord]) -> None:
    """Write where the sentences of each record stand, in the order of rows, into ``folder``."""
    ranges = [place for record in records for place in record.places]
    np.save(folder / _STARTS, np.cumsum([0, *(len(record.places) for record in records)], dtype=np.int64))
    np.save(folder / _PLACES, np.array(ranges, dtype=np.int32).reshape(-1, 2))
    np.save(folder / _READINGS, np.array([record.reading[:_HASH_CHARS].encode() for record in records], dtype="S16"))
