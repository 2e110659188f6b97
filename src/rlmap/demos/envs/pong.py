"""Pixel Pong, from scratch: the agent sees pictures only.

State
    A ball with a position and a velocity on a ``size`` x ``size`` court, the agent's paddle on the right, and an
    opponent's on the left that follows the ball but not always.
Observation
    uint8 (2 * size * size,), values 0 or 255: the picture, then the picture before it, without which nobody can tell
    where the ball is going. The second half is 0 in the first step, and always where ``two_frames`` is off.
Actions
    0 stay, 1 up, 2 down: one row.
Reward
    1 when the opponent misses the ball, -1 when the agent does, ``hit_reward`` when the agent returns it.
Termination
    When a point is scored (a point by the agent is success); truncated after ``max_steps``.
Randomness
    The serve: the ball starts in the middle and flies towards the agent, up, straight or down; the opponent moves with
    probability ``skill`` at each step.

After Karpathy 2016, "Deep reinforcement learning: Pong from pixels", whose policy sees the difference of two pictures.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv

__all__ = ["Pong"]

HALF_PADDLE = 1


class Pong(VectorEnv):
    """Copies of the court; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        size: int = 12,
        two_frames: bool = True,
        skill: float = 0.5,
        hit_reward: float = 0.0,
        max_steps: int = 200,
        buf: Any = None,
    ) -> None:
        self.single_observation_space = gymnasium.spaces.Box(0, 255, (2 * size * size,), np.uint8)
        self.single_action_space = gymnasium.spaces.Discrete(3)
        self.reward_range = (-1.0, 1.0)
        self.size, self.two_frames, self.skill, self.hit_reward = size, two_frames, skill, hit_reward
        self.ball = np.zeros((num_envs, 2), dtype=np.int64)  # row, column
        self.velocity = np.zeros((num_envs, 2), dtype=np.int64)
        self.paddle = np.zeros((num_envs, 2), dtype=np.int64)  # rows of the middle: opponent, agent
        self._rows = np.arange(num_envs)
        self._picture = np.zeros((num_envs, size, size), dtype=np.uint8)
        self._before = np.zeros_like(self._picture)
        super().__init__(num_envs, seed, max_steps=max_steps, buf=buf)

    def _begin(self, rows: Ints) -> None:
        middle = self.size // 2
        self.ball[rows] = (middle, middle)
        self.velocity[rows, 0] = self.rng.integers(-1, 2, len(rows))
        self.velocity[rows, 1] = 1
        self.paddle[rows] = middle
        self._before[rows] = 0

    def _move(self, actions: NDArray[Any]) -> None:
        self._draw()
        self._before[:] = self._picture
        limits = HALF_PADDLE, self.size - 1 - HALF_PADDLE
        follow = np.sign(self.ball[:, 0] - self.paddle[:, 0]) * (self.rng.random(self.num_envs) < self.skill)
        wanted = np.array([0, -1, 1])[actions]
        self.paddle = np.clip(self.paddle + np.stack([follow, wanted], axis=1), *limits)
        self.ball += self.velocity
        over = (self.ball[:, 0] < 0) | (self.ball[:, 0] > self.size - 1)
        self.velocity[over, 0] *= -1
        self.ball[:, 0] = np.clip(self.ball[:, 0], 0, self.size - 1)
        self.rewards[:] = 0.0
        self.terminals[:] = False
        for player, column, direction in ((0, 1, 1), (1, self.size - 2, -1)):
            offset = self.ball[:, 0] - self.paddle[:, player]
            arrived = (self.ball[:, 1] == column) & (self.velocity[:, 1] == -direction)
            hit = arrived & (np.abs(offset) <= HALF_PADDLE)
            self.velocity[hit, 1] = direction
            self.velocity[hit, 0] = offset[hit]  # the edge of a paddle deflects the ball
            missed = arrived & ~hit
            self.terminals |= missed
            self.rewards[missed] = 1.0 if player == 0 else -1.0
            if player == 1:
                self.rewards[hit] += self.hit_reward
        self.success = self.terminals & (self.rewards > 0)

    def _draw(self) -> None:
        self._picture[:] = 0
        for offset in range(-HALF_PADDLE, HALF_PADDLE + 1):
            self._picture[self._rows, self.paddle[:, 0] + offset, 0] = 255
            self._picture[self._rows, self.paddle[:, 1] + offset, self.size - 1] = 255
        self._picture[self._rows, self.ball[:, 0], self.ball[:, 1]] = 255

    def _observe(self) -> None:
        self._draw()
        pixels = self.size * self.size
        self.observations[:, :pixels] = self._picture.reshape(self.num_envs, pixels)
        if self.two_frames:
            self.observations[:, pixels:] = self._before.reshape(self.num_envs, pixels)
