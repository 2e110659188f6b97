"""Choosing, inside passages, the sentences that answer, and saying how well they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rlmap.search.asked import Asked
from rlmap.search.explain import codeness_by, explanation_by
from rlmap.search.intent import INTENTS, fits_by
from rlmap.search.lines import holding
from rlmap.search.runs import Runs, best_runs
from rlmap.search.sentences import Sentences

#: A quote has one to four sentences and about as many words as are read at a glance.
MOST_SENTENCES, MOST_WORDS = 4, 110

#: Weight of shared words beside the cosine, as in the fusion of passages.
_LEXICAL = 0.3
#: What counts beside nearness: that the subject of the question is named, that something is
#: explained, and that it is said as an answer of the kind asked for. Chosen on the development half
#: of the judged questions, where the optimum is flat.
_ABOUT, _EXPLAINS, _FITS = 0.28, 0.14, 0.18
#: For a whole quote: the shares of its headings in being about the subject, and in fitting the intent.
_HEADING_ABOUT, _HEADING_FITS = 0.3, 0.6
#: What a quote loses that speaks of code throughout.
_CODE_COSTS = 0.25
#: A subject named after more words than these is mentioned rather than spoken of.
_EARLY, _MENTIONED = 4, 0.6
#: What of being about the subject passes from a sentence to the next.
_GOES_ON = 0.8

#: A text has this much of the company of a name that is all of a question, or it speaks of something else.
_LEAST_COMPANY = 2

_Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Half-open range of sentences, in [0, 1] how well they answer, and how much they explain anything."""

    start: int
    end: int
    score: float
    explanation: float = 1.0


def choose_sentences(
    asked: Asked,
    passages: Sentences,
    vectors: npt.NDArray[np.floating],
    *,
    most_sentences: int = MOST_SENTENCES,
    most_words: int = MOST_WORDS,
) -> list[Chosen]:
    """Choose, in each passage, the consecutive whole sentences that answer best.

    Every sentence is scored alone; the run of them that is worth most (see
    :func:`~rlmap.search.runs.best_runs`) is then scored as a whole, with its headings.

    Parameters
    ----------
    asked : Asked
        The question.
    passages : Sentences
        The sentences of some passages, at least one of each.
    vectors : numpy.ndarray, shape (sentences, dim)
        Their vectors.
    most_sentences, most_words : int
        Bounds of the quote; a single sentence is taken whole even if it has more words.

    Returns
    -------
    list of Chosen
        For each passage a range of 1 to ``most_sentences`` of its sentences. Its score adds up
        nearness (in meaning and words) and how far subject, explanation and kind of answer are what
        was asked for; it is 0 where only another kind of answer is wanted, and where the passage is
        about a namesake.
    """
    signs = _signs(asked, passages, vectors)
    explains = explanation_by(np.count_nonzero(passages.table["cues"], axis=1), *_code_and_words(passages))
    fits = _fits(asked, np.count_nonzero(signs.answers, axis=1))
    scores = np.round(_weighed(signs.near, signs.about, explains, fits), 5)
    runs = best_runs(passages, scores, most_sentences=most_sentences, most_words=most_words)
    return _scored(asked, passages, signs, runs)


@dataclass(frozen=True, slots=True)
class _Signs:
    """What sentences say to a question.

    ``near`` and ``about`` (sentences,); ``headings_about`` (passages,), the same of the headings;
    ``answers`` (sentences, some) the numbers of the words with which they answer as is asked for.
    """

    near: _Values
    about: _Values
    headings_about: _Values
    answers: npt.NDArray[np.uint16]


def _signs(asked: Asked, passages: Sentences, vectors: npt.NDArray[np.floating]) -> _Signs:
    answers = passages.table["answers"][:, INTENTS.index(asked.intent) if asked.intent else 0]
    return _Signs(_nearness(asked, passages, vectors), *_about(asked, passages), answers)


