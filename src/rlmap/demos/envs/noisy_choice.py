"""Noisy choice: leaving at once pays nothing, staying pays a little less than nothing, but noisily.

State
    0 (the start), 1 (the noisy room), and the end.
Observation
    float32 (3,), values 0 or 1: a one-hot code of the state.
Actions
    ``actions`` of them. At the start, action 0 leaves (success) and every other one enters the noisy room; in the noisy
    room all of them lead to the end.
Reward
    0 at the start; in the noisy room ``mean - noise`` or ``mean + noise``, one half each.
Termination
    On leaving from either state.
Randomness
    The rewards of the noisy room.

After Sutton and Barto 2018, example 6.7, with two-valued instead of normal rewards.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rlmap.demos.envs.base import TableEnv, Tables

__all__ = ["NoisyChoice"]


class NoisyChoice(TableEnv):
    """Copies of the choice; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        actions: int = 10,
        mean: float = -0.1,
        noise: float = 1.0,
        buf: Any = None,
    ) -> None:
        next_state = np.full((4, actions, 2), 2)
        next_state[0, 0] = 3  # leaving at once is a state of its own, so that it can count as success
        next_state[0, 1:] = 1
        next_state[3] = 3
        reward = np.zeros((4, actions, 2))
        reward[1] = (mean - noise, mean + noise)
        tables = Tables(
            next_state=next_state,
            probability=np.full((4, actions, 2), 0.5),
            reward=reward,
            terminal=np.array([False, False, True, True]),
            success=np.array([False, False, False, True]),
            start=np.array([0]),
            features=np.eye(4, 3, dtype=np.float32),
        )
        super().__init__(tables, num_envs, seed, buf=buf)
