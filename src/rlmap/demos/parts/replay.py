"""Replay buffers: uniform or prioritised, for one-step or n-step transitions."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Array = NDArray[Any]
#: Observation, action, summed reward, next observation, remaining discount (0 after a terminal).
Transitions = tuple[Array, Array, Array, Array, Array]


class NStep:
    """Turns single steps of several copies into n-step transitions.

    Parameters
    ----------
    n : int
        Rewards in each transition.
    gamma : float
        Discount factor.

    Notes
    -----
    An episode that ends within the window gives shorter transitions, none of which reaches into the next episode.
    A truncated episode keeps the discount of its last observation: it went on, it was only cut off.
    """

    def __init__(self, n: int, gamma: float) -> None:
        self._n, self._gamma = n, gamma
        self._window: deque[list[Array]] = deque()

    def push(self, move: tuple[Array, ...]) -> Transitions:
        """Add one step of every copy and return the transitions that are complete now.

        ``move`` holds observations, actions, rewards, next observations, terminals and truncations.
        """
        observation, action, reward, following, terminal, truncated = move
        width = len(action)
        fresh = [observation, action, np.zeros(width), following, np.ones(width), np.ones(width, dtype=bool)]
        self._window.append(fresh)
        ready: list[list[Array]] = []
        for entry in self._window:
            open_rows = entry[5]
            entry[2] = np.where(open_rows, entry[2] + entry[4] * reward, entry[2])
            entry[4] = np.where(open_rows, entry[4] * self._gamma * ~terminal, entry[4])
            entry[3] = np.where(open_rows[:, None], following, entry[3])
            ended = open_rows & (terminal | truncated)
            ready.append([part[ended] for part in entry[:5]])
            entry[5] = open_rows & ~ended
        if len(self._window) == self._n:
            oldest = self._window.popleft()
            ready.append([part[oldest[5]] for part in oldest[:5]])
        joined = [np.concatenate([parts[k] for parts in ready]) for k in range(5)]
        return joined[0], joined[1], joined[2], joined[3], joined[4]


class Replay:
    """A ring of transitions.

    Parameters
    ----------
    capacity : int
        The oldest transition is overwritten.
    width : int
        Length of an observation.
    power : float
        0 draws uniformly; above 0, with probability proportional to ``priority ** power`` (Schaul et al. 2016).
    action_width : int
        0 for discrete actions, else the length of a continuous one.
    """

    def __init__(self, capacity: int, width: int, power: float = 0.0, action_width: int = 0) -> None:
        self.capacity, self.power, self.size, self._at = capacity, power, 0, 0
        self.observation = np.zeros((capacity, width), dtype=np.float32)
        self.following = np.zeros((capacity, width), dtype=np.float32)
        shape = (capacity, action_width) if action_width else (capacity,)
        self.action: Array = np.zeros(shape, dtype=np.float32 if action_width else np.int64)
        self.reward = np.zeros(capacity, dtype=np.float32)
        self.discount = np.zeros(capacity, dtype=np.float32)
        self.priority = np.zeros(capacity)
        self._largest = 1.0

    def add(self, transitions: Transitions) -> None:
        """Add transitions; new ones get the largest priority so far."""
        count = len(transitions[1])
        rows = (self._at + np.arange(count)) % self.capacity
        fields = (self.observation, self.action, self.reward, self.following, self.discount)
        for field, values in zip(fields, transitions, strict=True):
            field[rows] = values
        self.priority[rows] = self._largest
        self._at = (self._at + count) % self.capacity
        self.size = min(self.size + count, self.capacity)

    def sample(self, count: int, rng: np.random.Generator) -> tuple[dict[str, Tensor], Array, Tensor]:
        """Return a batch, its rows, and importance weights that undo the priorities (largest is 1)."""
        if self.power:
            scores = self.priority[: self.size] ** self.power
            bounds = np.cumsum(scores)
            rows = np.minimum(np.searchsorted(bounds, rng.random(count) * bounds[-1]), self.size - 1)
            weight = 1.0 / (self.size * scores[rows] / bounds[-1])
            importance = torch.as_tensor((weight / weight.max()).astype(np.float32))
        else:
            rows = rng.integers(0, self.size, count)
            importance = torch.ones(count)
        names = ("observation", "action", "reward", "following", "discount")
        return {name: torch.as_tensor(getattr(self, name)[rows]) for name in names}, rows, importance

    def update(self, rows: Array, errors: Array) -> None:
        """Set the priorities of transitions by their errors."""
        if self.power:
            self.priority[rows] = errors + 1e-3
            self._largest = max(self._largest, float(errors.max()) + 1e-3)
