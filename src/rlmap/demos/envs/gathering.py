"""Gathering: turn wood into planks and planks into houses; most actions are invalid most of the time.

State
    Counts of wood, planks and houses, each from 0 to ``capacity``.
Observation
    float32 (3 * (capacity + 1) + actions,), values 0 or 1: one-hot counts, then 1 for each action that is valid now.
Actions
    0 cut (if wood < capacity), 1 saw (needs 1 wood, room for a plank), 2 build (needs 2 planks, room for a house),
    3 sell a house; then ``decoys`` further actions that are never valid.
Reward
    1 for a house sold, -``penalty`` for an invalid action (which does nothing), otherwise 0.
Termination
    None; truncated after ``max_steps``. An episode in which a house was sold is a success.
Randomness
    None.

The mask is part of the observation, its last ``4 + decoys`` entries, so that a policy may apply it to its logits (Huang
and Ontanon 2022, arXiv:2006.14171).
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Bools, Ints, VectorEnv

__all__ = ["Gathering"]

CUT, SAW, BUILD, SELL = range(4)


class Gathering(VectorEnv):
    """Copies of the workshop; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        capacity: int = 3,
        decoys: int = 12,
        penalty: float = 0.0,
        max_steps: int = 40,
        buf: Any = None,
    ) -> None:
        self.num_actions = 4 + decoys
        width = 3 * (capacity + 1) + self.num_actions
        self.single_observation_space = gymnasium.spaces.Box(0.0, 1.0, (width,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(self.num_actions)
        self.reward_range = (-penalty, 1.0)
        self.capacity, self.penalty = capacity, penalty
        self.stock = np.zeros((num_envs, 3), dtype=np.int64)
        self._rows = np.arange(num_envs)
        super().__init__(num_envs, seed, max_steps=max_steps, buf=buf)

    def valid(self) -> Bools:
        """Return which actions (num_envs, actions) are valid now."""
        wood, planks, houses = self.stock.T
        mask = np.zeros((self.num_envs, self.num_actions), dtype=bool)
        mask[:, CUT] = wood < self.capacity
        mask[:, SAW] = (wood >= 1) & (planks < self.capacity)
        mask[:, BUILD] = (planks >= 2) & (houses < self.capacity)
        mask[:, SELL] = houses >= 1
        return mask

    def _begin(self, rows: Ints) -> None:
        self.stock[rows] = 0

    def _move(self, actions: NDArray[Any]) -> None:
        allowed = self.valid()[self._rows, actions]
        change = np.zeros((self.num_actions, 3), dtype=np.int64)
        change[[CUT, SAW, BUILD, SELL]] = [(1, 0, 0), (-1, 1, 0), (0, -2, 1), (0, 0, -1)]
        self.stock += np.where(allowed[:, None], change[actions], 0)
        sold = allowed & (np.asarray(actions) == SELL)
        self.rewards[:] = np.where(sold, 1.0, np.where(allowed, 0.0, -self.penalty))
        self.terminals[:] = False
        self.success |= sold

    def _observe(self) -> None:
        self.observations[:] = 0.0
        width = self.capacity + 1
        for kind in range(3):
            self.observations[self._rows, kind * width + self.stock[:, kind]] = 1.0
        self.observations[:, 3 * width :] = self.valid()
