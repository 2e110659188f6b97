"""Deep sea: the treasure lies at the end of one path among 2**size, and every step towards it costs a little.

State
    Row and column in a ``size`` x ``size`` grid; the agent starts top left and sinks one row with each step.
Observation
    float32 (2 * size,), values 0 or 1: one-hot row and one-hot column.
Actions
    0 and 1; in each cell one of them means left and the other right, drawn once with ``layout_seed``.
Reward
    ``-0.01 / size`` for a step to the right, 1 for the step to the right out of the bottom right cell, else 0.
Termination
    After ``size`` steps; finding the treasure counts as success.
Randomness
    None after the layout is drawn.

Osband et al. 2020, Behaviour suite (arXiv:1908.03568), section 3.1 and appendix A.6.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rlmap.demos.envs.base import TableEnv, Tables

__all__ = ["DeepSea"]


class DeepSea(TableEnv):
    """Copies of the deep sea; the module's text states the MDP."""

    def __init__(
        self, num_envs: int = 1, seed: int = 0, *, size: int = 10, layout_seed: int = 7, buf: Any = None
    ) -> None:
        self.size = size
        super().__init__(deep_sea_tables(size, layout_seed), num_envs, seed, buf=buf)


def deep_sea_tables(size: int, layout_seed: int) -> Tables:
    """Write the deep sea out: ``size * size`` cells, then the sea floor, then the treasure."""
    row, column = np.divmod(np.arange(size * size), size)
    floor, treasure = size * size, size * size + 1
    bottom = row == size - 1
    left = np.where(bottom, floor, (row + 1) * size + np.maximum(column - 1, 0))
    right = np.where(bottom, floor, (row + 1) * size + np.minimum(column + 1, size - 1))
    right[-1] = treasure
    cost = np.full(size * size, -0.01 / size)
    cost[-1] += 1.0
    right_is_one = np.random.default_rng(layout_seed).random(size * size) < 0.5
    first = np.where(right_is_one, left, right), np.where(right_is_one, 0.0, cost)
    second = np.where(right_is_one, right, left), np.where(right_is_one, cost, 0.0)
    next_state = np.full((size * size + 2, 2, 1), floor)
    reward = np.zeros((size * size + 2, 2, 1))
    for action, (target, gain) in enumerate((first, second)):
        next_state[:-2, action, 0], reward[:-2, action, 0] = target, gain
    next_state[treasure] = treasure
    ends = np.arange(size * size + 2) >= floor
    features = np.zeros((size * size + 2, 2 * size), dtype=np.float32)
    features[np.arange(size * size), row] = 1.0
    features[np.arange(size * size), size + column] = 1.0
    return Tables(
        next_state=next_state,
        probability=np.ones(next_state.shape),
        reward=reward,
        terminal=ends,
        success=np.arange(size * size + 2) == treasure,
        start=np.array([0]),
        features=features,
    )
