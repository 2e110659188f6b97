"""Pendulum: swing a pendulum up with a motor that is too weak to lift it directly.

State
    Angle from upright (radians, in [-pi, pi]) and angular velocity, bounded by 8.
Observation
    float32 (3,): cosine and sine of the angle, and velocity / 8, so all within [-1, 1].
Actions
    A torque in [-1, 1], times 2 newton metres. With ``levels = n`` (from 2) actions are discrete: n torques evenly
    spaced over that range.
Reward
    ``1 - (angle^2 + 0.1 * velocity^2 + 0.001 * torque^2) / 16.2736 * 2`` in [-1, 1]: 1 is upright and still.
Termination
    None; truncated after ``max_steps``.
Randomness
    The start: angle uniform on [-pi, pi], velocity on [-1, 1]. ``mass_low`` and ``mass_high`` bound the mass (kg),
    drawn for each episode; ``gravity`` is fixed.

Constants and Euler steps (0.05 s) as in Gymnasium's Pendulum-v1, whose cost is rescaled here to [-1, 1].
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv

__all__ = ["Pendulum"]

MAX_SPEED, MAX_TORQUE, STEP_S, LENGTH = 8.0, 2.0, 0.05, 1.0
MAX_COST = np.pi**2 + 0.1 * MAX_SPEED**2 + 0.001 * MAX_TORQUE**2


class Pendulum(VectorEnv):
    """Copies of the pendulum; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        levels: int = 0,
        mass_low: float = 1.0,
        mass_high: float = 1.0,
        gravity: float = 10.0,
        max_steps: int = 200,
        buf: Any = None,
    ) -> None:
        self.single_observation_space = gymnasium.spaces.Box(-1.0, 1.0, (3,), np.float32)
        self.single_action_space = (
            gymnasium.spaces.Discrete(levels) if levels else gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)
        )
        self.reward_range = (-1.0, 1.0)
        self.levels, self.gravity = levels, gravity
        self.mass_low, self.mass_high = mass_low, mass_high
        self.angle = np.zeros(num_envs)
        self.speed = np.zeros(num_envs)
        self.mass = np.full(num_envs, mass_low)
        super().__init__(num_envs, seed, max_steps=max_steps, buf=buf)

    def _begin(self, rows: Ints) -> None:
        self.angle[rows] = self.rng.uniform(-np.pi, np.pi, len(rows))
        self.speed[rows] = self.rng.uniform(-1.0, 1.0, len(rows))
        if self.mass_high > self.mass_low:
            self.mass[rows] = self.rng.uniform(self.mass_low, self.mass_high, len(rows))

    def _move(self, actions: NDArray[Any]) -> None:
        if self.levels:
            torque = (2.0 * actions / (self.levels - 1) - 1.0) * MAX_TORQUE
        else:
            torque = np.clip(actions.reshape(self.num_envs), -1.0, 1.0) * MAX_TORQUE
        cost = self.angle**2 + 0.1 * self.speed**2 + 0.001 * torque**2
        self.rewards[:] = 1.0 - 2.0 * cost / MAX_COST
        self.angle, self.speed = swing(self.angle, self.speed, torque, self.mass, self.gravity)
        self.terminals[:] = False

    def _observe(self) -> None:
        self.observations[:, 0] = np.cos(self.angle)
        self.observations[:, 1] = np.sin(self.angle)
        self.observations[:, 2] = self.speed / MAX_SPEED


def swing(
    angle: NDArray[Any], speed: NDArray[Any], torque: NDArray[Any], mass: NDArray[Any] | float, gravity: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return angles in [-pi, pi] and speeds after 0.05 s under the given torques (newton metres)."""
    pull = 3.0 * gravity / (2.0 * LENGTH) * np.sin(angle)
    speed = np.clip(speed + STEP_S * (pull + 3.0 * torque / (mass * LENGTH**2)), -MAX_SPEED, MAX_SPEED)
    angle = angle + STEP_S * speed
    return (angle + np.pi) % (2.0 * np.pi) - np.pi, speed
