"""Choosing, inside a passage, the sentences that answer, and saying how well they do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
import numpy.typing as npt

from rlmap.search.asked import Asked
from rlmap.search.forward import Sentence
from rlmap.search.intent import answer_words, fits_by, heading_fits
from rlmap.search.tokens import stems

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

#: A sentence earns its place by what it scores beyond this share of the best one's score.
_WORTH_IT = 0.45
#: What a quote loses, in units of the best sentence's score: for beginning with what points back,
#: for ending with what only announces, for saying little, for leaving out how its paragraph begins.
_POINTS_BACK_COSTS, _ANNOUNCES_COSTS, _FEW_WORDS_COST, _LATE_COSTS = 0.5, 0.4, 0.5, 0.1
#: A quote with fewer words than this says little alone, the less the shorter it is.
_FEW_WORDS = 30
_POINTS_BACK = re.compile(
    r"(?:•\s*)?(?:This|These|Those|That|It|Its|They|Their|Such|Here|However|Instead|Therefore|Thus|Hence|Then|But|And|"
    r"So|Also|Moreover|Furthermore|Similarly|Otherwise|Second|Third|Finally|In (?:this|that|these|such) \w+|"
    r"where|which)\b"
)
_ANNOUNCES = re.compile(r":\W*$|\b(?:reasons|ways|steps|kinds|parts|things|as follows|the following)\b[^.]*[.:]\W*$")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Half-open range of sentences, in [0, 1] how well they answer, and how much they explain anything."""

    start: int
    end: int
    score: float
    explanation: float = 1.0


def choose_sentences(
    asked: Asked,
    sentences: Sequence[Sentence],
    sentence_vectors: npt.NDArray[np.floating],
    headings: Sequence[str] = (),
    *,
    most_sentences: int = MOST_SENTENCES,
    most_words: int = MOST_WORDS,
) -> Chosen:
    """Choose the consecutive whole sentences that answer best.

    Each run of sentences is worth what its sentences score beyond a share of the best one's score,
    less what makes it read badly alone: beginning with what points back ("This determines ..."),
    ending with what only announces ("There are three reasons."), being a few words.

    Parameters
    ----------
    asked : Asked
        The question.
    sentences : sequence of Sentence
        Of one passage, in order; at least one.
    sentence_vectors : numpy.ndarray, shape (len(sentences), dim)
        Their vectors.
    headings : sequence of str
        What the passage stands below, outermost first.
    most_sentences, most_words : int
        Bounds of the quote; a single sentence is taken whole even if it has more words.

    Returns
    -------
    Chosen
        A range of 1 to ``most_sentences`` sentences. Its score adds up nearness (in meaning and
        words) and how far subject, explanation and kind of answer are what was asked for; it is 0
        where only another kind of answer is wanted, and where the passage is about a namesake.
    """
    near = _nearness(asked, [sentence.running.split() for sentence in sentences], sentence_vectors)
    about = _carried([_about(asked, sentence.running) for sentence in sentences])
    explains = np.array([sentence.manner.explanation for sentence in sentences])
    answers = [answer_words(asked.intent, sentence.text) for sentence in sentences]
    fitting = np.array([fits_by(asked.intent, found) for found in answers])
    scores = np.round(_weighed(near, about, explains, fitting), 5)
    lengths = [sentence.manner.words for sentence in sentences]
    best = float(scores.max())

    def worth(run: tuple[int, int]) -> tuple[float, int, int]:
        start, end = run
        gain = float(scores[start:end].sum()) - (end - start) * _WORTH_IT * best
        return round(gain - best * _faults(sentences, lengths, start, end), 5), -start, -end

    start, end = max(_runs(lengths, most_sentences, most_words), key=worth)
    fit = fits_by(asked.intent, frozenset().union(*answers[start:end]))
    manner = reduce(add, (sentence.manner for sentence in sentences[start:end]))
    if (asked.strict and not fit) or _is_namesake(asked, sentences):
        return Chosen(start, end, 0.0, manner.explanation)
    below = _about(asked, " ".join(stems(" / ".join(headings))))
    whole = _weighed(
        near[start:end].max(),
        (1 - _HEADING_ABOUT) * about[start:end].max() + _HEADING_ABOUT * below,
        manner.explanation,
        (1 - _HEADING_FITS) * fit + _HEADING_FITS * heading_fits(asked.intent, headings),
    )
    score = round(float(np.clip(whole - _CODE_COSTS * manner.codeness, 0.0, 1.0)), 5)
    return Chosen(start, end, score, manner.explanation)


def _weighed(
    near: npt.ArrayLike, about: npt.ArrayLike, explains: npt.ArrayLike, fitting: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    return (
        (1 - _ABOUT - _EXPLAINS - _FITS) * np.asarray(near)
        + _ABOUT * np.asarray(about)
        + _EXPLAINS * np.asarray(explains)
        + _FITS * np.asarray(fitting)
    )


def _about(asked: Asked, running: str) -> float:
    """Return in [0, 1] how far a text of stems speaks of what is asked about; 0.5 where that is no concept."""
    if not asked.subjects:
        return 0.5
    places = [subject.named_at(running) for subject in asked.subjects]
    return sum(0.0 if place < 0 else 1.0 if place <= _EARLY else _MENTIONED for place in places) / len(places)


def _is_namesake(asked: Asked, sentences: Sequence[Sentence]) -> bool:
    """Say whether a passage shares only its name with what is asked about, as an option to buy does."""
    if not asked.company:
        return False
    held = {stem for sentence in sentences for stem in sentence.running.split()}
    return len(held & asked.company) < min(_LEAST_COMPANY, len(asked.company))


def _carried(about: Sequence[float]) -> npt.NDArray[np.float64]:
    """Let a sentence be about what the sentence before was about, a little less: "Lowering it gives ..."."""
    values = np.array(about)
    for place in range(1, len(values)):
        values[place] = max(values[place], _GOES_ON * values[place - 1])
    return values


def _runs(lengths: Sequence[int], most_sentences: int, most_words: int) -> Iterator[tuple[int, int]]:
    for start in range(len(lengths)):
        words = 0
        for end in range(start + 1, min(start + most_sentences, len(lengths)) + 1):
            words += lengths[end - 1]
            if words > most_words and end > start + 1:
                break
            yield start, end


def _faults(sentences: Sequence[Sentence], lengths: Sequence[int], start: int, end: int) -> float:
    cost = _LATE_COSTS if start > 0 else 0.0
    if start > 0 and _POINTS_BACK.match(sentences[start].text):
        cost += _POINTS_BACK_COSTS
    if _ANNOUNCES.search(sentences[end - 1].text):
        cost += _ANNOUNCES_COSTS
    return cost + _FEW_WORDS_COST * max(0.0, 1.0 - sum(lengths[start:end]) / _FEW_WORDS)


def _nearness(
    asked: Asked, running: Sequence[Sequence[str]], sentence_vectors: npt.NDArray[np.floating]
) -> npt.NDArray[np.floating]:
    shared = np.array([len(asked.stems.intersection(words)) / max(len(asked.stems), 1) for words in running])
    cosines = np.asarray(sentence_vectors, dtype=np.float32) @ asked.vector
    near: npt.NDArray[np.floating] = (1 - _LEXICAL) * cosines + _LEXICAL * shared
    return near
