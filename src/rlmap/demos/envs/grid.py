"""Grid: walk to the goal, in an open room or through four rooms.

State
    The cell of the agent. Layouts: ``open`` (``size`` x ``size``, start top left, goal bottom right) and
    ``four-rooms`` (11 x 11 with walls and four doors, start top left, goal bottom right).
Observation
    float32, values 0 or 1: a one-hot code of the cell (up to 128 cells), else of its row and column.
Actions
    0 up, 1 right, 2 down, 3 left; a move into a wall stays.
Reward
    ``step_reward`` for each move, ``goal_reward`` instead on entering the goal.
Termination
    On entering the goal (success); truncated after ``max_steps``.
Randomness
    With probability ``slip`` a move goes to one of its sides; ``random_start`` draws the start among all cells.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rlmap.demos.envs.base import TableEnv
from rlmap.demos.parts.gridworld import Grid, grid_tables, read_grid
from rlmap.errors import DemoError

__all__ = ["GridWorld"]

FOUR_ROOMS = (
    "S....#.....",
    ".....#.....",
    "...........",
    ".....#.....",
    ".....#.....",
    "#.####.....",
    ".....###.##",
    ".....#.....",
    ".....#.....",
    "...........",
    ".....#....G",
)


class GridWorld(TableEnv):
    """Copies of the grid; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        layout: str = "open",
        size: int = 8,
        step_reward: float = 0.0,
        goal_reward: float = 1.0,
        slip: float = 0.0,
        random_start: bool = False,
        max_steps: int = 128,
        buf: Any = None,
    ) -> None:
        self.grid = named_grid(layout, size)
        tables = grid_tables(self.grid, step_reward=step_reward, goal_reward=goal_reward, slip=slip)
        if random_start:
            tables = replace(tables, start=np.flatnonzero(~tables.terminal))
        super().__init__(tables, num_envs, seed, max_steps=max_steps, buf=buf)


def named_grid(layout: str, size: int) -> Grid:
    """Return the grid called ``open`` or ``four-rooms``.

    Raises
    ------
    DemoError
        If the name is unknown or the size is below 2.
    """
    if layout == "four-rooms":
        return read_grid(FOUR_ROOMS)
    if layout != "open" or size < 2:
        raise DemoError(f"The grid {layout!r} of size {size} is unknown: use open (size from 2) or four-rooms.")
    rows = [["."] * size for _ in range(size)]
    rows[0][0], rows[-1][-1] = "S", "G"
    return read_grid(["".join(row) for row in rows])
