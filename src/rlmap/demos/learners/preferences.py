"""A reward learned from comparisons: which of two is better?

Items have ``features`` numbers, and their true reward is a random linear function of them. A judge compares pairs and
prefers the first with probability ``sigmoid((r_1 - r_2) / hesitation)`` (Bradley and Terry 1952). A linear reward is
fitted to the answers by maximum likelihood with a small ridge (Newton's method), as the reward model of reinforcement
learning from human feedback is (Christiano et al. 2017, arXiv:1706.03741, section 2.2.3).

A step is ``each`` further comparisons. Reports ``correlation`` (of learned and true reward on fresh items) and
``regret`` (true reward lost by taking, of ten fresh items, the one that the learned reward likes best, in deviations).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Trial

Array = NDArray[Any]
TESTS = 2_000
RIDGE = 0.1
NEWTON_STEPS = 15


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    each: int = 10
    features: int = 10
    hesitation: float = 0.5


def sigmoid(x: Array) -> Array:
    """Return the logistic function."""
    result: Array = 0.5 * (1.0 + np.tanh(0.5 * x))
    return result


def fit_preferences(differences: Array, preferred: Array) -> Array:
    """Return the weights (features,) under which the answers are most likely.

    Parameters
    ----------
    differences : (N, features) array
        Features of the first item minus those of the second.
    preferred : (N,) bool array
        Whether the first was preferred.
    """
    weights = np.zeros(differences.shape[1])
    for _ in range(NEWTON_STEPS):
        probability = sigmoid(differences @ weights)
        gradient = differences.T @ (preferred - probability) - RIDGE * weights
        curvature = (differences.T * (probability * (1 - probability))) @ differences + RIDGE * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


def train(trial: Trial, settings: Settings) -> None:
    """Ask and fit ``trial.steps`` times."""
    rng = trial.rng()
    truth = rng.normal(size=settings.features)
    truth /= np.linalg.norm(truth)
    differences, preferred = np.zeros((0, settings.features)), np.zeros(0, dtype=bool)
    tests = rng.normal(size=(TESTS, settings.features))
    worth = tests @ truth
    for step in range(1, trial.steps + 1):
        asked = rng.normal(size=(settings.each, 2, settings.features))
        new = asked[:, 0] - asked[:, 1]
        differences = np.concatenate([differences, new])
        preferred = np.concatenate([preferred, rng.random(len(new)) < sigmoid(new @ truth / settings.hesitation)])
        learned = tests @ fit_preferences(differences, preferred)
        groups = np.arange(TESTS).reshape(-1, 10)
        taken = groups[np.arange(len(groups)), learned[groups].argmax(axis=1)]
        regret = float((worth[groups].max(axis=1) - worth[taken]).mean())
        trial.report(step, correlation=float(np.corrcoef(learned, worth)[0, 1]), regret=regret)
