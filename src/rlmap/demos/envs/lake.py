"""Slippery lake: reach the other shore without falling through a hole; moves go astray.

State
    The cell in the 8 x 8 lake drawn below.
Observation
    float32 (64,), values 0 or 1: a one-hot code of the cell.
Actions
    0 up, 1 right, 2 down, 3 left; a move out of the grid stays.
Reward
    1 on reaching the goal, ``hole_reward`` on falling into a hole, otherwise 0.
Termination
    On the goal (success) or in a hole; truncated after ``max_steps``.
Randomness
    With probability ``slip`` a move goes to one of its sides, each with half of it.
"""

from __future__ import annotations

from typing import Any

from rlmap.demos.envs.base import TableEnv
from rlmap.demos.parts.gridworld import grid_tables, read_grid

__all__ = ["Lake"]

LAYOUT = (
    "S.......",
    "........",
    "..H.....",
    ".....H..",
    "...H....",
    ".H....H.",
    "....H...",
    "..H....G",
)


class Lake(TableEnv):
    """Copies of the lake; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        slip: float = 0.3,
        hole_reward: float = 0.0,
        max_steps: int = 200,
        buf: Any = None,
    ) -> None:
        self.grid = read_grid(LAYOUT)
        tables = grid_tables(self.grid, fall_reward=hole_reward, slip=slip)
        super().__init__(tables, num_envs, seed, max_steps=max_steps, buf=buf)
