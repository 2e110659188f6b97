"""Searching for hyperparameters: a grid, at random, or a population that learns while it searches.

What is tuned: the learning rate and the momentum of gradient descent on a bowl (see ``descent``), on logarithmic
scales; a third setting, the seed of the start, does not matter, as some always do not. One evaluation is a training of
``length`` updates.

- ``grid``: ``side ** 3`` evaluations on a regular grid, in random order;
- ``random``: independent draws (Bergstra and Bengio 2012);
- ``population``: ``members`` train side by side in ``stages``; after each stage the worst half continues from the best
  half's
  weights with settings disturbed (Jaderberg et al. 2017). Its evaluations are counted in the same updates.

A step is one evaluation, ``length`` updates. Reports ``best_log_loss``: the base-10 logarithm of the best final loss
found so far.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
CURVATURE = np.geomspace(1.0, 100.0, 10)
#: Ranges of log10(rate), log10(1 - momentum) and the setting that does not matter.
RANGES = np.array([(-4.0, -1.0), (-2.0, 0.0), (0.0, 1.0)])


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "random"
    side: int = 3
    length: int = 60
    members: int = 6
    stages: int = 4


def descend(weights: Array, velocity: Array, point: Array, updates: int) -> tuple[Array, Array]:
    """Return weights and velocity after some updates with the settings ``point``."""
    rate, momentum = 10.0 ** point[0], 1.0 - 10.0 ** point[1]
    for _ in range(updates):
        velocity = momentum * velocity - rate * CURVATURE * weights
        weights = np.clip(weights + velocity, -1e6, 1e6)  # a diverging run is a bad score, not an overflow
    return weights, velocity


def log_loss(weights: Array) -> float:
    """Return the base-10 logarithm of the loss."""
    return float(np.log10(0.5 * (CURVATURE * weights**2).sum() + 1e-30))


def train(trial: Trial, settings: Settings) -> None:
    """Spend ``trial.steps`` evaluations."""
    methods = {"grid": _grid, "random": _random, "population": _population}
    if settings.method not in methods:
        raise DemoError(f"The method {settings.method!r} is unknown: {', '.join(methods)}.")
    rng = trial.rng()
    best = np.inf
    scores = methods[settings.method](rng, settings)
    for step in range(1, trial.steps + 1):
        best = min(best, next(scores))
        trial.report(step, best_log_loss=best)


def _evaluate(point: Array, settings: Settings) -> float:
    start = np.random.default_rng(int(1e6 * point[2])).normal(size=len(CURVATURE))
    return log_loss(descend(start, np.zeros_like(start), point, settings.length)[0])


def _grid(rng: np.random.Generator, settings: Settings) -> Iterator[float]:
    while True:  # a grid that is used up is refined
        axes = [np.linspace(low, high, settings.side) for low, high in RANGES]
        points = np.array(list(product(*axes)))
        for point in rng.permutation(points):
            yield _evaluate(point, settings)
        settings = Settings("grid", settings.side + 1, settings.length)


def _random(rng: np.random.Generator, settings: Settings) -> Iterator[float]:
    while True:
        yield _evaluate(rng.uniform(RANGES[:, 0], RANGES[:, 1]), settings)


def _population(rng: np.random.Generator, settings: Settings) -> Iterator[float]:
    while True:
        points = rng.uniform(RANGES[:, 0], RANGES[:, 1], (settings.members, 3))
        weights = [np.random.default_rng(int(1e6 * point[2])).normal(size=len(CURVATURE)) for point in points]
        velocity = [np.zeros_like(weight) for weight in weights]
        for stage in range(settings.stages):
            for member in range(settings.members):
                moved = descend(weights[member], velocity[member], points[member], settings.length // settings.stages)
                weights[member], velocity[member] = moved
            order = np.argsort([log_loss(weight) for weight in weights], kind="stable")
            if stage < settings.stages - 1:
                half = settings.members // 2
                for worse, better in zip(order[half:], order[:half], strict=False):
                    weights[worse], velocity[worse] = weights[better].copy(), velocity[better].copy()
                    disturbed = points[better] + 0.2 * rng.normal(size=3)
                    points[worse] = np.clip(disturbed, RANGES[:, 0], RANGES[:, 1])
        for weight in weights:
            yield log_loss(weight)
