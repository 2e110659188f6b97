"""Probes: five environments so small that a wrong learner cannot hide, each needing one thing more than the one before.

State
    ``kind`` 1: nothing. 2: a random sign. 3: a step counter. 4: nothing. 5: a random sign.
Observation
    float32 (1,): 0 in kinds 1 and 4; the sign (-1 or 1) in kinds 2 and 5; the counter (0, then 1) in kind 3.
Actions
    0 or 1; they matter in kinds 4 and 5 only.
Reward
    1: always 1 (is a value learned at all?). 2: the sign (does the value depend on the observation?). 3: 1 at the
    second step (is it discounted?). 4: 1 for action 1, -1 for action 0 (does the policy improve?). 5: 1 if the action
    agrees with the sign, else -1 (does the policy look?).
Termination
    After one step; in kind 3 after two. A reward of 1 is success.
Randomness
    The sign, one half each.

Jones 2021, "Debugging RL, without the agonizing pain" (probe environments).
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv

__all__ = ["Probe"]


class Probe(VectorEnv):
    """Copies of one of the probes; the module's text states the MDPs."""

    def __init__(self, num_envs: int = 1, seed: int = 0, *, kind: int = 1, buf: Any = None) -> None:
        self.single_observation_space = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(2)
        self.reward_range = (-1.0, 1.0)
        self.kind = kind
        self.sign = np.ones(num_envs)
        self.counter = np.zeros(num_envs)
        super().__init__(num_envs, seed, buf=buf)

    def _begin(self, rows: Ints) -> None:
        self.sign[rows] = self.rng.choice([-1.0, 1.0], len(rows))
        self.counter[rows] = 0.0

    def _move(self, actions: NDArray[Any]) -> None:
        chosen = 2.0 * np.asarray(actions) - 1.0
        self.terminals[:] = self.counter == 1.0 if self.kind == 3 else True
        reward = {1: np.ones(self.num_envs), 2: self.sign, 3: self.terminals, 4: chosen, 5: chosen * self.sign}
        self.rewards[:] = reward[self.kind]
        self.success = self.rewards > 0
        self.counter += 1.0

    def _observe(self) -> None:
        seen = {2: self.sign, 3: self.counter, 5: self.sign}.get(self.kind, np.zeros(self.num_envs))
        self.observations[:, 0] = seen
