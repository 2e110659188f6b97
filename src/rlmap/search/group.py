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

#: The handbook stands first only if it is better than every outside work by this much.
_HANDBOOK_MARGIN = 0.1


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate for showing: ``place`` in the ranking, its work, score, and vector (dim,)."""

    place: int
    work_id: str
    score: float
    is_handbook: bool
    vector: npt.NDArray[np.floating]


def select(choices: Sequence[Choice], *, works: int = 5, per_work: int = 2) -> list[list[Choice]]:
    """Choose what is shown: up to ``per_work`` passages of up to ``works`` works.

    Every work is first given its best passage, in an order that prefers what is relevant and
    does not repeat what stands above; then second passages are added. The handbook
    is quoted once at most, and stands first only where no outside work is about as relevant.

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
    groups: dict[str, list[Choice]] = {}
    shown: list[Choice] = []
    waiting = list(choices)
    while waiting and len(groups) < works:
        best = max(waiting, key=lambda choice: (_marginal(choice, shown), -choice.place))
        waiting = [choice for choice in waiting if choice.work_id != best.work_id and not _same(choice, best)]
        groups[best.work_id] = [best]
        shown.append(best)
    for choice in choices:
        group = groups.get(choice.work_id)
        if group is None or choice in group or len(group) >= (1 if choice.is_handbook else per_work):
            continue
        if not any(_same(choice, other) for other in shown):
            group.append(choice)
            shown.append(choice)
    return _handbook_second(list(groups.values()))


def _marginal(choice: Choice, shown: Sequence[Choice]) -> float:
    repeated = max((float(choice.vector @ other.vector) for other in shown), default=0.0)
    return round(choice.score - _REPETITION * max(repeated, 0.0), 5)


def _same(one: Choice, other: Choice) -> bool:
    return float(one.vector @ other.vector) > SAME_TEXT


def _handbook_second(groups: list[list[Choice]]) -> list[list[Choice]]:
    if len(groups) < 2 or not groups[0][0].is_handbook:
        return groups
    first, second = groups[0], groups[1]
    if first[0].score > second[0].score + _HANDBOOK_MARGIN:
        return groups
    return [second, first, *groups[2:]]
