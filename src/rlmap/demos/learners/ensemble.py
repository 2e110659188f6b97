"""Knowing where one does not know: the spread of an ensemble.

Fits of one function with a hole in the data: ``y = sin(3 x) + noise`` is seen for ``|x|`` in [1, 2] only. A member is a
sum of 30 random tanh features fitted by ridge regression to a bootstrap sample (Breiman 1996), each with features of
its own. The prediction is normal with the members' mean, and a variance that is that of the noise, estimated on the
data, plus the variance over members (Lakshminarayanan, Pritzel and Blundell 2017, section 2.4).

A step adds one example. Reports ``surprise_hole`` and ``surprise_data`` (negative log-likelihood per point, in nats, of
the true function's noisy values in the hole and where data is) and ``spread_ratio`` (deviation over members in the hole
over that where data is; 0 for a single member).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
FEATURES = 30
TESTS = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    members: int = 5
    noise: float = 0.1
    ridge: float = 1e-3


class Member:
    """Random tanh features of a number with a linear readout."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._slopes = rng.normal(size=FEATURES) * 3.0
        self._offsets = rng.uniform(-4.0, 4.0, FEATURES)
        self._readout = np.zeros(FEATURES)

    def fit(self, x: Array, y: Array, ridge: float) -> None:
        """Fit to examples (N,)."""
        features = self._expand(x)
        penalty = ridge * len(x) * np.eye(FEATURES)
        self._readout = np.linalg.solve(features.T @ features + penalty, features.T @ y)

    def __call__(self, x: Array) -> Array:
        """Return predictions (N,)."""
        predicted: Array = self._expand(x) @ self._readout
        return predicted

    def _expand(self, x: Array) -> Array:
        features: Array = np.tanh(x[:, None] * self._slopes + self._offsets)
        return features


def surprise(y: Array, mean: Array, variance: Array) -> float:
    """Return the mean negative log-likelihood of ``y`` under normal distributions, in nats."""
    return float(0.5 * (np.log(2 * np.pi * variance) + (y - mean) ** 2 / variance).mean())


def train(trial: Trial, settings: Settings) -> None:
    """See ``trial.steps`` examples; fit whenever a point of the curve is due."""
    if settings.members < 1:
        raise DemoError(f"An ensemble needs at least one member, not {settings.members}.")
    rng = trial.rng()
    x = rng.uniform(1.0, 2.0, trial.steps) * rng.choice([-1.0, 1.0], trial.steps)
    y = np.sin(3 * x) + settings.noise * rng.normal(size=trial.steps)
    members = [Member(rng) for _ in range(settings.members)]
    tests = {"hole": rng.uniform(-1.0, 1.0, TESTS), "data": rng.uniform(1.0, 2.0, TESTS) * rng.choice([-1, 1], TESTS)}
    answers = {name: np.sin(3 * at) + settings.noise * rng.normal(size=TESTS) for name, at in tests.items()}
    schedule = Schedule(trial.steps, 20)
    for step in range(1, trial.steps + 1):
        if step < 20 or not schedule.due(step):
            continue
        for member in members:
            rows = rng.integers(0, step, step)
            member.fit(x[rows], y[rows], settings.ridge)
        residual = np.mean([member(x[:step]) for member in members], axis=0) - y[:step]
        predicted = {name: np.stack([member(at) for member in members]) for name, at in tests.items()}
        spread = {name: values.var(axis=0) for name, values in predicted.items()}
        noise = float((residual**2).mean())
        found = {
            f"surprise_{name}": surprise(answers[name], values.mean(axis=0), noise + spread[name])
            for name, values in predicted.items()
        }
        ratio = float(np.sqrt(spread["hole"].mean() / (spread["data"].mean() + 1e-12)))
        trial.report(step, spread_ratio=ratio, **found)
