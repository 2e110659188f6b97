"""Bandit task: a new bandit in every episode, and ``pulls`` pulls to find out which arm is good.

State
    The probabilities of the arms (one arm pays with ``good``, the others with ``bad``), fixed within an episode, and
    the pull number.
Observation
    float32 (arms + 2,): one-hot of the last action, the last reward, and 1 in the first step of an episode.
Actions
    0 to ``arms - 1``.
Reward
    1 with the probability of the arm, otherwise 0.
Termination
    After ``pulls`` pulls; an episode whose last pull was the good arm is a success.
Randomness
    Which arm is good; the rewards.

After Duan et al. 2016 (RL^2) and Wang et al. 2016, "Learning to reinforcement learn".
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv

__all__ = ["BanditTask"]


class BanditTask(VectorEnv):
    """Copies of the task; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        arms: int = 3,
        pulls: int = 8,
        good: float = 0.9,
        bad: float = 0.1,
        buf: Any = None,
    ) -> None:
        self.single_observation_space = gymnasium.spaces.Box(0.0, 1.0, (arms + 2,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(arms)
        self.reward_range = (0.0, 1.0)
        self.arms, self.pulls, self.good, self.bad = arms, pulls, good, bad
        self.best = np.zeros(num_envs, dtype=np.int64)
        self.pull = np.zeros(num_envs, dtype=np.int64)
        self._last_action = np.zeros(num_envs, dtype=np.int64)
        self._last_reward = np.zeros(num_envs, dtype=np.float32)
        self._rows = np.arange(num_envs)
        super().__init__(num_envs, seed, buf=buf)

    def _begin(self, rows: Ints) -> None:
        self.best[rows] = self.rng.integers(0, self.arms, len(rows))
        self.pull[rows] = 0

    def _move(self, actions: NDArray[Any]) -> None:
        chance = np.where(actions == self.best, self.good, self.bad)
        self.rewards[:] = self.rng.random(self.num_envs) < chance
        self.pull += 1
        self.terminals[:] = self.pull >= self.pulls
        self.success = self.terminals & (actions == self.best)
        self._last_action = np.asarray(actions).astype(np.int64)
        self._last_reward = self.rewards.copy()

    def _observe(self) -> None:
        first = self.pull == 0
        self.observations[:] = 0.0
        self.observations[self._rows, self._last_action] = ~first
        self.observations[:, self.arms] = np.where(first, 0.0, self._last_reward)
        self.observations[:, self.arms + 1] = first
