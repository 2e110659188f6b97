"""How often a comparison comes out wrong when it rests on few seeds.

Two rules really run on many problems, one seed for each: epsilon-greedy with ``epsilon_a`` and with ``epsilon_b``.
Over all of them one is better on average. Then the study that people do is repeated: take ``seeds`` seeds of each at
random, compare the means, and note whether the better rule won (Henderson et al. 2018; Colas, Sigaud and Oudeyer 2018;
Agarwal et al. 2021).

A step is one study. Reports ``wrong`` (share of studies that named the worse rule), ``spread`` (deviation of the
observed difference) and ``gap`` (the true difference).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.learners import bandits
from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``pulls`` is the length of one run, ``pool`` how many runs there are of each rule."""

    seeds: int = 3
    epsilon_a: float = 0.1
    epsilon_b: float = 0.02
    pulls: int = 400
    pool: int = 2000


def scores(trial: Trial, epsilon: float, settings: Settings) -> NDArray[Any]:
    """Return the mean reward of ``pool`` runs, each on a problem of its own."""
    env = trial.make_env(settings.pool)
    env.reset(trial.seed)
    rng = trial.rng(int(1000 * epsilon))
    rule = bandits.Settings(rule="epsilon", epsilon=epsilon)
    estimates = bandits.Estimates(settings.pool, 1, env.arms, 0.0)
    context = np.zeros(settings.pool, dtype=int)
    total = np.zeros(settings.pool)
    for _ in range(settings.pulls):
        arm = bandits.choose(rule, estimates.value[:, 0], estimates.pulls[:, 0], env.kind, rng)
        reward = env.step(arm)[1]
        estimates.update(context, arm, reward, 0.0)
        total += reward
    return total / settings.pulls


def train(trial: Trial, settings: Settings) -> None:
    """Do ``trial.steps`` studies."""
    first, second = scores(trial, settings.epsilon_a, settings), scores(trial, settings.epsilon_b, settings)
    gap = float(first.mean() - second.mean())
    rng = trial.rng(1)
    observed = np.empty(trial.steps)
    schedule = Schedule(trial.steps)
    for step in range(trial.steps):
        observed[step] = rng.choice(first, settings.seeds).mean() - rng.choice(second, settings.seeds).mean()
        if schedule.due(step + 1):
            seen = observed[: step + 1]
            wrong = float((np.sign(seen) != np.sign(gap)).mean())
            trial.report(step + 1, wrong=wrong, spread=float(seen.std()), gap=abs(gap))
