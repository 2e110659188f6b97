"""A slot for a cross-encoder, which reads question and passage together and puts the best candidates in order.

Off unless a folder with such a model is named: none comes with rlmap, since the package index
holds none that was trained on questions. Reranking what a cheaper search has found is common
practice (Nogueira and Cho 2019, "Passage Re-ranking with BERT").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rlmap.errors import InputError
from rlmap.search.fuse import Candidates
from rlmap.search.lexical import Scores

#: Candidates that are put in order: a cross-encoder reads each of them.
RERANKED = 50


class Reranker(Protocol):
    """Says how well texts answer a question."""

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Return one number for each text, shape (len(texts),): the higher, the better; the scale is free."""


class CrossEncoderReranker:
    """A cross-encoder in a local folder, by sentence-transformers.

    Parameters
    ----------
    folder : Path
        As ``CrossEncoder.save_pretrained`` writes it: ``config.json``, weights, tokenizer. Nothing is downloaded.

    Raises
    ------
    InputError
        If the folder holds no such model.
    """

    def __init__(self, folder: Path) -> None:
        if not (folder / "config.json").is_file():
            raise InputError(
                f"There is no cross-encoder in {folder}: name a folder that holds config.json, the weights and the "
                "tokenizer, or unset RLMAP_RERANKER."
            )
        from sentence_transformers import CrossEncoder  # noqa: PLC0415  (imports torch, which questions do not need)
        from transformers.utils import logging  # noqa: PLC0415  (as above)

        quiet: Any = logging.disable_progress_bar  # the file is read in a moment
        quiet()
        try:
            self._model: Any = CrossEncoder(str(folder), local_files_only=True, device="cpu")
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"The cross-encoder in {folder} cannot be loaded ({error}).") from error
        if self._model.num_labels != 1:
            raise InputError(
                f"The model in {folder} tells {self._model.num_labels} classes apart: a cross-encoder gives one score."
            )

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """See :meth:`Reranker.scores`."""
        pairs = [(question, text) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float32)


def reranked(found: Candidates, question: str, reranker: Reranker, text_of: Callable[[int], str]) -> Candidates:
    """Put the best candidates in the order of a reranker.

    The fused scores stay where they are and change hands: whatever scale the reranker has, the best
    candidate keeps the best score, and what is decided from scores afterwards means the same.

    Parameters
    ----------
    found : Candidates
        Best first.
    question : str
        As asked.
    reranker : Reranker
        Reads the first :data:`RERANKED` candidates; equal scores keep their order.
    text_of : callable
        Gives the text of a passage by its row.
    """
    rows = found.passages.rows[:RERANKED].tolist()
    if not rows:
        return found
    order = np.argsort(-reranker.scores(question, [text_of(row) for row in rows]), kind="stable")
    places = np.concatenate([order, np.arange(len(rows), len(found.scores))])
    return found.in_order(places)
