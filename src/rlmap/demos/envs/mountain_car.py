"""Mountain car: an engine too weak for the hill must first drive away from the goal.

State
    Position in [-1.2, 0.6] and velocity in [-0.07, 0.07].
Observation
    float32 (2,): (position + 0.3) / 0.9 and velocity / 0.07, within [-1, 1].
Actions
    0 push left, 1 no push, 2 push right, each kept for ``frame_skip`` steps.
Reward
    -1 for each action, times ``reward_scale``, until the goal.
Termination
    At position 0.5 (success); truncated after ``max_steps`` actions.
Randomness
    The start: position uniform on [-0.6, -0.4], velocity 0.

Moore 1990; constants as in Sutton and Barto 2018, example 10.1.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv

__all__ = ["MountainCar"]

LOW, HIGH, GOAL, MAX_SPEED = -1.2, 0.6, 0.5, 0.07


class MountainCar(VectorEnv):
    """Copies of the car; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        frame_skip: int = 1,
        reward_scale: float = 1.0,
        max_steps: int = 200,
        buf: Any = None,
    ) -> None:
        self.single_observation_space = gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(3)
        self.reward_range = (-reward_scale, 0.0)
        self.frame_skip, self.reward_scale = frame_skip, reward_scale
        self.position = np.zeros(num_envs)
        self.velocity = np.zeros(num_envs)
        super().__init__(num_envs, seed, max_steps=max_steps, buf=buf)

    def _begin(self, rows: Ints) -> None:
        self.position[rows] = self.rng.uniform(-0.6, -0.4, len(rows))
        self.velocity[rows] = 0.0

    def _move(self, actions: NDArray[Any]) -> None:
        push = 0.001 * (np.asarray(actions) - 1)
        for _ in range(self.frame_skip):
            going = self.position < GOAL
            velocity = np.clip(self.velocity + push - 0.0025 * np.cos(3 * self.position), -MAX_SPEED, MAX_SPEED)
            position = np.clip(self.position + velocity, LOW, HIGH)
            velocity = np.where(position <= LOW, 0.0, velocity)
            self.position = np.where(going, position, self.position)
            self.velocity = np.where(going, velocity, self.velocity)
        self.terminals[:] = self.position >= GOAL
        self.success = self.terminals.copy()
        self.rewards[:] = -self.reward_scale

    def _observe(self) -> None:
        self.observations[:, 0] = (self.position + 0.3) / 0.9
        self.observations[:, 1] = self.velocity / MAX_SPEED
