"""Deciding whether what was found answers the question at all.

Fused scores cannot tell: the best of bad candidates has a high one too. Measures that are not
scaled by question can: how close question and passage are in meaning, how much of the
question's words the passage holds, and how much the passage explains at all. Two logistic
curves join them: one says whether the question is answered here, the other whether a passage
is worth showing. Both are fitted on the development half of the judged questions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rlmap.types import AnswerState

#: For a question: bias, weights of the mean closeness of the closest passages, and of the best
#: coverage among a few more. One close passage may be an accident, three are not.
_BIAS, _CLOSENESS, _COVERAGE = -10.3, 16.4, 3.8
_CLOSEST, _COVERING = 3, 5

#: For a passage: bias, weights of closeness, coverage, explanation; fitted to grade 1 and above.
_PASSAGE_BIAS, _PASSAGE_CLOSENESS, _PASSAGE_COVERAGE, _PASSAGE_EXPLANATION = -3.7, 5.5, 1.8, 0.4

#: A question below the first is not answered here, one below the second only in part.
ANSWERED, SURELY_ANSWERED = 0.4, 0.7

#: A passage below this is not shown.
SHOWN = 0.4


def answered(closeness: npt.ArrayLike, coverage: npt.ArrayLike) -> float:
    """Return how likely it is, in [0, 1], that the passages found answer the question.

    Parameters
    ----------
    closeness : array_like, shape (n,)
        Cosines of the question with the candidates, in [-1, 1], in any order.
    coverage : array_like, shape (n,)
        Shares of the question's words in the same candidates, in [0, 1].
    """
    near = np.asarray(closeness, float)
    if not near.size:
        return 0.0
    order = np.argsort(-near, kind="stable")
    covered = np.asarray(coverage, float)[order[:_COVERING]].max()
    return float(_logistic(_BIAS + _CLOSENESS * near[order[:_CLOSEST]].mean() + _COVERAGE * covered))


def relevance(closeness: npt.ArrayLike, coverage: npt.ArrayLike, explanation: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return how likely passages are to be about the question, in [0, 1].

    Parameters
    ----------
    closeness : array_like, shape (n,)
        Cosines in [-1, 1].
    coverage : array_like, shape (n,)
        Shares in [0, 1].
    explanation : array_like, shape (n,)
        In [0, 1], see :func:`rlmap.search.explain.explanation`.
    """
    return _logistic(
        _PASSAGE_BIAS
        + _PASSAGE_CLOSENESS * np.asarray(closeness, float)
        + _PASSAGE_COVERAGE * np.asarray(coverage, float)
        + _PASSAGE_EXPLANATION * np.asarray(explanation, float)
    )


def answer_state(likely: float, outside: Sequence[bool]) -> AnswerState:
    """Say what may be claimed of an answer.

    Parameters
    ----------
    likely : float
        What :func:`answered` says of the question.
    outside : sequence of bool
        For each work that has a passage to show, whether it is an outside work (not the
        handbook that was written for the map).

    Returns
    -------
    {"found", "partial", "nothing"}
        *nothing* where the question is not answered here or no work has anything to show;
        *found* where it surely is, by two works or more, one of them from outside; else
        *partial*.
    """
    if likely < ANSWERED or not outside:
        return "nothing"
    if likely >= SURELY_ANSWERED and len(outside) >= 2 and any(outside):
        return "found"
    return "partial"


def _logistic(evidence: npt.ArrayLike) -> npt.NDArray[np.float64]:
    likely: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-np.asarray(evidence, float)))
    return likely
