"""Corridor: a small reward is near, a large one is far.

State
    ``length + 1`` cells in a row; the agent starts ``near`` cells to the right of cell 0.
Observation
    float32 (length + 1,), values 0 or 1: a one-hot code of the cell.
Actions
    0 left, 1 right.
Reward
    ``near_reward`` on entering cell 0, ``far_reward`` on entering cell ``length``, otherwise 0.
Termination
    On entering cell 0 or cell ``length`` (the latter counts as success); truncated after ``max_steps``.
Randomness
    With probability ``slip`` the agent moves the other way. With ``slip = 0`` nothing is random.

With discount factor gamma the far end is worth ``gamma ** (length - near - 1) * far_reward`` at the
start, the near end ``gamma ** (near - 1) * near_reward``: below the gamma where the two are equal, a
perfectly rational agent takes the near one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rlmap.demos.envs.base import TableEnv, Tables

__all__ = ["Corridor"]


class Corridor(TableEnv):
    """Copies of the corridor; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        length: int = 8,
        near: int = 2,
        near_reward: float = 0.2,
        far_reward: float = 1.0,
        slip: float = 0.0,
        max_steps: int = 64,
        buf: Any = None,
    ) -> None:
        tables = corridor_tables(length, near, near_reward, far_reward, slip)
        super().__init__(tables, num_envs, seed, max_steps=max_steps, buf=buf)


def corridor_tables(length: int, near: int, near_reward: float, far_reward: float, slip: float) -> Tables:
    """Write the corridor out as a finite MDP with ``length + 1`` states."""
    cells = np.arange(length + 1)
    left, right = np.maximum(cells - 1, 0), np.minimum(cells + 1, length)
    next_state = np.stack([np.stack([left, right], -1), np.stack([right, left], -1)], axis=1)
    probability = np.broadcast_to([1.0 - slip, slip], next_state.shape)
    reward = near_reward * (next_state == 0) + far_reward * (next_state == length)
    ends = (cells == 0) | (cells == length)
    outcomes = 2 if slip > 0 else 1
    return Tables(
        next_state=next_state[:, :, :outcomes],
        probability=probability[:, :, :outcomes],
        reward=reward[:, :, :outcomes],
        terminal=ends,
        success=cells == length,
        start=np.array([near]),
        features=np.eye(length + 1, dtype=np.float32),
    )
