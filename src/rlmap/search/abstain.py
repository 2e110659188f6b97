"""Deciding whether what was found answers the question at all.

Fused scores cannot tell: the best of bad candidates has a high one too. Two measures that are
not scaled by question can: how close question and passage are in meaning, and how much of the
question's words the passage holds. A logistic curve joins them into a relevance in [0, 1].
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rlmap.types import AnswerState

#: Fitted on the development questions: bias, weight of closeness, weight of coverage.
_BIAS, _CLOSENESS, _COVERAGE = -8.6, 13.0, 3.0

#: Below the first, a passage is not shown; a *found* answer needs one at the second.
SHOWN, SURE = 0.35, 0.5


def relevance(closeness: npt.ArrayLike, coverage: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return how likely passages are to answer, in [0, 1].

    Parameters
    ----------
    closeness : array_like, shape (n,)
        Cosines in [-1, 1].
    coverage : array_like, shape (n,)
        Shares in [0, 1].
    """
    evidence = _BIAS + _CLOSENESS * np.asarray(closeness, float) + _COVERAGE * np.asarray(coverage, float)
    likely: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-evidence))
    return likely


def answer_state(works: Sequence[tuple[float, bool]]) -> AnswerState:
    """Say what may be claimed of an answer.

    Parameters
    ----------
    works : sequence of (float, bool)
        For each different work: the relevance of its best passage, and whether it is an outside
        work (not the handbook that was written for the map).

    Returns
    -------
    {"found", "partial", "nothing"}
        *nothing* where no passage is relevant enough to be shown; *found* where at least two
        works are, one of them from outside, and at least one is surely relevant; else *partial*.
    """
    shown = [(likely, outside) for likely, outside in works if likely >= SHOWN]
    if not shown:
        return "nothing"
    sure = max(likely for likely, _ in shown) >= SURE
    if sure and len(shown) >= 2 and any(outside for _, outside in shown):
        return "found"
    return "partial"
