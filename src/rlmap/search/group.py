"""Several works instead of several passages of one: grouping and diversity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: Passages whose vectors are closer than this say the same words: a copied text is one voice.
SAME_TEXT = 0.97

#: What a passage loses for repeating, per unit of cosine with what is shown already
#: (maximal marginal relevance, Carbonell and Goldstein 1998).
_REPETITION = 0.1


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate for showing: ``place`` in the ranking, its work, score, and vector (dim,)."""

    place: int
    work_id: str
    score: float
    vector: npt.NDArray[np.floating]


def select(choices: Sequence[Choice], *, works: int = 5, per_work: int = 2) -> list[list[Choice]]:
    """Choose what is shown: up to ``per_work`` passages of up to ``works`` works.

    Every work is first given its best passage, in an order that prefers what is relevant and
    does not repeat what stands above; then further passages are added.

    Parameters
    ----------
    choices : sequence of Choice
        Relevant candidates, best first.
    works, per_work : int
        At least 1.

    Returns
    -------
    list of list of Choice
        One list for each work, best work first, each best passage first.
    """
    if not choices:
        return []
    vectors = np.stack([choice.vector for choice in choices])
    scores = np.array([choice.score for choice in choices])
    repeated = np.zeros(len(choices))
    is_open = np.ones(len(choices), dtype=np.bool_)
    groups: dict[str, list[Choice]] = {}
    shown: list[int] = []
    while is_open.any() and len(groups) < works:
        gains = np.where(is_open, np.round(scores - _REPETITION * repeated, 5), -np.inf)
        best = int(np.argmax(gains))  # the first of equal ones
        groups[choices[best].work_id] = [choices[best]]
        shown.append(best)
        nearness = vectors @ vectors[best]
        repeated = np.maximum(repeated, nearness)
        is_open &= nearness <= SAME_TEXT
        is_open &= np.array([choice.work_id not in groups for choice in choices])
    for place, choice in enumerate(choices):
        group = groups.get(choice.work_id)
        if group is None or len(group) >= per_work:
            continue
        if not (vectors[shown] @ choice.vector > SAME_TEXT).any():
            group.append(choice)
            shown.append(place)
    return list(groups.values())
