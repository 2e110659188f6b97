"""Asking a copy of random behaviour for a high return.

In the corridor a uniformly random policy leaves ``episodes`` episodes behind. Counting gives the probability of each
action in each state among those episodes that went on to a wanted return (the idea behind upside-down reinforcement
learning, Schmidhuber 2019, and the decision transformer, Chen et al. 2021, arXiv:2106.01345, in a table):

- ``any``: counts over all episodes, which is behaviour cloning;
- ``best``: over the episodes that ended with the highest return in the data;
- ``worst``: with the lowest.

Where nothing was counted, actions are equally likely. A step adds ``episodes`` episodes. Reports ``return`` (expected,
undiscounted, of the resulting policy, computed exactly) and ``used`` (the fraction of episodes that was counted).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.learners.dynamic_programming import policy_value
from rlmap.demos.learners.td_prediction import RandomWalker
from rlmap.demos.trial import Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    ask: str = "best"
    episodes: int = 20


def wanted(returns: Array, ask: str) -> Array:
    """Return which episodes (N,) are counted."""
    if ask == "any":
        return np.ones(len(returns), dtype=bool)
    chosen: Array = np.isclose(returns, returns.max() if ask == "best" else returns.min())
    return chosen


def train(trial: Trial, settings: Settings) -> None:
    """Add episodes and count ``trial.steps`` times."""
    if settings.ask not in ("any", "best", "worst"):
        raise DemoError(f"One can ask for any, best or worst, not {settings.ask!r}.")
    tables = trial.make_env(1).tables
    transition, reward = tables.matrices()
    walker = RandomWalker(tables, trial.rng())
    seen: list[Array] = []
    returns: list[float] = []
    for step in range(1, trial.steps + 1):
        for _ in range(settings.episodes):
            states, rewards = walker.episode()
            counts = np.zeros(reward.shape)
            moved_right = (np.diff(states) > 0).astype(int)  # nothing slips: the move tells the action
            np.add.at(counts, (states[:-1], moved_right), 1.0)
            seen.append(counts)
            returns.append(float(rewards.sum()))
        chosen = wanted(np.array(returns), settings.ask)
        counts = np.stack(seen)[chosen].sum(axis=0) + 1e-9
        policy = counts / counts.sum(axis=1, keepdims=True)
        value = policy_value(transition, reward, policy, 0.9999)[tables.start].mean()
        trial.report(step, **{"return": float(value), "used": float(chosen.mean())})
