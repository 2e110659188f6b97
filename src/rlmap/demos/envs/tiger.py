"""Tiger: behind one of two doors is a tiger; listening helps, but the ears are not always right.

State
    The side of the tiger.
Observation
    float32 (3,): with ``observe = "last"``, one-hot of the last sound (none, left, right). With ``"belief"``, the
    probability that the tiger is on the left given every sound of the episode, and two zeros.
Actions
    0 listen, 1 open the left door, 2 open the right door.
Reward
    -0.01 for listening, 0.1 for the door without the tiger, -1 for the door with it.
Termination
    On opening a door (the right choice is success); truncated after ``max_steps``.
Randomness
    The side (one half each); a sound comes from the true side with probability ``accuracy``.

Kaelbling, Littman and Cassandra 1998, section 4; rewards divided by 100.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv
from rlmap.errors import DemoError

__all__ = ["Tiger"]


class Tiger(VectorEnv):
    """Copies of the doors; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        accuracy: float = 0.85,
        observe: str = "last",
        max_steps: int = 30,
        buf: Any = None,
    ) -> None:
        if observe not in ("last", "belief"):
            raise DemoError(f"The tiger can be observed as 'last' or 'belief', not {observe!r}.")
        self.single_observation_space = gymnasium.spaces.Box(0.0, 1.0, (3,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(3)
        self.reward_range = (-1.0, 0.1)
        self.accuracy, self.observe = accuracy, observe
        self.side = np.zeros(num_envs, dtype=np.int64)
        self.sound = np.zeros(num_envs, dtype=np.int64)  # 0 none, 1 left, 2 right
        self.belief = np.full(num_envs, 0.5)
        self._rows = np.arange(num_envs)
        super().__init__(num_envs, seed, max_steps=max_steps, buf=buf)

    def _begin(self, rows: Ints) -> None:
        self.side[rows] = self.rng.integers(0, 2, len(rows))
        self.sound[rows] = 0
        self.belief[rows] = 0.5

    def _move(self, actions: NDArray[Any]) -> None:
        listened = np.asarray(actions) == 0
        opened = np.asarray(actions) - 1
        right_ear = self.rng.random(self.num_envs) < self.accuracy
        heard = np.where(right_ear, self.side, 1 - self.side)
        self.sound = np.where(listened, heard + 1, self.sound)
        updated = bayes(self.belief, heard == 0, self.accuracy)
        self.belief = np.where(listened, updated, self.belief)
        self.success = ~listened & (opened != self.side)
        self.terminals[:] = ~listened
        self.rewards[:] = np.where(listened, -0.01, np.where(self.success, 0.1, -1.0))

    def _observe(self) -> None:
        self.observations[:] = 0.0
        if self.observe == "belief":
            self.observations[:, 0] = self.belief
        else:
            self.observations[self._rows, self.sound] = 1.0


def bayes(belief: NDArray[Any], heard_left: NDArray[Any], accuracy: float) -> NDArray[Any]:
    """Return the probability of "left" after one sound, by Bayes' rule."""
    if_left = np.where(heard_left, accuracy, 1 - accuracy)
    if_right = np.where(heard_left, 1 - accuracy, accuracy)
    posterior: NDArray[Any] = belief * if_left / (belief * if_left + (1 - belief) * if_right)
    return posterior
