"""Which passages explain a concept, and which show why one concept needs another.

Retrieval finds passages that mention a concept. Here they are ranked by whether they explain it:
a definition near the concept's name, a heading that names it, its names again and again. A purely
lexical judgement, so that an editor can see why a passage stands where it stands, and pin or
reject it in the concept's file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rlmap.spelling import fold_name
from rlmap.types import Concept, ConceptGraph, Hit

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


@dataclass(frozen=True, slots=True)
class Link:
    """A passage that explains a concept. ``score`` in [0, 1]; ``pinned`` by an editor."""

    passage_id: str
    work_id: str
    score: float
    formalism: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class WorkLinks:
    """The passages of one work that explain a concept, best first."""

    work_id: str
    links: tuple[Link, ...]


def link_queries(concept: Concept) -> tuple[str, ...]:
    """Return what to search for: the title as a question, each alias, the summary, the goals."""
    queries = (f"What is {concept.title}?", *concept.aliases, concept.summary, *concept.goals)
    return tuple(dict.fromkeys(query for query in queries if query.strip()))


def longer_names(graph: ConceptGraph, concept: Concept) -> tuple[str, ...]:
    """Return names of other concepts that hold a name of this one, as "policy gradient" holds "policy"."""
    own = {fold_name(name) for name in _names(concept)}
    longer = set()
    for other in graph.concepts.values():
        if other.id != concept.id:
            for name in _names(other):
                folded = f" {fold_name(name)} "
                if any(f" {mine} " in folded for mine in own) and folded.strip() not in own:
                    longer.add(name)
    return tuple(sorted(longer))


def rank_links(
    concept: Concept,
    candidates: Iterable[Candidate],
    *,
    others: Sequence[str] = (),
    most_works: int = 8,
    per_work: int = 2,
    threshold: float = 0.45,
) -> tuple[WorkLinks, ...]:
    """Choose the passages that explain a concept, and order them for reading.

    Parameters
    ----------
    concept : Concept
        Its ``pinned`` passages come whatever their score, its ``rejected`` ones never.
    candidates : iterable of Candidate
        Retrieved passages; a passage found twice counts once, with its better score.
    others : sequence of str
        Names that hold a name of the concept and mean something else, see :func:`longer_names`.
    most_works, per_work : int
        How many works, and passages of each.
    threshold : float
        Passages with a lower :func:`explanation_score` are mentions, and left out.

    Returns
    -------
    tuple of WorkLinks
        The best works, those with a pinned passage first among them, ordered from plain to
        formal by their best passage, then by work.
    """
    best: dict[str, Link] = {}
    for candidate in candidates:
        passage_id = candidate.hit.passage_id
        pinned = passage_id in concept.pinned
        score = explanation_score(concept, candidate, others)
        if passage_id in concept.rejected or (score < threshold and not pinned):
            continue
        if passage_id not in best or score > best[passage_id].score:
            best[passage_id] = Link(passage_id, candidate.hit.work_id, score, candidate.formalism, pinned)
    works: dict[str, list[Link]] = {}
    for link in sorted(best.values(), key=_rank):
        works.setdefault(link.work_id, []).append(link)
    chosen = sorted(works.values(), key=lambda links: _rank(links[0]))[:most_works]
    grouped = [WorkLinks(links[0].work_id, tuple(links[:per_work])) for links in chosen]
    return tuple(sorted(grouped, key=lambda work: (round(work.links[0].formalism, 1), _rank(work.links[0]))))


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
    mentions = _mentions(concept, text, others)
    heading = candidate.section_path[-1] if candidate.section_path else ""
    in_heading = _mentions(concept, heading, others)
    if not mentions and not in_heading:
        return 0.0
    words = len(text.split())
    sentences = max(1, len(re.findall(r"[.!?](?:\s|$)", text)))
    alone = in_heading and len(fold_name(heading)) - (in_heading[0][1] - in_heading[0][0]) <= _HEADING_REST
    score = 0.2 * candidate.hit.score
    score += 0.35 if _defined(text, mentions) else 0.0
    score += 0.1 if _near(_EXPLAINS, text, mentions) or (in_heading and _EXPLAINS.search(text)) else 0.0
    score += (0.2 if in_heading else 0.0) + (0.1 if alone else 0.0)
    score += 0.1 * min(1.0, len(mentions) / sentences)
    score += 0.05 if mentions and mentions[0][0] < max(80, len(text) // 4) else 0.0
    score -= 0.1 * min(3, len(_POINTS_AWAY.findall(text)))
    score -= 0.2 if words < _TOO_SHORT else 0.1 if words < _LONG_ENOUGH else 0.0
    return round(min(1.0, max(0.0, score)), 4)


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
    for candidate in candidates:
        ones = _mentions(first, candidate.text)
        others = _mentions(second, candidate.text)
        # One name inside the other, as "policy" in "policy gradient", is one mention and not two.
        gaps = [max(a[0] - b[1], b[0] - a[1]) for a in ones for b in others if a[1] <= b[0] or b[1] <= a[0]]
        if not gaps or candidate.hit.passage_id in {*first.rejected, *second.rejected}:
            continue
        nearness = 1 / (1 + min(gaps) / _SAME_BREATH)
        cue = 1.0 if _EXPLAINS.search(candidate.text) or _defined(candidate.text, [*ones, *others]) else 0.0
        score = round(0.5 * nearness + 0.25 * cue + 0.25 * candidate.hit.score, 4)
        link = Link(candidate.hit.passage_id, candidate.hit.work_id, score, candidate.formalism)
        if link.work_id not in found or _rank(link) < _rank(found[link.work_id]):
            found[link.work_id] = link
    return tuple(sorted(found.values(), key=_rank)[:most])


@lru_cache(maxsize=1024)
def names_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that finds names in running text.

    Acronyms keep their case; in other names case does not count, a hyphen may be a space, and
    the last word may be a plural. A name of one letter is too common in formulas to count.
    """
    parts = []
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        words = [re.escape(word) for word in re.split(r"[\s\-–_]+", name) if word]
        if not words or len(name) < 2:
            continue
        body = r"[\s\-–]+".join(words)
        acronym = len(name) <= 6 and name.upper() == name
        parts.append(f"{body}s?" if acronym else f"(?i:{body}(?:s|es)?)")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w])") if parts else re.compile(r"(?!)")


