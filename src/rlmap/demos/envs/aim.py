"""Aim: hit a target that is shown, with one throw of any strength.

State
    The place of the target, in [-0.8, 0.8].
Observation
    float32 (1,): the place.
Actions
    A place in [-1, 1]; anything beyond counts as the nearest end.
Reward
    ``1 - (2 * distance)^2``, at least -1.
Termination
    After one throw; within 0.1 of the target is success.
Randomness
    The target, uniform.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv

__all__ = ["Aim"]


class Aim(VectorEnv):
    """Copies of the throw; the module's text states the MDP."""

    def __init__(self, num_envs: int = 1, seed: int = 0, *, buf: Any = None) -> None:
        self.single_observation_space = gymnasium.spaces.Box(-0.8, 0.8, (1,), np.float32)
        self.single_action_space = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)
        self.reward_range = (-1.0, 1.0)
        self.target = np.zeros(num_envs, dtype=np.float32)
        super().__init__(num_envs, seed, buf=buf)

    def _begin(self, rows: Ints) -> None:
        self.target[rows] = self.rng.uniform(-0.8, 0.8, len(rows))

    def _move(self, actions: NDArray[Any]) -> None:
        distance = np.abs(np.clip(actions.reshape(self.num_envs), -1.0, 1.0) - self.target)
        self.rewards[:] = np.maximum(1.0 - (2.0 * distance) ** 2, -1.0)
        self.success = distance < 0.1
        self.terminals[:] = True

    def _observe(self) -> None:
        self.observations[:, 0] = self.target
