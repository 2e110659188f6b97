"""Grid worlds drawn as text become finite MDPs.

In a layout, ``#`` is a wall, ``S`` a start, ``G`` a goal, ``C`` a cliff (back to the start), ``H`` a hole
(the end), and any other character floor. Actions are 0 up, 1 right, 2 down, 3 left; a move into a wall or out of the
grid stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rlmap.demos.envs.base import Bools, Floats, Ints, Tables

MOVES = np.array([(-1, 0), (0, 1), (1, 0), (0, -1)])
#: Layouts with more cells than this are observed as one-hot row and one-hot column.
MAX_ONE_HOT = 128


@dataclass(frozen=True)
class Grid:
    """The floor of a layout: ``cells`` (S, 2) rows and columns, and which state each square is (-1 for a wall)."""

    layout: tuple[str, ...]
    cells: Ints
    state_of: Ints

    def states(self, mark: str) -> Ints:
        """Return the states marked with a character."""
        return np.array([s for s, (row, column) in enumerate(self.cells) if self.layout[row][column] == mark])

    def mask(self, mark: str) -> Bools:
        """Return which states (S,) are marked with a character."""
        found = np.zeros(len(self.cells), dtype=bool)
        found[self.states(mark).astype(int)] = True
        return found

    def features(self) -> Floats:
        """Return what is observed in each state: a one-hot code of the cell, or of its row and its column."""
        if len(self.cells) <= MAX_ONE_HOT:
            return np.eye(len(self.cells), dtype=np.float32)
        rows, columns = self.state_of.shape
        return np.concatenate([np.eye(rows)[self.cells[:, 0]], np.eye(columns)[self.cells[:, 1]]], axis=1).astype(
            np.float32
        )


def read_grid(layout: Sequence[str]) -> Grid:
    """Number the squares of a layout that are not walls, row by row."""
    cells = np.array([(r, c) for r, row in enumerate(layout) for c, mark in enumerate(row) if mark != "#"])
    state_of = np.full((len(layout), len(layout[0])), -1)
    state_of[cells[:, 0], cells[:, 1]] = np.arange(len(cells))
    return Grid(tuple(layout), cells, state_of)


def neighbours(grid: Grid) -> Ints:
    """Return the state reached from each state by each move, (S, 4)."""
    rows, columns = grid.state_of.shape
    target = grid.cells[:, None, :] + MOVES[None]
    inside = ((target >= 0) & (target < (rows, columns))).all(axis=2)
    clipped = np.clip(target, 0, (rows - 1, columns - 1))
    reached = grid.state_of[clipped[..., 0], clipped[..., 1]]
    stay = np.arange(len(grid.cells))[:, None]
    return np.where(inside & (reached >= 0), reached, stay)


def grid_tables(
    grid: Grid,
    *,
    step_reward: float = 0.0,
    goal_reward: float = 1.0,
    fall_reward: float = 0.0,
    slip: float = 0.0,
) -> Tables:
    """Write a grid out as a finite MDP.

    Parameters
    ----------
    grid : Grid
        With at least one ``S`` and one ``G``.
    step_reward, goal_reward, fall_reward : float
        For each move; instead of it on entering ``G``; instead of it on entering ``C`` or ``H``.
    slip : float
        Probability that the move goes to one of the two sides instead, each with half of it.
    """
    straight = neighbours(grid)
    if slip:
        next_state = np.stack([straight, np.roll(straight, 1, axis=1), np.roll(straight, -1, axis=1)], axis=2)
        shares = [1.0 - slip, slip / 2, slip / 2]
    else:
        next_state, shares = straight[:, :, None], [1.0]
    goal, hole, cliff = grid.mask("G"), grid.mask("H"), grid.mask("C")
    start = grid.states("S")
    reward = np.full(next_state.shape, step_reward)
    reward[goal[next_state]] = goal_reward
    reward[(hole | cliff)[next_state]] = fall_reward
    if cliff.any():
        next_state = np.where(cliff[next_state], start[0], next_state)
    return Tables(
        next_state=next_state,
        probability=np.broadcast_to(shares, next_state.shape),
        reward=reward,
        terminal=goal | hole,
        success=goal,
        start=start,
        features=grid.features(),
    )
