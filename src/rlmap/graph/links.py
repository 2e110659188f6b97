"""Which passages explain a concept.

Retrieval finds passages that mention a concept. Here they are ranked by whether they explain it,
see :mod:`rlmap.graph.explains`, grouped by work, and ordered for reading.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rlmap.graph.explains import EXPLAINS_FROM, Candidate, explanation_score
from rlmap.types import Concept


@dataclass(frozen=True, slots=True)
class Link:
    """A passage that explains a concept.

    ``score`` in [0, 1]; ``pinned`` by an editor; ``narrower`` if it treats a narrower concept.
    """

    passage_id: str
    work_id: str
    score: float
    formalism: float
    pinned: bool = False
    narrower: bool = False


@dataclass(frozen=True, slots=True)
class WorkLinks:
    """The passages of one work that explain a concept, best first."""

    work_id: str
    links: tuple[Link, ...]


def rank_links(
    concept: Concept,
    candidates: Iterable[Candidate],
    *,
    others: Sequence[str] = (),
    most_works: int = 8,
    per_work: int = 2,
    threshold: float = EXPLAINS_FROM,
    narrower: Collection[str] = (),
) -> tuple[WorkLinks, ...]:
    """Choose the passages that explain a concept, and order them for reading.

    Parameters
    ----------
    concept : Concept
        Its ``pinned`` passages come whatever their score, its ``rejected`` ones never.
    candidates : iterable of Candidate
        Retrieved passages; a passage found twice counts once, with its better score.
    others : sequence of str
        Names that hold a name of the concept and mean something else, see
        :func:`rlmap.graph.mentions.longer_names`.
    most_works, per_work : int
        How many works, and passages of each.
    threshold : float
        Passages with a lower :func:`~rlmap.graph.explains.explanation_score` are mentions, and
        left out.
    narrower : collection of str
        Passages that treat a narrower concept, see :mod:`rlmap.graph.narrower`. They stand behind
        all others, so that they are shown only where these do not fill the page.

    Returns
    -------
    tuple of WorkLinks
        The best works, those with a pinned passage first among them, ordered from plain to
        formal by their best passage, then by work; last those on a narrower concept.
    """
    best: dict[str, Link] = {}
    pinned_ids, rejected_ids = concept.pinned_ids, concept.rejected_ids
    for candidate in candidates:
        passage_id = candidate.hit.passage_id
        pinned = passage_id in pinned_ids
        score = explanation_score(concept, candidate, others)
        if passage_id in rejected_ids or (score < threshold and not pinned):
            continue
        if passage_id not in best or score > best[passage_id].score:
            aside = passage_id in narrower and not pinned
            best[passage_id] = Link(passage_id, candidate.hit.work_id, score, candidate.formalism, pinned, aside)
    works: dict[str, list[Link]] = {}
    for link in sorted(best.values(), key=rank):
        works.setdefault(link.work_id, []).append(link)
    chosen = sorted(works.values(), key=lambda links: rank(links[0]))[:most_works]
    grouped = [WorkLinks(links[0].work_id, tuple(links[:per_work])) for links in chosen]
    return tuple(sorted(grouped, key=_reading_order))


def _reading_order(work: WorkLinks) -> tuple[bool, float, tuple[bool, bool, float, str]]:
    best = work.links[0]
    return best.narrower, round(best.formalism, 1), rank(best)


def rank(link: Link) -> tuple[bool, bool, float, str]:
    """Return what links are sorted by: pinned first, then those on the concept itself, by score, by passage."""
    return not link.pinned, link.narrower, -link.score, link.passage_id
