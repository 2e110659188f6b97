"""Several works instead of several passages of one: grouping and diversity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: Passages whose vectors are closer than this say the same words: a copied text is one voice.
SAME_TEXT = 0.97

#: What a passage loses for repeating, per unit of cosine with what is shown already
#: (maximal marginal relevance, Carbonell and Goldstein 1998).
_REPETITION = 0.1


def select(
    work_ids: npt.NDArray[np.str_] | npt.NDArray[np.object_],
    scores: npt.NDArray[np.floating],
    vectors: npt.NDArray[np.floating],
    *,
    works: int = 5,
    per_work: int = 2,
) -> list[list[int]]:
    """Choose what is shown: up to ``per_work`` passages of up to ``works`` works.

    Every work is first given its best passage, in an order that prefers what is relevant and
    does not repeat what stands above; then further passages are added.

    Parameters
    ----------
    work_ids, scores, vectors : numpy.ndarray, shapes (n,), (n,) and (n, dim)
        Of relevant candidates, best first; vectors of length 1.
    works, per_work : int
        At least 1.

    Returns
    -------
    list of list of int
        One list of places among the candidates for each work, best work first, each best passage first.
    """
    if len(work_ids) == 0:
        return []
    numbers: dict[str, int] = {}
    owners = np.array([numbers.setdefault(work_id, len(numbers)) for work_id in work_ids.tolist()])
    repeated = np.zeros(len(scores))
    is_said, is_open = np.zeros(len(scores), dtype=np.bool_), np.ones(len(scores), dtype=np.bool_)
    groups: dict[int, list[int]] = {}
    while is_open.any() and len(groups) < works:
        gains = np.where(is_open, np.round(scores - _REPETITION * repeated, 5), -np.inf)
        best = int(np.argmax(gains))  # the first of equal ones
        groups[int(owners[best])] = [best]
        nearness = vectors @ vectors[best]
        repeated = np.maximum(repeated, nearness)
        is_said |= nearness > SAME_TEXT
        is_open &= ~is_said & (owners != owners[best])
    for place, owner in enumerate(owners.tolist()):
        group = groups.get(owner)
        if group is not None and len(group) < per_work and not is_said[place]:
            group.append(place)
            is_said |= vectors @ vectors[place] > SAME_TEXT
    return list(groups.values())
