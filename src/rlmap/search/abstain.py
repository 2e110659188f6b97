"""Deciding whether what was found answers the question at all.

Fused scores cannot tell: the best of bad candidates has a high one too. Three measures that are
not scaled by question can: how close question and passage are in meaning, how much of the
question's words the passage holds, and how much the passage explains at all. A logistic curve
joins them into a relevance in [0, 1].
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rlmap.types import AnswerState

#: Fitted on the development questions: bias, weights of closeness, coverage, explanation.
_BIAS, _CLOSENESS, _COVERAGE, _EXPLANATION = -9.3, 13.0, 3.0, 1.5

#: Below the first, a passage is not shown; a *found* answer needs one at the second.
SHOWN, SURE = 0.35, 0.5


def relevance(closeness: npt.ArrayLike, coverage: npt.ArrayLike, explanation: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return how likely passages are to answer, in [0, 1].

    Parameters
    ----------
    closeness : array_like, shape (n,)
        Cosines in [-1, 1].
    coverage : array_like, shape (n,)
        Shares in [0, 1].
    explanation : array_like, shape (n,)
        In [0, 1], see :func:`rlmap.search.explain.explanation`.
    """
    evidence = (
        _BIAS
        + _CLOSENESS * np.asarray(closeness, float)
        + _COVERAGE * np.asarray(coverage, float)
        + _EXPLANATION * np.asarray(explanation, float)
    )
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
