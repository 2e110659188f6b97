"""Optimising a stand-in for what is wanted: the best of many by a wrong measure.

Candidates have a true worth, standard normal; a proxy is the worth plus an error. ``pressure`` candidates are drawn,
and the one that the proxy likes best is taken (best-of-n; Gao, Schulman and Hilton 2023, arXiv:2210.10760). Errors are
Student-t with ``tail`` degrees of freedom: the smaller, the more there are candidates that are not good but only look
so. With light tails more pressure never hurts; with heavy ones the winner is in the end chosen for its error.

A step is one choice. Reports the means so far of ``worth`` (of the taken candidate) and ``proxy``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``tail = 0`` means normal errors."""

    pressure: int = 10
    tail: float = 2.0


def take_best(pressure: int, tail: float, rng: np.random.Generator) -> tuple[float, float]:
    """Return the worth and the proxy of the candidate that looks best."""
    worth = rng.normal(size=pressure)
    error = rng.standard_t(tail, pressure) if tail else rng.normal(size=pressure)
    best = int((worth + error).argmax())
    return float(worth[best]), float(worth[best] + error[best])


def train(trial: Trial, settings: Settings) -> None:
    """Choose ``trial.steps`` times."""
    if settings.pressure < 1 or settings.tail < 0:
        raise DemoError("pressure must be at least 1, and tail not negative.")
    rng, schedule = trial.rng(), Schedule(trial.steps)
    total = np.zeros(2)
    for step in range(1, trial.steps + 1):
        total += take_best(settings.pressure, settings.tail, rng)
        if schedule.due(step):
            worth, proxy = (total / step).tolist()
            trial.report(step, worth=worth, proxy=proxy)
