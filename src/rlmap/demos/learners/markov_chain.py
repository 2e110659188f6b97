"""How fast a Markov chain forgets where it began.

A walker on a ring of ``size`` places goes left or right with equal probability, stays with probability ``stay``, and
with probability ``jump`` goes anywhere. The distribution after t steps is ``p P^t``; it approaches the stationary one,
and the distance shrinks by the second largest eigenvalue modulus of P at each step (Levin and Peres 2017, chapter 12).

A step is one step of the chain. Reports ``distance`` (total variation, 0 to 1), ``log_distance`` (base 10),
``eigenvalue`` (the second largest modulus) and ``visits_error``: the distance from the shares of visits of one
simulated walker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    size: int = 20
    stay: float = 0.2
    jump: float = 0.0


def ring(settings: Settings) -> Array:
    """Return the transition matrix (size, size); rows sum to 1."""
    size = settings.size
    step = np.zeros((size, size))
    places = np.arange(size)
    step[places, (places + 1) % size] += (1 - settings.stay) / 2
    step[places, (places - 1) % size] += (1 - settings.stay) / 2
    step[places, places] += settings.stay
    return (1 - settings.jump) * step + settings.jump / size


def train(trial: Trial, settings: Settings) -> None:
    """Follow the distribution and one walker for ``trial.steps`` steps."""
    rng = trial.rng()
    transition = ring(settings)
    bounds = np.cumsum(transition, axis=1)
    second = float(np.sort(np.abs(np.linalg.eigvals(transition)))[-2])
    stationary = np.full(settings.size, 1.0 / settings.size)  # the matrix is doubly stochastic
    place = int(rng.integers(settings.size))
    distribution = np.eye(settings.size)[place]
    visits = np.zeros(settings.size)
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        distribution = distribution @ transition
        place = min(int(np.searchsorted(bounds[place], rng.random())), settings.size - 1)
        visits[place] += 1
        if schedule.due(step):
            distance = float(0.5 * np.abs(distribution - stationary).sum())
            trial.report(
                step,
                distance=distance,
                log_distance=float(np.log10(distance + 1e-16)),
                eigenvalue=second,
                visits_error=float(0.5 * np.abs(visits / step - stationary).sum()),
            )
