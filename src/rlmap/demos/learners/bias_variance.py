"""Bias and variance of the n-step target, measured.

Values of the random walk are set to the truth plus a fixed error of deviation ``value_error``. From the start state,
many episodes give many n-step targets ``r + ... + gamma^n V``. Their mean is off by the **bias** (the error of V that
survives n steps); around it they scatter with the **variance** of n random rewards. Mean square error = bias^2 +
variance.

A step is one episode. Reports, over all episodes so far, ``bias``, ``variance`` and ``mean_square_error``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlmap.demos.learners.dynamic_programming import policy_value
from rlmap.demos.learners.td_prediction import RandomWalker
from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; an ``n`` beyond the length of the episode is the Monte-Carlo return."""

    n: int = 1
    gamma: float = 1.0
    value_error: float = 0.3


def train(trial: Trial, settings: Settings) -> None:
    """Draw ``trial.steps`` targets."""
    tables = trial.make_env(1).tables
    transition, reward = tables.matrices()
    truth = policy_value(transition, reward, np.full(reward.shape, 1.0 / tables.num_actions), settings.gamma)
    value = truth + settings.value_error * np.where(tables.terminal, 0.0, 1.0)
    start = int(tables.start[0])
    walker = RandomWalker(tables, trial.rng())
    targets = np.empty(trial.steps)
    schedule = Schedule(trial.steps)
    for step in range(trial.steps):
        states, rewards = walker.episode()
        end = min(settings.n, len(rewards))
        discounts = settings.gamma ** np.arange(end)
        targets[step] = discounts @ rewards[:end] + settings.gamma**end * value[states[end]]
        if schedule.due(step + 1):
            seen = targets[: step + 1]
            error = float(((seen - truth[start]) ** 2).mean())
            bias = float(abs(seen.mean() - truth[start]))
            trial.report(step + 1, bias=bias, variance=float(seen.var()), mean_square_error=error)
