"""Baird's counterexample: function approximation, bootstrapping and off-policy learning together diverge.

Seven states, no rewards, so every true value is 0. The action "dashed" goes to one of the first six states at random,
"solid" to the seventh. Eight weights: ``V(i) = 2 w_i + w_8`` for the first six, ``V(7) = w_7 + 2 w_8``. Semi-gradient
TD(0) learns the policy that always takes "solid" while behaviour takes it one time in seven (Baird 1995; Sutton and
Barto 2018, section 11.2).

Each arm can take one of the three ingredients away: ``off_policy = false`` (behave as the policy that is learned
about), ``bootstrap = false`` (learn from returns, which are 0), ``approximate = false`` (a table).

A step is one transition. Reports ``log_size`` (base-10 logarithm of the largest absolute value) and ``largest``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial

Array = NDArray[Any]
GAMMA = 0.99


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    off_policy: bool = True
    bootstrap: bool = True
    approximate: bool = True
    alpha: float = 0.01


def features(approximate: bool) -> Array:
    """Return the features of the seven states, one row each."""
    if not approximate:
        return np.eye(7)
    rows = np.zeros((7, 8))
    rows[np.arange(6), np.arange(6)] = 2.0
    rows[:6, 7] = 1.0
    rows[6, 6], rows[6, 7] = 1.0, 2.0
    return rows


def train(trial: Trial, settings: Settings) -> None:
    """Follow ``trial.steps`` transitions."""
    rng = trial.rng()
    x = features(settings.approximate)
    weights = np.ones(x.shape[1])
    if settings.approximate:
        weights[6] = 10.0
    state = int(rng.integers(7))
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        solid = not settings.off_policy or rng.random() < 1 / 7
        following = 6 if solid else int(rng.integers(6))
        ratio = (7.0 if settings.off_policy else 1.0) if solid else 0.0
        target = GAMMA * x[following] @ weights if settings.bootstrap else 0.0
        weights += settings.alpha * ratio * (target - x[state] @ weights) * x[state]
        state = following
        if schedule.due(step):
            largest = float(np.abs(x @ weights).max())
            trial.report(step, largest=largest, log_size=float(np.log10(largest + 1e-12)))
