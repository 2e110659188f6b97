"""Memory T-maze: a sign at the start says which way to turn at the end; in between there is nothing to see.

State
    The position in the corridor (0 to ``length``) and the side of the sign. Each step moves the agent on by one.
Observation
    float32 (4 * history,), values 0 or 1: sign left, sign right (both only at position 0), in the corridor, at the
    junction; then the same for the ``history - 1`` steps before, within the episode.
Actions
    0 left, 1 right; only the one taken at the junction matters.
Reward
    1 for the side that the sign showed, -1 for the other, at the junction; otherwise 0.
Termination
    After the action at the junction, so every episode has ``length + 1`` steps; the right side is success.
Randomness
    The side, one half each.

After Bakker 2001, Reinforcement learning with long short-term memory; the walk itself is automatic here, so that only
memory is asked for and episodes line up with rollouts.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv

__all__ = ["TMaze"]


class TMaze(VectorEnv):
    """Copies of the maze; the module's text states the MDP."""

    def __init__(self, num_envs: int = 1, seed: int = 0, *, length: int = 7, history: int = 1, buf: Any = None) -> None:
        self.single_observation_space = gymnasium.spaces.Box(0.0, 1.0, (4 * history,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(2)
        self.reward_range = (-1.0, 1.0)
        self.length, self.history = length, history
        self.position = np.zeros(num_envs, dtype=np.int64)
        self.side = np.zeros(num_envs, dtype=np.int64)
        self._rows = np.arange(num_envs)
        super().__init__(num_envs, seed, buf=buf)

    def _begin(self, rows: Ints) -> None:
        self.position[rows] = 0
        self.side[rows] = self.rng.integers(0, 2, len(rows))
        self.observations[rows] = 0.0

    def _move(self, actions: NDArray[Any]) -> None:
        self.terminals[:] = self.position == self.length
        self.success = self.terminals & (actions == self.side)
        self.rewards[:] = np.where(self.terminals, np.where(self.success, 1.0, -1.0), 0.0)
        self.position += 1

    def _observe(self) -> None:
        # The newest observation comes first; older ones, where ``history`` keeps any, move back by four.
        self.observations[:, 4:] = self.observations[:, :-4].copy()
        self.observations[:, :4] = 0.0
        seen = np.where(self.position == 0, self.side, np.where(self.position == self.length, 3, 2))
        self.observations[self._rows, seen] = 1.0
