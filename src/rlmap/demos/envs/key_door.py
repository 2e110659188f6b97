"""Key and door: fetch the key, then leave through the door; nothing is rewarded on the way.

State
    The cell in the 9 x 9 maze drawn below, and whether the agent holds the key.
Observation
    float32 (19,), values 0 or 1: one-hot row, one-hot column, and the key.
Actions
    0 up, 1 right, 2 down, 3 left; a move into a wall, or into the door without the key, stays.
Reward
    1 on leaving through the door, ``key_reward`` on picking up the key, otherwise 0.
Termination
    On leaving through the door (success); truncated after ``max_steps``.
Randomness
    None.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rlmap.demos.envs.base import TableEnv, Tables
from rlmap.demos.parts.gridworld import neighbours, read_grid

__all__ = ["KeyDoor"]

LAYOUT = (
    "S..#.....",
    "...#.....",
    "...#..#..",
    "......#..",
    "...####..",
    "...#.....",
    ".###.....",
    "...#.##..",
    "K..#..#.G",
)


class KeyDoor(TableEnv):
    """Copies of the maze; the module's text states the MDP."""

    def __init__(
        self, num_envs: int = 1, seed: int = 0, *, key_reward: float = 0.0, max_steps: int = 100, buf: Any = None
    ) -> None:
        self.grid = read_grid(LAYOUT)
        super().__init__(_tables(key_reward), num_envs, seed, max_steps=max_steps, buf=buf)


def _tables(key_reward: float) -> Tables:
    grid = read_grid(LAYOUT)
    cells = len(grid.cells)
    key, door = int(grid.states("K")[0]), int(grid.states("G")[0])
    reached = neighbours(grid)
    stay = np.arange(cells)[:, None]
    without = np.where(reached == door, stay, reached)
    without = np.where(without == key, key + cells, without)  # states from ``cells`` on hold the key
    next_state = np.concatenate([without, reached + cells])[:, :, None]
    holds = np.repeat([0.0, 1.0], cells)[:, None, None]
    picked_up = (holds == 0.0) & (next_state == key + cells)
    left = (holds == 1.0) & (next_state == door + cells)
    rows, columns = np.eye(9)[grid.cells[:, 0]], np.eye(9)[grid.cells[:, 1]]
    place = np.tile(np.concatenate([rows, columns], axis=1), (2, 1))
    ends = np.arange(2 * cells) == door + cells
    return Tables(
        next_state=next_state,
        probability=np.ones(next_state.shape),
        reward=key_reward * picked_up + 1.0 * left,
        terminal=ends,
        success=ends,
        start=grid.states("S"),
        features=np.concatenate([place, holds[:, :, 0]], axis=1).astype(np.float32),
    )
