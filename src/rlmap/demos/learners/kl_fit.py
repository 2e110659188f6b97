"""Fitting one bell curve to two hills: which way round the divergence is taken decides what happens.

The target p is a mixture of two normal distributions at -2 and 2 with deviation 0.5; q is a single normal distribution,
whose mean and log deviation follow the gradient of

- ``forward``: ``KL(p || q)``, which punishes q for being small where p is large, so q covers both hills;
- ``reverse``: ``KL(q || p)``, which punishes q for being large where p is small, so q takes one hill.

Bishop 2006, section 10.1.2. Integrals are sums over a fine grid. A step is one update. Reports ``divergence``,
``width`` (the deviation of q), ``mean_size`` (absolute mean of q) and ``valley`` (q's density half-way between the
hills over its peak).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
GRID = np.linspace(-10.0, 10.0, 4001)
CELL = float(GRID[1] - GRID[0])


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``distance`` is that of each hill from 0."""

    direction: str = "forward"
    rate: float = 0.05
    distance: float = 2.0


def log_normal(x: Array, mean: float, width: float) -> Array:
    """Return the log density of a normal distribution."""
    result: Array = -0.5 * ((x - mean) / width) ** 2 - np.log(width * np.sqrt(2 * np.pi))
    return result


def divergence(log_p: Array, log_q: Array, direction: str) -> float:
    """Return KL(p || q) for ``forward``, KL(q || p) for ``reverse``, of densities on the grid."""
    first, second = (log_p, log_q) if direction == "forward" else (log_q, log_p)
    return float((np.exp(first) * (first - second)).sum() * CELL)


def train(trial: Trial, settings: Settings) -> None:
    """Take ``trial.steps`` gradient steps, by central differences in the two parameters."""
    if settings.direction not in {"forward", "reverse"}:
        raise DemoError(f"The direction {settings.direction!r} is unknown: forward or reverse.")
    hills = (log_normal(GRID, -settings.distance, 0.5), log_normal(GRID, settings.distance, 0.5))
    log_p = np.logaddexp(*hills) - np.log(2.0)
    # Mean and log width. Exactly between the hills the slope towards either is 0, so the start is to one side.
    point = np.array([trial.rng().choice([-0.5, 0.5]), np.log(0.5)])

    def measure(at: Array) -> float:
        return divergence(log_p, log_normal(GRID, at[0], float(np.exp(at[1]))), settings.direction)

    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        moves = 1e-5 * np.eye(2)
        slope = np.array([(measure(point + move) - measure(point - move)) / 2e-5 for move in moves])
        point = point - settings.rate * slope
        if schedule.due(step):
            width = float(np.exp(point[1]))
            valley = float(np.exp(-0.5 * (point[0] / width) ** 2))
            trial.report(step, divergence=measure(point), width=width, mean_size=float(abs(point[0])), valley=valley)
