"""Gradient descent on a bowl: ``loss(w) = 1/2 sum_i h_i w_i^2`` with curvatures ``h`` from 1 to ``condition``.

- ``plain``: ``w -= rate * gradient``. It converges for ``rate < 2 / max(h)`` and is fastest near ``2 / (min h + max
h)``.
- ``momentum``: ``v = decay * v - rate * gradient; w += v`` (Polyak 1964).

With ``noise`` the gradient is disturbed as a minibatch would. A step is one update. Reports ``log_loss`` (base 10) and
``loss``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    rate: float = 0.1
    decay: float = 0.0
    condition: float = 20.0
    dimensions: int = 10
    noise: float = 0.0


def train(trial: Trial, settings: Settings) -> None:
    """Take ``trial.steps`` steps downhill."""
    rng = trial.rng()
    curvature = np.geomspace(1.0, settings.condition, settings.dimensions)
    weights = rng.normal(size=settings.dimensions)
    velocity = np.zeros_like(weights)
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        gradient = curvature * weights + settings.noise * rng.normal(size=settings.dimensions)
        velocity = settings.decay * velocity - settings.rate * gradient
        weights = weights + velocity
        if schedule.due(step):
            loss = float(0.5 * (curvature * weights**2).sum())
            trial.report(step, loss=loss, log_loss=float(np.log10(loss + 1e-30)))
