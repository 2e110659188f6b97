"""Whether a passage explains a concept or merely mentions it.

A weighted sum of a few signs that can be pointed at, turned into a probability. The weights were
fitted by logistic regression to links of the *dev* concepts that were judged by reading them
(``corpus/queries/links.tsv``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlmap.graph.mentions import mentions
from rlmap.spelling import fold_name
from rlmap.types import Concept, Hit

_HEADING_REST = 6  # characters beside the name in a heading that says nothing else
_ENOUGH_WORDS = 80

#: What each sign adds to the log-odds that a passage explains, and what they start from.
WEIGHTS: Mapping[str, float] = {
    "summary": 5.24,
    "title": 1.75,
    "words": 3.04,
    "explanation": 1.78,
    "length": 2.77,
    "heading": 1.71,
    "outer heading": 1.05,
}
BIAS = -9.35

#: From this probability on a passage is shown as an explanation; chosen on the dev concepts for
#: an expected precision of 0.86. From the second on it may be shown as touching the concept.
EXPLAINS_FROM, TOUCHES_FROM = 0.68, 0.3


@dataclass(frozen=True, slots=True)
class Signals:
    """What an index knows of a passage and a concept.

    ``summary`` and ``title`` are cosines of the passage with the concept's summary and with its
    title as a question, in [-1, 1]; ``words`` is the BM25 score for title and summary, the best
    passage having 1; ``explanation`` in [0, 1] is how much the passage explains anything.
    """

    summary: float = 0.0
    title: float = 0.0
    words: float = 0.0
    explanation: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A retrieved passage and what is needed to judge it.

    ``headings`` are the document's title and the sections that the passage is in, the innermost
    last; ``formalism`` in [0, 1] is the share of mathematics.
    """

    hit: Hit
    text: str
    headings: tuple[str, ...]
    formalism: float
    signals: Signals = Signals()


def explanation_score(concept: Concept, candidate: Candidate, others: Sequence[str] = ()) -> float:
    """Return the probability that a passage explains a concept rather than mentions it.

    Parameters
    ----------
    concept, candidate
        What is explained, and by what.
    others : sequence of str
        See :func:`rlmap.graph.mentions.mentions`.

    Returns
    -------
    float
        In [0, 1]; 0 where neither the passage nor one of its headings names the concept.
    """
    signs = signs_of(concept, candidate, others)
    if signs is None:
        return 0.0
    odds = BIAS + sum(weight * signs[name] for name, weight in WEIGHTS.items())
    return round(1 / (1 + math.exp(-odds)), 4)


def signs_of(concept: Concept, candidate: Candidate, others: Sequence[str] = ()) -> dict[str, float] | None:
    """Return the signs by which a passage is judged, by name; ``None`` where nothing names the concept.

    Besides the four of :class:`Signals`: the length (80 words are enough), whether the innermost
    heading is the concept's name and nothing else, and whether an outer heading names it.
    """
    text = candidate.text
    *outer, inner = candidate.headings or ("",)
    in_heading = mentions(concept, inner, others)
    in_outer = any(mentions(concept, heading, others) for heading in outer)
    if not (in_heading or in_outer or mentions(concept, text, others)):
        return None
    alone = in_heading and len(fold_name(inner)) - (in_heading[0][1] - in_heading[0][0]) <= _HEADING_REST
    return {
        "summary": candidate.signals.summary,
        "title": candidate.signals.title,
        "words": candidate.signals.words,
        "explanation": candidate.signals.explanation,
        "length": min(1.0, len(text.split()) / _ENOUGH_WORDS),
        "heading": 1.0 if alone else 0.0,
        "outer heading": 1.0 if in_outer else 0.0,
    }
