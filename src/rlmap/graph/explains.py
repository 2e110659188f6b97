"""Whether a passage explains a concept or merely mentions it: a judgement by what can be pointed at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rlmap.graph.mentions import Span, mentions
from rlmap.spelling import fold_name
from rlmap.types import Concept, Hit

_TOO_SHORT = 12  # words: below it a passage names things rather than explains them
_LONG_ENOUGH = 30
_SAME_BREATH = 160  # characters between a name and the cue that belongs to it
_HEADING_REST = 6  # characters beside the name in a heading that says nothing else

#: What stands right after a name that is being defined, and right before one.
_IS_WHAT = (
    r"(?:\s*\([^()]{1,40}\))?,?\s+(?:(?:is|are|was|means|denotes|describes|measures|consists|tells|says|refers|stands"
    r"|corresponds|represents|estimates|learns|uses|works|combines|replaces|extends|maps|assigns|gives|specifies"
    r"|determines|quantifies|captures|controls|keeps|trains|reduces|updates|computes|allows|tries|aims)\b)"
)
_CALLED = (
    r"(?:called|known as|termed|named|dubbed|so-called|refer(?:red)? to(?: \w+){0,2} as"
    r"|defin(?:e|es|ed|ition)(?: \w+){0,2}|introduc(?:e|es|ed)"
    r"|the (?:idea|notion|concept|goal|purpose|role) (?:of|behind))\s+(?:an?\s+|the\s+)?[\"'“*_]*"
)
#: What writers say when they explain something.
_EXPLAINS = re.compile(
    r"\b(?:in other words|intuitively|that is,|for example|for instance|imagine|suppose|consider|because|therefore"
    r"|the (?:key |basic |main |central )?(?:idea|intuition|point|trick|goal|purpose) (?:is|of|behind)"
    r"|this (?:means|ensures|allows|makes)|so that|in order to|instead of|rather than|works by|the reason|why)\b",
    re.IGNORECASE,
)
#: Signs of a passage that lists, points elsewhere or reports rather than explains.
_POINTS_AWAY = re.compile(
    r"\bet al\b|\[\d+(?:, ?\d+)*\]|\b(?:see|in) (?:section|chapter|figure|fig\.|table|appendix)\b"
    r"|\bwe (?:evaluate|compare|report|use|used|train)\b"
    r"|\b(?:hyperparameter|learning rate of|our experiments|related work|pull request|deprecated)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A retrieved passage with what is needed to judge it: its words, headings and mathematics share."""

    hit: Hit
    text: str
    section_path: tuple[str, ...]
    formalism: float


def explanation_score(concept: Concept, candidate: Candidate, others: Sequence[str] = ()) -> float:
    """Return how much a passage explains a concept rather than mentions it, in [0, 1].

    A passage in which no name of the concept occurs, nor in its innermost heading, scores 0.
    Otherwise the score adds up: a definition, in which a name is the subject or what something is
    called (0.35); an explanation in the same breath as a name (0.1); a name in the innermost
    heading (0.2, 0.1 more if the heading says nothing else); names per sentence (up to 0.1); an
    early first mention (0.05); the retrieval score (up to 0.2); less what points away (up to 0.3)
    and what is too short to explain anything (0.2).
    """
    text = candidate.text
    named = mentions(concept, text, others)
    heading = candidate.section_path[-1] if candidate.section_path else ""
    in_heading = mentions(concept, heading, others)
    if not named and not in_heading:
        return 0.0
    words = len(text.split())
    sentences = max(1, len(re.findall(r"[.!?](?:\s|$)", text)))
    alone = in_heading and len(fold_name(heading)) - (in_heading[0][1] - in_heading[0][0]) <= _HEADING_REST
    score = 0.2 * candidate.hit.score
    score += 0.35 if is_defined(text, named) else 0.0
    score += 0.1 if _near(_EXPLAINS, text, named) or (in_heading and _EXPLAINS.search(text)) else 0.0
    score += (0.2 if in_heading else 0.0) + (0.1 if alone else 0.0)
    score += 0.1 * min(1.0, len(named) / sentences)
    score += 0.05 if named and named[0][0] < max(80, len(text) // 4) else 0.0
    score -= 0.1 * min(3, len(_POINTS_AWAY.findall(text)))
    score -= 0.2 if words < _TOO_SHORT else 0.1 if words < _LONG_ENOUGH else 0.0
    return round(min(1.0, max(0.0, score)), 4)


def is_defined(text: str, named: Sequence[Span]) -> bool:
    """Say whether one of the names at ``named`` is the subject of a definition, or what something is called."""
    return any(
        re.match(_IS_WHAT, text[end : end + _SAME_BREATH], re.IGNORECASE)
        or re.search(rf"{_CALLED}$", text[max(0, start - _SAME_BREATH) : start], re.IGNORECASE)
        for start, end in named
    )


def argues(text: str) -> bool:
    """Say whether a text holds words with which writers explain something."""
    return _EXPLAINS.search(text) is not None


def _near(cues: re.Pattern[str], text: str, named: Sequence[Span]) -> bool:
    places = [match.start() for match in cues.finditer(text)]
    return any(abs(place - start) <= _SAME_BREATH for place in places for start, _ in named)
