"""The forward index: from a passage to its sentences, read once when the index is built.

The inverted index leads from words to passages. Choosing what to quote goes the other way: it needs
the words of a few dozen passages at once, and reading them out of the corpus, cutting them and
stemming them again would take longer than the search.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rlmap.search.intent import INTENTS
from rlmap.search.lexical import Rows
from rlmap.search.sentences import SENTENCE, Sentences, read_sentences

_PASSAGES, _RECORDS = "forward.npy", "forward.bin"

#: Where the record of a passage begins, its stems and its texts in it, and what its headings promise. A
#: record is what is known of its sentences, then their stems, then their texts as JSON: one place to read.
_PASSAGE = np.dtype(
    [("record", np.int64), ("lines", np.int64), ("texts", np.int64), ("promises", np.float16, (len(INTENTS),))]
)


class ForwardIndex:
    """The sentences of passages, addressed by row; they stay on disk until they are read.

    Parameters
    ----------
    passages : numpy.ndarray, shape (passages + 1,)
        Where the record of each passage begins; the last says where all end.
    records : numpy.ndarray of uint8
        The records, one after the other.
    """

    def __init__(self, passages: npt.NDArray[np.void], records: npt.NDArray[np.uint8]) -> None:
        self._passages, self._records = passages, records

    @classmethod
    def load(cls, folder: Path) -> ForwardIndex:
        """Load what :func:`write_forward` has written."""
        passages = np.load(folder / _PASSAGES, mmap_mode="r")
        records = np.memmap(folder / _RECORDS, dtype=np.uint8, mode="r")
        return cls(np.asarray(passages), np.asarray(records))  # plain arrays: slicing a memmap is slow

    def sentences(self, rows: Rows) -> Sentences:
        """Return the sentences of the passages in ``rows``, at least one, in that order."""
        passages = self._passages[rows]
        return Sentences(
            np.frombuffer(b"".join(self._read(passages["record"], passages["lines"])), dtype=SENTENCE),
            (passages["lines"] - passages["record"]) // SENTENCE.itemsize,
            passages["promises"],
            b"".join(self._read(passages["lines"], passages["texts"])).decode(),
        )

    def texts(self, rows: Rows) -> list[tuple[str, ...]]:
        """Return the sentences of the passages in ``rows`` as they read."""
        texts = self._read(self._passages["texts"][rows], self._passages["record"][rows + 1])
        return [tuple(sentences) for sentences in json.loads(b"[" + b",".join(texts) + b"]")]

    def _read(self, starts: Rows, ends: Rows) -> list[bytes]:
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        return [self._records[start:end].tobytes() for start, end in spans]


def write_forward(folder: Path, passages: Iterable[tuple[Sequence[str], Sequence[str]]]) -> None:
    """Write the sentences and the headings of each passage, in the order of rows, into ``folder``."""
    index = []
    with (folder / _RECORDS).open("wb") as file:
        for sentences, headings in passages:
            read = read_sentences(sentences, headings)
            start = file.tell()
            lines = start + file.write(read.table.tobytes())
            texts = lines + file.write(read.lines.encode())
            file.write(json.dumps(list(sentences), ensure_ascii=False).encode())
            index.append((start, lines, texts, read.promises[0]))
        index.append((file.tell(), file.tell(), file.tell(), np.zeros(len(INTENTS))))
    np.save(folder / _PASSAGES, np.array(index, dtype=_PASSAGE))
