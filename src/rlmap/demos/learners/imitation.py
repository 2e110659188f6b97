"""Driving like an expert: copy what it did, or ask it what it would do where the copy gets to.

A car keeps its lane at constant speed. State: distance from the middle ``y`` and heading ``h``;
``y' = y + 0.1 h + noise``, ``h' = h + 0.1 (4 u + curve)`` with steering ``u`` in [-1, 1], where the road curves as a
slow sine wave; beyond ``|y| = 1`` it has left the road and the episode ends, at the latest after 200 steps. The expert
steers ``clip(-2 y - 1.5 h - curve / 4)``. The learner sees ``y``, ``h`` and the curve and fits a sum of
bumps to the expert's steering by least squares, from the states of:

- ``cloning``: episodes that the expert drives (Pomerleau 1989);
- ``dagger``: from the second round on, episodes that the learner drives, labelled by the expert (Ross, Gordon and
  Bagnell 2011).

Both get one episode of labels in each round. ``shove`` pushes the car sideways once, at a random step: the expert's own
episodes contain none (``shove_expert`` off), the tests do. A step is one round. Reports ``survival`` (mean fraction of
200 steps that test episodes last), ``labels`` and ``fit_error`` (mean squared error on the labels).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
LENGTH = 200
TESTS = 50
BUMPS = 150
BUMP_WIDTH = 0.3
RIDGE = 1e-3
Policy = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``episodes`` is the number of demonstrations before the first round."""

    method: str = "cloning"
    episodes: int = 1
    shove: float = 0.8
    noise: float = 0.005


def expert(seen: Array) -> Array:
    """Return the steering (N,) for states (N, 3): distance, heading, curve."""
    return np.clip(-2.0 * seen[:, 0] - 1.5 * seen[:, 1] - seen[:, 2] / 4.0, -1.0, 1.0)


def drive(policy: Policy, cars: int, shove: float, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Drive ``cars`` episodes.

    Returns
    -------
    tuple
        The states seen on the road (N, 3), of all cars together, and for how many steps each car (cars,) stayed.
    """
    y, h = rng.normal(size=(2, cars)) * 0.02
    phase, when = rng.uniform(0, 2 * np.pi, cars), rng.integers(20, LENGTH // 2, cars)
    side = rng.choice([-1.0, 1.0], cars)
    lasted, states = np.zeros(cars, dtype=int), []
    for t in range(LENGTH):
        driving = lasted == t
        curve = np.sin(phase + 0.05 * t)
        seen = np.stack([y, h, curve], axis=1)
        states.append(seen[driving])
        steering = np.clip(policy(seen), -1.0, 1.0)
        y = y + 0.1 * h + noise * rng.normal(size=cars) + shove * side * (when == t)
        h = h + 0.1 * (4.0 * steering + curve)
        lasted += driving & (np.abs(y) <= 1.0)
    return np.concatenate(states), lasted


class Clone:
    """A sum of bumps around fixed centres, fitted by ridge regression: where nothing was seen, it does nothing."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._centres = rng.uniform(-1.0, 1.0, (BUMPS, 3))
        self._readout = np.zeros(BUMPS)

    def __call__(self, seen: Array) -> Array:
        """Return the steering (N,)."""
        steering: Array = self._expand(seen) @ self._readout
        return steering

    def fit(self, seen: Array, labels: Array) -> float:
        """Fit to labelled states and return the mean squared error on them."""
        features = self._expand(seen)
        self._readout = np.linalg.solve(features.T @ features + RIDGE * np.eye(BUMPS), features.T @ labels)
        return float(((features @ self._readout - labels) ** 2).mean())

    def _expand(self, seen: Array) -> Array:
        squared = ((seen[:, None] - self._centres) ** 2).sum(axis=2)
        bumps: Array = np.exp(-squared / (2 * BUMP_WIDTH**2))
        return bumps


def train(trial: Trial, settings: Settings) -> None:
    """Collect labels and fit for ``trial.steps`` rounds."""
    if settings.method not in ("cloning", "dagger"):
        raise DemoError(f"The method {settings.method!r} is unknown: cloning or dagger.")
    rng, tests = trial.rng(), trial.rng(1)
    clone = Clone(rng)
    seen = drive(expert, settings.episodes, 0.0, settings.noise, rng)[0]
    for step in range(1, trial.steps + 1):
        error = clone.fit(seen, expert(seen))
        with trial.paused():
            lasted = drive(clone, TESTS, settings.shove, settings.noise, tests)[1]
        trial.report(step, survival=float(lasted.mean()) / LENGTH, labels=len(seen), fit_error=error)
        shoved = settings.shove if settings.method == "dagger" else 0.0
        driver: Policy = clone if settings.method == "dagger" else expert
        seen = np.concatenate([seen, drive(driver, 1, shoved, settings.noise, rng)[0]])