def _scored(asked: Asked, passages: Sentences, signs: _Signs, runs: Runs) -> list[Chosen]:
    """Say of the chosen run of each passage how well it answers as a whole."""
    code, words = (runs.joined(np.add, column) for column in _code_and_words(passages))
    explanation = explanation_by(runs.different(passages.table["cues"]), code, words)
    fits = _fits(asked, runs.different(signs.answers))
    whole = _weighed(
        runs.joined(np.maximum, signs.near),
        (1 - _HEADING_ABOUT) * runs.joined(np.maximum, signs.about) + _HEADING_ABOUT * signs.headings_about,
        explanation,
        (1 - _HEADING_FITS) * fits + _HEADING_FITS * _headings_fit(asked, passages),
    )
    whole = np.clip(whole - _CODE_COSTS * codeness_by(code, words), 0.0, 1.0)
    whole[_is_something_else(asked, passages, fits)] = 0.0
    columns = (runs.starts - passages.firsts, runs.ends - passages.firsts, whole, explanation)
    return [
        Chosen(start, end, round(score, 5), explains)
        for start, end, score, explains in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _weighed(near: _Values, about: _Values, explains: _Values, fits: _Values) -> _Values:
    return (1 - _ABOUT - _EXPLAINS - _FITS) * near + _ABOUT * about + _EXPLAINS * explains + _FITS * fits


def _nearness(asked: Asked, passages: Sentences, vectors: npt.NDArray[np.floating]) -> _Values:
    """Return how near sentences are to the question in meaning and in words, shape (sentences,)."""
    shared = _held(asked.stems, passages).sum(axis=0) / max(len(asked.stems), 1)
    vectors = np.asarray(vectors, dtype=np.float32)
    spans = zip(passages.firsts.tolist(), passages.counts.tolist(), strict=True)
    # Passage by passage: a larger product sums in another order, and wakes another thread.
    cosines = np.concatenate([vectors[first : first + count] @ asked.vector for first, count in spans])
    near: _Values = (1 - _LEXICAL) * cosines + _LEXICAL * shared
    return near


def _about(asked: Asked, passages: Sentences) -> tuple[_Values, _Values]:
    """Return in [0, 1] how far sentences (sentences,) and headings (passages,) speak of what is asked about.

    0.5 where that is no concept. A sentence is about what the one before was about, a little less:
    "Lowering it gives ...".
    """
    if not asked.subjects:
        return np.full(len(passages.table), 0.5), np.full(len(passages.counts), 0.5)
    places = np.array([subject.named_at(passages.lines) for subject in asked.subjects])
    about = np.where(places <= _EARLY, places >= 0, _MENTIONED).sum(axis=0) / len(places)
    values = about[passages.own_lines].tolist()
    goes_on = np.ones(len(values), dtype=np.bool_)
    goes_on[passages.firsts] = False
    for place in np.flatnonzero(goes_on).tolist():
        values[place] = max(values[place], _GOES_ON * values[place - 1])
    return np.array(values), about[passages.heading_lines]


def _code_and_words(passages: Sentences) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    return passages.table["code"], passages.table["words"]


def _fits(asked: Asked, different: npt.NDArray[np.integer]) -> _Values:
    """Return how far texts with so many different words of an answer speak as is asked for; 0.5 where nothing is."""
    return fits_by(different) if asked.intent else np.full(len(different), 0.5)


def _headings_fit(asked: Asked, passages: Sentences) -> _Values:
    """Return how far headings promise what is asked for, shape (passages,); 0.5 where nothing is."""
    if not asked.intent:
        return np.full(len(passages.counts), 0.5)
    return passages.promises[:, INTENTS.index(asked.intent)].astype(np.float64)


def _is_something_else(asked: Asked, passages: Sentences, fits: _Values) -> npt.NDArray[np.bool_]:
    """Say which passages answer otherwise than is wanted, or share only a name, as an option to buy does."""
    is_other = (fits == 0) if asked.strict else np.zeros(len(fits), dtype=np.bool_)
    if asked.company:
        held = np.logical_or.reduceat(_held(asked.company, passages), passages.firsts, axis=1).sum(axis=0)
        is_other |= held < min(_LEAST_COMPANY, len(asked.company))
    return is_other


def _held(stems: frozenset[str], passages: Sentences) -> npt.NDArray[np.bool_]:
    """Say which stems are in which sentences, shape (stems, sentences)."""
    held = np.zeros((len(stems), passages.lines.count("\n")), dtype=np.bool_)
    for row, stem in zip(held, stems, strict=True):
        row[[line for line, _ in holding(passages.lines, stem)]] = True
    return held[:, passages.own_lines]
