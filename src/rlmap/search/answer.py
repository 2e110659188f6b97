"""From candidates to what is shown: relevant passages of several works, and what may be claimed."""

from __future__ import annotations

import numpy as np

from rlmap.search.abstain import ANSWERED, SHOWN, answer_state, answered, relevance
from rlmap.search.fuse import Candidates, hits_of
from rlmap.search.group import Choice, select
from rlmap.types import AnswerState, Hit

#: Relevant candidates that may be shown; five works are found among far fewer.
_CONSIDERED = 100


def choose_hits(found: Candidates, *, works: int = 5, per_work: int = 2) -> tuple[list[list[Hit]], AnswerState]:
    """Choose the passages to show.

    Parameters
    ----------
    found : Candidates
        What :func:`~rlmap.search.fuse.find_candidates` returned.
    works, per_work : int
        At most so many works, and passages of each.

    Returns
    -------
    (list of list of Hit, {"found", "partial", "nothing"})
        One list for each work, best work first, best hit first; ranks count through all of them
        in this order. Empty for *nothing*.
    """
    likely = answered(found.closeness, found.coverage)
    if likely < ANSWERED:
        return [], "nothing"
    worth_showing = relevance(found.closeness, found.coverage, found.explanation) >= SHOWN
    places = np.flatnonzero(worth_showing)[:_CONSIDERED]
    passages = found.passages
    choices = [
        Choice(
            place=place,
            work_id=passages.work_ids[place],
            score=float(found.scores[place]),
            is_handbook=passages.kinds[place] == "handbook",
            vector=passages.vectors[place],
        )
        for place in places.tolist()
    ]
    groups = select(choices, works=works, per_work=per_work)
    outside = [not is_handbook for is_handbook in {choice.work_id: choice.is_handbook for choice in choices}.values()]
    hits = iter(hits_of(found, [choice.place for group in groups for choice in group]))
    return [[next(hits) for _ in group] for group in groups], answer_state(likely, outside)
