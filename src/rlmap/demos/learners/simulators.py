"""A policy made in simulators and tested in a world that is none of them.

How slippery the real world is, nobody knows: ``slip`` is drawn for each seed between ``real_low`` and ``real_high``.
The policy is the best one for the average of the simulators drawn so far, each with a slip between ``low`` and
``high`` (domain randomisation; Tobin et al. 2017; Peng et al. 2018). With ``low = high`` every simulator is the same.

A step is one simulator more. Reports ``real_return`` and ``simulated_return``: discounted, from the start, exact, of
the same policy in the real world and in the average simulator; ``gap`` is their difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlmap.demos.learners.dynamic_programming import action_values, greedy, optimal_value, policy_value
from rlmap.demos.trial import Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    low: float = 0.0
    high: float = 0.6
    real_low: float = 0.2
    real_high: float = 0.5
    gamma: float = 0.95


def train(trial: Trial, settings: Settings) -> None:
    """Draw ``trial.steps`` simulators, one after the other."""
    rng = trial.rng()
    # The same seed meets the same real world in every arm, whatever its simulators are.
    real = trial.make_env(1, slip=float(trial.rng(1).uniform(settings.real_low, settings.real_high))).tables
    real_transition, real_reward = real.matrices()
    transition, reward = np.zeros_like(real_transition), np.zeros_like(real_reward)
    for step in range(1, trial.steps + 1):
        tables = trial.make_env(1, slip=float(rng.uniform(settings.low, settings.high))).tables
        drawn_transition, drawn_reward = tables.matrices()
        transition += (drawn_transition - transition) / step
        reward += (drawn_reward - reward) / step
        best = optimal_value(transition, reward, settings.gamma)
        policy = greedy(action_values(transition, reward, best, settings.gamma))
        start = tables.start
        simulated = float(policy_value(transition, reward, policy, settings.gamma)[start].mean())
        achieved = float(policy_value(real_transition, real_reward, policy, settings.gamma)[start].mean())
        trial.report(step, real_return=achieved, simulated_return=simulated, gap=simulated - achieved)
