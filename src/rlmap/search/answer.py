"""From candidates to what may be shown: relevant passages of several works."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from rlmap.search.abstain import ANSWERED, SHOWN, answered, relevance
from rlmap.search.fuse import Candidates, hits_of
from rlmap.search.group import select
from rlmap.types import Hit

#: Relevant candidates that may be shown; five works are found among far fewer.
_CONSIDERED = 100

#: Passages of the handbook that are read.
_OF_THE_HANDBOOK = 12

#: What makes a passage relevant: its fused score, how near it is to what the map says of the thing
#: asked about, and how much of that it says in the same words. Shares of a logistic regression over
#: the judged passages of the development half.
_FUSED, _TOLD_NEARNESS, _TOLD_HOLDING = 0.6, 0.22, 0.43

#: What explaining counts beside relevance when passages are chosen to be read: one that explains
#: stands a better chance of holding the sentence that answers.
_EXPLAINS = 0.3


def choose_hits(
    found: Candidates, *, works: int, per_work: int, without: Collection[str] = (), is_about_the_map: bool = False
) -> tuple[list[list[Hit]], float]:
    """Choose the passages to quote from; which of the quotes are shown is decided when their words are known.

    Parameters
    ----------
    found : Candidates
        What :func:`~rlmap.search.fuse.find_candidates` returned.
    works, per_work : int
        At most so many works, and passages of each; of the handbook more, since paragraphs of one
        article are about as relevant and which of them answers is seen in their words.
    without : collection of str
        Ids of works that are passed over.
    is_about_the_map : bool
        The question is made of names of the map alone: its being answered is then judged by its
        rewritings with other names, too, and at least likely.

    Returns
    -------
    (list of list of Hit, float)
        One list for each work, best work first, best hit first; ranks count through all of them
        in this order. A hit's score is how relevant its passage is: what it was found with, and
        how near it is to what the map says of the thing asked about. Empty where the question is
        not answered here. And how likely it is that the question is answered, in [0, 1].
    """
    likely = answered(found.closeness, found.coverage)
    if is_about_the_map:
        likely = max(likely, answered(found.nearness, found.holding), ANSWERED)
    if likely < ANSWERED:
        return [], likely
    worth_showing = relevance(found.nearness, found.holding, found.explanation) >= SHOWN
    if without:
        worth_showing &= np.array([work_id not in without for work_id in found.passages.work_ids])
    places = np.flatnonzero(worth_showing)[:_CONSIDERED]
    passages = found.passages
    relevant = _relevance_of(found)
    promising = relevant + _EXPLAINS * found.explanation
    places = places[np.lexsort((places, -promising[places]))]
    most = max(per_work, _OF_THE_HANDBOOK)
    selected = select(
        passages.work_ids[places], promising[places], passages.vectors[places], works=works, per_work=most
    )
    groups = [
        group if passages.kinds[group[0]] == "handbook" else group[:per_work]
        for group in (places[some].tolist() for some in selected)
    ]
    hits = iter(hits_of(replace(found, scores=relevant), [place for group in groups for place in group]))
    return [[next(hits) for _ in group] for group in groups], likely


def _relevance_of(found: Candidates) -> npt.NDArray[np.floating]:
    """Return how relevant candidates are, in [0, 1], shape (n,)."""
    weighed = _FUSED * found.scores + _TOLD_NEARNESS * found.told_nearness + _TOLD_HOLDING * found.told_holding
    relevant: npt.NDArray[np.floating] = np.round(np.clip(weighed, 0.0, 1.0), 5)
    return relevant
