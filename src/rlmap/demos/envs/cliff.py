"""Cliff walking: the shortest way runs along an edge.

State
    The cell in a grid of ``height`` x ``width``; the bottom row between start and goal is a cliff.
Observation
    float32, values 0 or 1: a one-hot code of the cell.
Actions
    0 up, 1 right, 2 down, 3 left; a move out of the grid stays.
Reward
    ``-1 * scale`` for each move, 0 on entering the goal, ``-100 * scale`` on stepping into the cliff, which puts the
    agent back to the start.
Termination
    On entering the goal (success); truncated after ``max_steps``.
Randomness
    With probability ``slip`` a move goes to one of its sides.

Sutton and Barto 2018, example 6.6 (there ``scale = 1``, ``slip = 0`` and the goal's step costs 1 too).
"""

from __future__ import annotations

from typing import Any

from rlmap.demos.envs.base import TableEnv
from rlmap.demos.parts.gridworld import grid_tables, read_grid

__all__ = ["CliffWalk"]


class CliffWalk(TableEnv):
    """Copies of the cliff walk; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        height: int = 4,
        width: int = 12,
        scale: float = 1.0,
        slip: float = 0.0,
        max_steps: int = 500,
        buf: Any = None,
    ) -> None:
        self.grid = read_grid(["." * width] * (height - 1) + ["S" + "C" * (width - 2) + "G"])
        tables = grid_tables(self.grid, step_reward=-scale, goal_reward=0.0, fall_reward=-100 * scale, slip=slip)
        super().__init__(tables, num_envs, seed, max_steps=max_steps, buf=buf)
