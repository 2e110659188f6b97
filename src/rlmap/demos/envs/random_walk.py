"""Random walk: a chain whose two ends pay differently, for predicting values.

State
    ``size`` cells in a row between two ends; the agent starts in the middle.
Observation
    float32 (size + 2,), values 0 or 1: a one-hot code of the cell.
Actions
    0 left, 1 right. (Under the random policy this is the random walk of the textbook.)
Reward
    ``left_reward`` on reaching the left end, 1 on reaching the right end (success), otherwise 0.
Termination
    At either end; truncated after ``max_steps`` (0: never).
Randomness
    None of its own: it comes from the policy.

Sutton and Barto 2018, example 6.2 (5 states, ``left_reward = 0``) and example 7.1 (19 states, ``left_reward = -1``).
The true value of cell ``i = 1..size`` under the random policy, undiscounted, is
``left_reward + (1 - left_reward) * i / (size + 1)``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rlmap.demos.envs.base import TableEnv, Tables

__all__ = ["RandomWalk"]


class RandomWalk(TableEnv):
    """Copies of the walk; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        size: int = 19,
        left_reward: float = -1.0,
        max_steps: int = 0,
        buf: Any = None,
    ) -> None:
        cells = np.arange(size + 2)
        next_state = np.stack([np.maximum(cells - 1, 0), np.minimum(cells + 1, size + 1)], axis=1)[:, :, None]
        tables = Tables(
            next_state=next_state,
            probability=np.ones(next_state.shape),
            reward=left_reward * (next_state == 0) + 1.0 * (next_state == size + 1),
            terminal=(cells == 0) | (cells == size + 1),
            success=cells == size + 1,
            start=np.array([(size + 1) // 2]),
            features=np.eye(size + 2, dtype=np.float32),
        )
        super().__init__(tables, num_envs, seed, max_steps=max_steps, buf=buf)
