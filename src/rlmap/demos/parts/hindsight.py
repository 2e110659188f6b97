"""Hindsight: an episode that missed its goal is a success for the goal that it reached."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.parts.replay import Transitions

Array = NDArray[Any]


def relabelled(move: tuple[Array, ...]) -> list[Transitions]:
    """Return the same step of every copy as if the state it led to had been wanted.

    Observations are a state and, in their second half, the goal. With the next state as the goal, the step is a
    success: its reward is 0 and nothing follows. This is the "future" strategy with the nearest future state; longer
    paths are stitched together by the values learned from such steps.

    Parameters
    ----------
    move : tuple of arrays
        Observations, actions, rewards, next observations, terminals, truncations, as they came from the environment.

    References
    ----------
    Andrychowicz et al. 2017 (arXiv:1707.01495), section 3.
    """
    observation, action, reward, following, _, _ = move
    half = observation.shape[1] // 2
    achieved = following[:, :half]
    was = np.concatenate([observation[:, :half], achieved], axis=1)
    now = np.concatenate([achieved, achieved], axis=1)
    return [(was, action, np.zeros_like(reward), now, np.zeros(len(action)))]
