"""Passages that show why one concept needs another: those that speak of both in one breath."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rlmap.graph.explains import Candidate
from rlmap.graph.links import Link, rank
from rlmap.graph.mentions import mentions
from rlmap.types import Concept

_SAME_BREATH = 160  # characters between two names that halve what nearness counts
MOST_SENTENCES = 4

#: What writers say when they explain something.
_ARGUES = re.compile(
    r"\b(?:in other words|intuitively|that is,|for example|for instance|imagine|suppose|consider|because|therefore"
    r"|the (?:key |basic |main |central )?(?:idea|intuition|point|trick|goal|purpose) (?:is|of|behind)"
    r"|this (?:means|ensures|allows|makes)|so that|in order to|instead of|rather than|works by|the reason|why"
    r"|is defined|called|known as|depends on|computed|based on)\b",
    re.IGNORECASE,
)


def edge_evidence(first: Concept, second: Concept, candidates: Iterable[Candidate], most: int = 2) -> tuple[Link, ...]:
    """Return the passages that speak of two concepts in one breath, the strongest first.

    Parameters
    ----------
    first, second : Concept
        The prerequisite and what needs it.
    candidates : iterable of Candidate
        Retrieved for both.
    most : int
        At most so many, each of another work.

    Returns
    -------
    tuple of Link
        Scored by how near the two names stand, whether the passage explains, and retrieval.
    """
    found: dict[str, Link] = {}
    rejected = first.rejected_ids | second.rejected_ids
    for candidate in candidates:
        ones = mentions(first, candidate.text)
        others = mentions(second, candidate.text)
        # One name inside the other, as "policy" in "policy gradient", is one mention and not two.
        gaps = [max(a[0] - b[1], b[0] - a[1]) for a in ones for b in others if a[1] <= b[0] or b[1] <= a[0]]
        if not gaps or candidate.hit.passage_id in rejected:
            continue
        nearness = 1 / (1 + min(gaps) / _SAME_BREATH)
        cue = 1.0 if _ARGUES.search(candidate.text) else 0.0
        score = round(0.5 * nearness + 0.25 * cue + 0.25 * candidate.hit.score, 4)
        link = Link(candidate.hit.passage_id, candidate.hit.work_id, score, candidate.formalism)
        if link.work_id not in found or rank(link) < rank(found[link.work_id]):
            found[link.work_id] = link
    return tuple(sorted(found.values(), key=rank)[:most])


def sentences_of_both(first: Concept, second: Concept, sentences: Sequence[str]) -> tuple[int, int] | None:
    """Return the shortest run of sentences that names two concepts.

    Parameters
    ----------
    first, second : Concept
        What to look for.
    sentences : sequence of str
        Of one passage, in order.

    Returns
    -------
    (int, int) or None
        A half-open range of at most :data:`MOST_SENTENCES` sentences, the first of equally short
        ones; ``None`` where the names stand farther apart, or one of them is missing.
    """
    for length in range(1, min(MOST_SENTENCES, len(sentences)) + 1):
        for start in range(len(sentences) - length + 1):
            text = " ".join(sentences[start : start + length])
            ones, others = mentions(first, text), mentions(second, text)
            if any(a[1] <= b[0] or b[1] <= a[0] for a in ones for b in others):
                return start, start + length
    return None