def _names(concept: Concept) -> tuple[str, ...]:
    """Return title and aliases; an abbreviation in brackets behind a title is not part of it."""
    return (re.sub(r"\s*\([^)]*\)$", "", concept.title), *concept.aliases)


def _mentions(concept: Concept, text: str, others: Sequence[str] = ()) -> list[tuple[int, int]]:
    """Return where a concept is named, leaving out names of others of which its own is a part."""
    taken = [match.span() for match in names_pattern(tuple(others)).finditer(text)]
    found = [match.span() for match in names_pattern(_names(concept)).finditer(text)]
    return [
        (start, end)
        for start, end in found
        if not any(left <= start and end <= right and (left, right) != (start, end) for left, right in taken)
    ]


def _defined(text: str, mentions: Sequence[tuple[int, int]]) -> bool:
    return any(
        re.match(_IS_WHAT, text[end : end + _SAME_BREATH], re.IGNORECASE)
        or re.search(rf"{_CALLED}$", text[max(0, start - _SAME_BREATH) : start], re.IGNORECASE)
        for start, end in mentions
    )


def _near(cues: re.Pattern[str], text: str, mentions: Sequence[tuple[int, int]]) -> bool:
    places = [match.start() for match in cues.finditer(text)]
    return any(abs(place - start) <= _SAME_BREATH for place in places for start, _ in mentions)


def _rank(link: Link) -> tuple[bool, float, str]:
    return not link.pinned, -link.score, link.passage_id
