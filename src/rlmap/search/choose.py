"""Choosing, inside a passage, the sentences that answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rlmap.search.tokens import stems

#: A quote has one to four sentences and about as many words as are read at a glance.
MOST_SENTENCES, MOST_WORDS = 4, 110

#: Weight of shared words beside the cosine, as in the fusion of passages.
_LEXICAL = 0.3
#: What a further sentence must bring, in units of the best sentence's score.
_WORTH_IT = 0.6


def choose_sentences(
    question: str,
    question_vector: npt.NDArray[np.floating],
    sentences: Sequence[str],
    sentence_vectors: npt.NDArray[np.floating],
    *,
    most_sentences: int = MOST_SENTENCES,
    most_words: int = MOST_WORDS,
) -> tuple[int, int]:
    """Choose the consecutive whole sentences that answer best.

    The best sentence is taken first; then the neighbour that scores higher is added while it
    scores nearly as much as the best one and the quote stays short.

    Parameters
    ----------
    question : str
        As asked.
    question_vector : numpy.ndarray, shape (dim,)
        Its vector.
    sentences : sequence of str
        Of one passage, in order; at least one.
    sentence_vectors : numpy.ndarray, shape (len(sentences), dim)
        Their vectors.
    most_sentences, most_words : int
        Bounds of the quote; the best sentence is taken whole even if it has more words.

    Returns
    -------
    (int, int)
        Half-open range of sentences, of length 1 to ``most_sentences``.
    """
    scores = _scores(question, question_vector, sentences, sentence_vectors)
    lengths = [len(sentence.split()) for sentence in sentences]
    start = int(np.argmax(scores))
    end = start + 1
    worth = _WORTH_IT * scores[start]
    while end - start < most_sentences:
        neighbours = [place for place in (start - 1, end) if 0 <= place < len(sentences)]
        room = most_words - sum(lengths[start:end])
        open_places = [place for place in neighbours if scores[place] >= worth and lengths[place] <= room]
        if not open_places:
            break
        best = max(open_places, key=lambda place: (scores[place], place))
        start, end = min(start, best), max(end, best + 1)
    return start, end


def _scores(
    question: str,
    question_vector: npt.NDArray[np.floating],
    sentences: Sequence[str],
    sentence_vectors: npt.NDArray[np.floating],
) -> npt.NDArray[np.floating]:
    wanted = set(stems(question))
    shared = np.array([len(wanted & set(stems(sentence))) / max(len(wanted), 1) for sentence in sentences])
    cosines = np.asarray(sentence_vectors, dtype=np.float32) @ question_vector
    total: npt.NDArray[np.floating] = np.round((1 - _LEXICAL) * cosines + _LEXICAL * shared, 5)
    return total
