"""Choosing, inside a passage, the sentences that answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rlmap.search.explain import explanation
from rlmap.search.tokens import stems

#: A quote has one to four sentences and about as many words as are read at a glance.
MOST_SENTENCES, MOST_WORDS = 4, 110

#: Weight of shared words beside the cosine, as in the fusion of passages.
_LEXICAL = 0.3
#: Share of how much the sentence explains, whatever the question.
_EXPLAINS = 0.2
#: A quote with fewer words than this says too little alone.
_FEW_WORDS = 14
_POINTS_BACK = re.compile(r"(?:This|These|Those|That|It|They|Such|Here|However|Instead|Therefore|Thus|Hence|Then)\b")
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
    scores nearly as much as the best one and the quote stays short. A quote of a few words is
    lengthened in any case, and one that begins by pointing back ("This determines ...") takes
    the sentence before with it.

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
        words = sum(lengths[start:end])
        wanted = [place for place in neighbours if scores[place] >= worth or words < _FEW_WORDS]
        if start > 0 and _POINTS_BACK.match(sentences[start]):
            wanted = [start - 1]
        open_places = [place for place in wanted if lengths[place] <= most_words - words]
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
    explains = np.array([explanation([sentence]) for sentence in sentences])
    nearness = (1 - _LEXICAL) * cosines + _LEXICAL * shared
    total: npt.NDArray[np.floating] = np.round((1 - _EXPLAINS) * nearness + _EXPLAINS * explains, 5)
    return total
