"""Two ways to differentiate an expectation by sampling.

Wanted is the gradient of ``E[f(x)]`` with respect to the mean ``mu`` of ``x ~ N(mu, 1)`` in ``dimensions`` dimensions,
``f(x) = -|x - 2|^2``; it is known: ``-2 (mu - 2)``.

- ``score``: ``f(x) * (x - mu)``, which needs no derivative of f (the log-derivative trick; Williams 1992).
- ``score-baseline``: ``(f(x) - b) * (x - mu)`` with ``b`` the mean of f over the other samples.
- ``pathwise``: ``f'(mu + e)`` with ``e ~ N(0, 1)`` (reparameterisation; Kingma and Welling 2014).

Each estimate averages ``samples`` draws. A step is one estimate. Reports ``log_variance`` (base 10, summed over
dimensions), ``bias`` (length of the mean error) over all estimates so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    estimator: str = "score"
    dimensions: int = 10
    samples: int = 16


def gradient(estimator: str, mu: Array, noise: Array) -> Array:
    """Return an estimate of the gradient (dimensions,) from standard normal draws (samples, dimensions)."""
    x = mu + noise
    value = -((x - 2.0) ** 2).sum(axis=1)
    if estimator == "pathwise":
        return (-2.0 * (x - 2.0)).mean(axis=0)  # type: ignore[no-any-return]  # an array
    if estimator == "score":
        return (value[:, None] * noise).mean(axis=0)  # type: ignore[no-any-return]  # an array
    if estimator == "score-baseline":
        others = (value.sum() - value) / (len(value) - 1)  # leaving out its own sample keeps it unbiased
        return ((value - others)[:, None] * noise).mean(axis=0)  # type: ignore[no-any-return]  # an array
    raise DemoError(f"The estimator {estimator!r} is unknown: score, score-baseline or pathwise.")


def train(trial: Trial, settings: Settings) -> None:
    """Estimate ``trial.steps`` times."""
    rng = trial.rng()
    mu = np.zeros(settings.dimensions)
    truth = -2.0 * (mu - 2.0)
    estimates = np.empty((trial.steps, settings.dimensions))
    schedule = Schedule(trial.steps)
    for step in range(trial.steps):
        estimates[step] = gradient(settings.estimator, mu, rng.normal(size=(settings.samples, settings.dimensions)))
        if schedule.due(step + 1) and step:
            seen = estimates[: step + 1]
            bias = float(np.linalg.norm(seen.mean(axis=0) - truth))
            trial.report(step + 1, log_variance=float(np.log10(seen.var(axis=0).sum())), bias=bias)
