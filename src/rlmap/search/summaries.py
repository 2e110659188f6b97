"""What the map says of its concepts, encoded when the index is built.

A search term of the map is a question followed by a summary, many times as long as the question,
and takes as many times longer to encode. Its vector is therefore put together of two: that of the
question, and that of the summary, which is known beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rlmap.search.encode import Encoder, Vectors
from rlmap.types import SearchTerm

_TEXTS, _VECTORS = "summaries.json", "summaries.npy"


class Summaries:
    """Texts whose vectors are known.

    Parameters
    ----------
    texts : sequence of str
        Different ones.
    vectors : numpy.ndarray, shape (len(texts), dim)
        Their vectors, in the same order.
    """

    def __init__(self, texts: Sequence[str], vectors: Vectors) -> None:
        self._vectors = dict(zip(texts, vectors, strict=True))

    @classmethod
    def load(cls, folder: Path) -> Summaries:
        """Load what :func:`write_summaries` has written."""
        return cls(json.loads((folder / _TEXTS).read_text(encoding="utf-8")), np.load(folder / _VECTORS))

    def vectors_of(self, terms: Sequence[SearchTerm], encoder: Encoder) -> Vectors:
        """Return the vectors of search terms.

        Parameters
        ----------
        terms : sequence of SearchTerm
            Those of origin ``map`` that end with a known summary get the mean of two vectors, that
            of the summary and that of the words before it, scaled to length 1; all others,
            also where a user changed the summary, that of their text.
        encoder : Encoder
            The one that the summaries were encoded with.

        Returns
        -------
        numpy.ndarray of float32, shape (len(terms), dim)
            Rows of length 1.
        """
        parts = [self._parts(term) for term in terms]
        texts = list(dict.fromkeys(text for text, _ in parts))
        vectors = encoder.encode(texts)
        if len(texts) == len(terms) and not any(summary for _, summary in parts):
            return vectors
        encoded = dict(zip(texts, vectors, strict=True))
        return np.stack([_mean(encoded[text], self._vectors.get(summary)) for text, summary in parts])

    def _parts(self, term: SearchTerm) -> tuple[str, str]:
        """Return what is to be encoded of a term, and the summary behind it, which may be empty."""
        if term.origin != "map":
            return term.text, ""
        summary = max((known for known in self._vectors if term.text.endswith(f" {known}")), key=len, default="")
        question = term.text.removesuffix(summary).rstrip(": ")
        return (question, summary) if summary and question else (term.text, "")


def _mean(vector: Vectors, other: Vectors | None) -> Vectors:
    if other is None:
        return vector
    both = vector + other
    mean: Vectors = both / np.linalg.norm(both)
    return mean


def write_summaries(folder: Path, texts: Sequence[str], vectors: Vectors) -> None:
    """Write texts and their vectors into ``folder``."""
    (folder / _TEXTS).write_text(json.dumps(list(texts), ensure_ascii=False), encoding="utf-8")
    np.save(folder / _VECTORS, vectors)
