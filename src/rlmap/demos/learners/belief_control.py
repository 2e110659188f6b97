"""Tabular Q-learning on the tiger, from the last sound or from the belief.

What the agent sees is rounded to a table: of the belief, the log-odds of "left" in whole sounds from -3 to 3; of the
last sound, none, left or right. One table for each of ``agents`` agents, ``Q += alpha * (target - Q)`` without
discount, epsilon-greedy (Kaelbling, Littman and Cassandra 1998, section 3: the belief is a sufficient statistic of
everything heard, so control from it loses nothing).

A step is one step of every agent. Reports ``return`` and ``success`` of the episodes that ended since the last point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial

Array = NDArray[Any]
MOST_SOUNDS = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    alpha: float = 0.02
    epsilon: float = 0.1
    agents: int = 100


def table_rows(observations: Array, observe: str, accuracy: float) -> Array:
    """Return the row (N,) of the table for each observation (N, 3)."""
    if observe == "last":
        last: Array = observations.argmax(axis=1)
        return last
    belief = np.clip(observations[:, 0].astype(float), 1e-6, 1 - 1e-6)
    sounds = np.log(belief / (1 - belief)) / np.log(accuracy / (1 - accuracy))
    rows: Array = np.clip(np.rint(sounds).astype(int), -MOST_SOUNDS, MOST_SOUNDS) + MOST_SOUNDS
    return rows


def train(trial: Trial, settings: Settings) -> None:
    """Learn for ``trial.steps`` steps of every agent."""
    env, rng = trial.make_env(settings.agents), trial.rng()
    rows = np.arange(settings.agents)
    q = np.zeros((settings.agents, 2 * MOST_SOUNDS + 1, 3))
    seen = table_rows(env.reset(trial.seed)[0], env.observe, env.accuracy)
    schedule = Schedule(trial.steps, 20)
    for step in range(1, trial.steps + 1):
        explore = rng.random(settings.agents) < settings.epsilon
        greedy = (q[rows, seen] + 1e-9 * rng.random((settings.agents, 3))).argmax(axis=1)
        action = np.where(explore, rng.integers(0, 3, settings.agents), greedy)
        observations, reward, terminal, truncated, _ = env.step(action)
        following = table_rows(observations, env.observe, env.accuracy)
        target = reward + np.where(terminal, 0.0, q[rows, following].max(axis=1))
        change = settings.alpha * (target - q[rows, seen, action])
        q[rows, seen, action] += np.where(truncated, 0.0, change)  # the next state of a truncated step is unknown
        seen = following
        if schedule.due(step):
            stats = env.pop_stats()
            if stats.episodes:
                trial.report(step, **{"return": stats.episode_return, "success": stats.success})
