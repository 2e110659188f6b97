"""Bit flip: turn a row of bits into the wanted one; nothing tells whether it gets closer.

State
    ``bits`` bits, and as many wanted bits.
Observation
    float32 (2 * bits,), values 0 or 1: the bits, then the wanted ones.
Actions
    0 to ``bits - 1``: flip that bit.
Reward
    0 where the bits are the wanted ones, otherwise -1.
Termination
    On success; truncated after ``bits`` steps.
Randomness
    Both rows of bits are drawn uniformly for each episode (never equal).

Andrychowicz et al. 2017 (arXiv:1707.01495), section 3.1.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv

__all__ = ["BitFlip"]


class BitFlip(VectorEnv):
    """Copies of the bits; the module's text states the MDP."""

    def __init__(self, num_envs: int = 1, seed: int = 0, *, bits: int = 10, buf: Any = None) -> None:
        self.single_observation_space = gymnasium.spaces.Box(0.0, 1.0, (2 * bits,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(bits)
        self.reward_range = (-1.0, 0.0)
        self.bits = np.zeros((num_envs, bits), dtype=bool)
        self.goal = np.zeros((num_envs, bits), dtype=bool)
        self._rows = np.arange(num_envs)
        super().__init__(num_envs, seed, max_steps=bits, buf=buf)

    def _begin(self, rows: Ints) -> None:
        shape = (len(rows), self.bits.shape[1])
        self.bits[rows] = self.rng.random(shape) < 0.5
        self.goal[rows] = self.rng.random(shape) < 0.5
        same = rows[(self.bits[rows] == self.goal[rows]).all(axis=1)]
        self.goal[same, 0] ^= True

    def _move(self, actions: NDArray[Any]) -> None:
        self.bits[self._rows, actions] ^= True
        self.success = (self.bits == self.goal).all(axis=1)
        self.terminals[:] = self.success
        self.rewards[:] = np.where(self.success, 0.0, -1.0)

    def _observe(self) -> None:
        width = self.bits.shape[1]
        self.observations[:, :width] = self.bits
        self.observations[:, width:] = self.goal
