"""The plain gradient against the natural one, on a bandit whose best arm is hardly ever chosen at first.

A softmax policy over three arms with known payments climbs the exact gradient of its expected reward. The plain
gradient of a preference carries the probability of its arm as a factor: what is rare is learned slowly, however good
it is. The natural gradient divides by the Fisher information ``F = diag(p) - p p^T`` and measures steps by how much
the policy changes (Kakade 2001; Amari 1998).

``method``: ``plain`` or ``natural``. Both take steps of the same size ``rate``, in KL divergence for ``natural`` and
in the parameters for ``plain``. A step is one update. Reports ``reward`` (expected, at most 1), ``best`` (probability
of the best arm).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
PAYMENTS = np.array([1.0, 0.7, 0.0])


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; the best arm starts about ``exp(-handicap)`` times as likely as the second best."""

    method: str = "plain"
    rate: float = 0.3
    handicap: float = 4.0


def softmax(preferences: Array) -> Array:
    """Return probabilities."""
    shifted = np.exp(preferences - preferences.max())
    probabilities: Array = shifted / shifted.sum()
    return probabilities


def direction(preferences: Array, method: str) -> Array:
    """Return the plain or the natural gradient of the expected payment at ``preferences``."""
    p = softmax(preferences)
    plain: Array = p * (PAYMENTS - p @ PAYMENTS)
    if method == "plain":
        return plain
    if method != "natural":
        raise DemoError(f"The method {method!r} is unknown: plain or natural.")
    # Preferences have one direction that changes nothing, so F has no inverse: the pseudo-inverse ignores it.
    natural: Array = np.linalg.pinv(np.diag(p) - np.outer(p, p)) @ plain
    return natural


def train(trial: Trial, settings: Settings) -> None:
    """Climb for ``trial.steps`` steps."""
    preferences = np.array([-settings.handicap, 0.0, 0.0]) + 0.3 * trial.rng().normal(size=3)
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        preferences = preferences + settings.rate * direction(preferences, settings.method)
        if schedule.due(step):
            p = softmax(preferences)
            trial.report(step, reward=float(p @ PAYMENTS), best=float(p[0]))
