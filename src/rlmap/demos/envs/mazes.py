"""Procedural mazes: every level is a different maze, so a policy can be tested on levels it never saw.

State
    The level, and the agent's cell in a ``size`` x ``size`` maze (``size`` odd; walls included).
Observation
    uint8 (3 * size * size,), values 0 or 1: a picture of the walls, of the agent, of the goal.
Actions
    0 up, 1 right, 2 down, 3 left; a move into a wall stays.
Reward
    1 on reaching the goal, otherwise 0.
Termination
    On the goal (success); truncated after ``max_steps``.
Randomness
    Each episode draws a level uniformly from ``first_level`` to ``first_level + levels - 1``. A level's number decides
    its maze (a random spanning tree of the rooms), start and goal. Nothing else is random.

After Cobbe et al. 2020, Procgen (arXiv:1912.01588): train on a bounded set of levels, test on others.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv
from rlmap.demos.parts.gridworld import MOVES

__all__ = ["Mazes"]


class Mazes(VectorEnv):
    """Copies of the mazes; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        size: int = 7,
        first_level: int = 0,
        levels: int = 100,
        max_steps: int = 50,
        buf: Any = None,
    ) -> None:
        self.single_observation_space = gymnasium.spaces.Box(0, 1, (3 * size * size,), np.uint8)
        self.single_action_space = gymnasium.spaces.Discrete(4)
        self.reward_range = (0.0, 1.0)
        built = [build_level(size, first_level + number) for number in range(levels)]
        self._walls = np.stack([walls for walls, _, _ in built]).reshape(levels, size * size)
        self._start = np.array([start for _, start, _ in built])
        self._goal = np.array([goal for _, _, goal in built])
        self.size = size
        self._offset = MOVES[:, 0] * size + MOVES[:, 1]
        self._rows = np.arange(num_envs)
        self.level = np.zeros(num_envs, dtype=np.int64)
        self.cell = np.zeros(num_envs, dtype=np.int64)
        super().__init__(num_envs, seed, max_steps=max_steps, buf=buf)

    def map_of(self, copy: int) -> tuple[NDArray[np.bool_], int]:
        """Return the walls (size, size) of a copy's level, and the goal (row * size + column)."""
        level = self.level[copy]
        walls: NDArray[np.bool_] = self._walls[level].reshape(self.size, self.size)
        return walls, int(self._goal[level])

    def _begin(self, rows: Ints) -> None:
        self.level[rows] = self.rng.integers(0, len(self._walls), len(rows))
        self.cell[rows] = self._start[self.level[rows]]

    def _move(self, actions: NDArray[Any]) -> None:
        target = self.cell + self._offset[actions]  # the border is wall all around, so this never leaves the picture
        self.cell = np.where(self._walls[self.level, target], self.cell, target)
        self.terminals[:] = self.cell == self._goal[self.level]
        self.success = self.terminals.copy()
        self.rewards[:] = self.terminals

    def _observe(self) -> None:
        pixels = self.size * self.size
        self.observations[:, :pixels] = self._walls[self.level]
        self.observations[:, pixels:] = 0
        self.observations[self._rows, pixels + self.cell] = 1
        self.observations[self._rows, 2 * pixels + self._goal[self.level]] = 1


@lru_cache(maxsize=20_000)
def build_level(size: int, level: int) -> tuple[NDArray[np.bool_], int, int]:
    """Return a level's walls (size, size), start cell and goal cell (row * size + column)."""
    rng = np.random.default_rng([size, level])
    walls = np.ones((size, size), dtype=bool)
    rooms = [(row, column) for row in range(1, size, 2) for column in range(1, size, 2)]
    stack = [rooms[rng.integers(len(rooms))]]
    walls[stack[0]] = False
    while stack:
        row, column = stack[-1]
        closed = [
            (row + 2 * dr, column + 2 * dc)
            for dr, dc in MOVES
            if 0 < row + 2 * dr < size and 0 < column + 2 * dc < size and walls[row + 2 * dr, column + 2 * dc]
        ]
        if not closed:
            stack.pop()
            continue
        chosen = closed[rng.integers(len(closed))]
        walls[(row + chosen[0]) // 2, (column + chosen[1]) // 2] = walls[chosen] = False
        stack.append(chosen)
    first, second = rng.choice(len(rooms), 2, replace=False)
    return walls, rooms[first][0] * size + rooms[first][1], rooms[second][0] * size + rooms[second][1]
