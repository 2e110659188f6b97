"""Bandit: one state, several arms, every episode is one pull.

State
    None that changes. Arm ``i`` pays ``means[i]`` on average; the means of each copy are drawn once.
Observation
    float32 (contexts,): a one-hot code of the context; all ones where ``contexts = 1``.
Actions
    0 to ``arms - 1``.
Reward
    With ``kind = "gaussian"``: normal around the arm's mean with deviation ``noise``. With ``"bernoulli"``: 0 or 1.
Termination
    After every pull. Pulling the best arm of the context counts as success.
Randomness
    Means: standard normal, or uniform on [0, 1] for ``bernoulli``, drawn from ``means_seed`` (by default from the
    seed); the context of each pull is drawn uniformly; ``drift`` is the deviation of a random walk of the means at
    each pull.

Sutton and Barto 2018, section 2.3 (the ten-armed testbed) and exercise 2.5 (the drifting one).
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv

__all__ = ["Bandit"]


class Bandit(VectorEnv):
    """Independent bandits; ``means`` has shape (num_envs, contexts, arms)."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        arms: int = 10,
        contexts: int = 1,
        kind: str = "gaussian",
        noise: float = 1.0,
        drift: float = 0.0,
        means_seed: int = -1,
        buf: Any = None,
    ) -> None:
        self.single_observation_space = gymnasium.spaces.Box(0.0, 1.0, (contexts,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(arms)
        self.reward_range = (0.0, 1.0) if kind == "bernoulli" else (-np.inf, np.inf)
        self.kind, self.noise, self.drift, self._means_seed = kind, noise, drift, means_seed
        self.arms, self.contexts = arms, contexts
        self.context = np.zeros(num_envs, dtype=np.int64)
        self.means = np.zeros((num_envs, contexts, arms))
        self._rows = np.arange(num_envs)
        super().__init__(num_envs, seed, buf=buf)

    def reset(self, seed: int | None = None) -> tuple[NDArray[Any], list[dict[str, float]]]:
        """Draw the means and start."""
        if seed is not None:
            self.rng = np.random.default_rng(seed)
        rng = self.rng if self._means_seed < 0 else np.random.default_rng(self._means_seed)
        self.means = rng.random(self.means.shape) if self.kind == "bernoulli" else rng.normal(size=self.means.shape)
        return super().reset()

    def _begin(self, rows: Ints) -> None:
        if self.contexts > 1:
            self.context[rows] = self.rng.integers(0, self.contexts, len(rows))

    def _move(self, actions: NDArray[Any]) -> None:
        current = self.means[self._rows, self.context]
        chosen = current[self._rows, actions]
        if self.kind == "bernoulli":
            self.rewards[:] = self.rng.random(self.num_envs) < chosen
        else:
            self.rewards[:] = chosen + self.noise * self.rng.normal(size=self.num_envs)
        self.success = actions == current.argmax(axis=1)
        self.terminals[:] = True
        if self.drift:
            self.means += self.drift * self.rng.normal(size=self.means.shape)

    def _observe(self) -> None:
        self.observations[:] = 0.0
        self.observations[self._rows, self.context] = 1.0
