"""Pursuit: a chaser and a runner on a grid with wrapped edges, for learning against each other.

State
    Two cells of a ``size`` x ``size`` torus, and who chases: agent 0 of each copy, agent 1 runs.
Observation
    float32 (2 * size + 1,), values 0 or 1: the other's row and column relative to one's own, one-hot, and 1 for the
    chaser.
Actions
    0 up, 1 right, 2 down, 3 left, 4 stay. The runner stumbles (stays) with probability ``stumble``. With
    ``runner = "random"`` or ``"evasive"`` the runner's actions are ignored: it moves at random, or as far away as it
    can.
Reward
    Zero-sum. Chaser: 1 when it catches the runner, -1 when the time is over. Runner: the opposite.
Termination
    On a catch (success), or after ``time_limit`` steps: time is part of the game, so that end is terminal, not
    truncated.
Randomness
    Start cells (never the same), stumbling.

Both agents of a copy are rows of the same batch, so one policy with the role in its observation plays itself.
"""

from __future__ import annotations

from typing import Any, ClassVar

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv
from rlmap.errors import DemoError

__all__ = ["Pursuit"]

MOVES = np.array([(-1, 0), (0, 1), (1, 0), (0, -1), (0, 0)])
STAY = 4


class Pursuit(VectorEnv):
    """Copies of the game, two agents each: rows 2i (chaser) and 2i + 1 (runner)."""

    agents_per_env: ClassVar[int] = 2

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        size: int = 7,
        stumble: float = 0.3,
        time_limit: int = 20,
        runner: str = "agent",
        buf: Any = None,
    ) -> None:
        self.single_observation_space = gymnasium.spaces.Box(0.0, 1.0, (2 * size + 1,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(5)
        self.reward_range = (-1.0, 1.0)
        if runner not in ("agent", "random", "evasive"):
            raise DemoError(f"The runner {runner!r} is unknown: agent, random or evasive.")
        self.size, self.stumble, self.time_limit, self.runner_kind = size, stumble, time_limit, runner
        self.chaser = np.zeros((num_envs, 2), dtype=np.int64)
        self.runner = np.zeros((num_envs, 2), dtype=np.int64)
        self._rows = np.arange(num_envs)
        super().__init__(num_envs, seed, buf=buf)

    def _begin(self, rows: Ints) -> None:
        self.chaser[rows] = self.rng.integers(0, self.size, (len(rows), 2))
        away = self.rng.integers(1, self.size, (len(rows), 2))
        self.runner[rows] = (self.chaser[rows] + away) % self.size

    def _move(self, actions: NDArray[Any]) -> None:
        chase, run = np.asarray(actions)[0::2], np.asarray(actions)[1::2]
        run = self._runners_choice(run)
        run = np.where(self.rng.random(self.num_envs) < self.stumble, STAY, run)
        self.chaser = (self.chaser + MOVES[chase]) % self.size
        caught = (self.chaser == self.runner).all(axis=1)  # the chaser moves first: nobody slips through it
        moved = (self.runner + MOVES[run]) % self.size
        self.runner = np.where(caught[:, None], self.runner, moved)
        caught |= (self.chaser == self.runner).all(axis=1)
        over = self._elapsed + 1 >= self.time_limit
        gain = np.where(caught, 1.0, np.where(over, -1.0, 0.0))
        self.rewards[0::2], self.rewards[1::2] = gain, -gain
        self.terminals[:] = np.repeat(caught | over, 2)
        self.success = caught

    def _runners_choice(self, chosen: NDArray[Any]) -> NDArray[Any]:
        if self.runner_kind == "agent":
            return chosen
        if self.runner_kind == "random":
            return self.rng.integers(0, len(MOVES), self.num_envs)
        after = (self.runner[:, None] + MOVES[None] - self.chaser[:, None]) % self.size
        distance = np.minimum(after, self.size - after).sum(axis=2)
        furthest: NDArray[Any] = (distance + 1e-9 * self.rng.random(distance.shape)).argmax(axis=1)
        return furthest

    def _observe(self) -> None:
        self.observations[:] = 0.0
        apart = (self.runner - self.chaser) % self.size
        for agent, seen in ((0, apart), (1, (-apart) % self.size)):
            rows = 2 * self._rows + agent
            self.observations[rows, seen[:, 0]] = 1.0
            self.observations[rows, self.size + seen[:, 1]] = 1.0
        self.observations[0::2, -1] = 1.0
