"""How much a score moves although nothing has changed: evaluating one fixed policy with few episodes.

The policy is the optimal one of a finite world, computed from the model, so its true success rate is known. Each
evaluation plays ``episodes`` episodes and reports their mean, as a training log would.

A step is one evaluation. Reports ``score`` (the latest), ``spread`` (deviation of all scores so far) and ``range``
(largest minus smallest so far).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlmap.demos.learners.dynamic_programming import action_values, optimal_value
from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``pool`` episodes are played once, and evaluations draw from them."""

    episodes: int = 10
    gamma: float = 0.99
    pool: int = 4000


def train(trial: Trial, settings: Settings) -> None:
    """Evaluate ``trial.steps`` times."""
    env = trial.make_env(settings.pool)
    transition, reward = env.tables.matrices()
    best = optimal_value(transition, reward, settings.gamma)
    policy = action_values(transition, reward, best, settings.gamma).argmax(axis=1)
    env.reset(trial.seed)
    outcome = np.full(settings.pool, np.nan)
    total = np.zeros(settings.pool)
    while np.isnan(outcome).any():
        _, rewards, terminals, truncations, _ = env.step(policy[env.state])
        total += rewards
        first_end = (terminals | truncations) & np.isnan(outcome)
        outcome[first_end] = total[first_end]
    rng = trial.rng()
    observed = np.empty(trial.steps)
    schedule = Schedule(trial.steps)
    for step in range(trial.steps):
        observed[step] = rng.choice(outcome, settings.episodes).mean()
        if schedule.due(step + 1):
            seen = observed[: step + 1]
            trial.report(
                step + 1, score=float(seen[-1]), spread=float(seen.std()), range=float(seen.max() - seen.min())
            )
