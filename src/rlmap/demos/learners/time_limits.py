"""The end of the tape is not the end of the story: what a truncated episode does to values.

A walker goes round a ring of ``size`` places for ever and is paid 1 at one of them; nothing ever ends. Experience
comes in episodes that are cut after ``limit`` steps. TD(0) with the discount factor ``gamma`` learns the value of each
place,

- ``bootstrap``: a cut episode still continues in the value of the place where it was cut;
- otherwise the cut is treated as an end, after which nothing more is paid.

Pardo et al. 2018, "Time limits in reinforcement learning" (arXiv:1712.00378), section 3. ``agents`` learners run side
by side.
A step is one step of every learner. Reports ``rms_error`` and ``bias`` from the true values of the walk without end,
relative to their mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    bootstrap: bool = True
    size: int = 10
    limit: int = 20
    gamma: float = 0.95
    alpha: float = 0.1
    agents: int = 50


def true_values(size: int, gamma: float) -> np.ndarray:
    """Return the values of the places of the endless walk: right with 0.7, paid 1 on entering place 0."""
    places = np.arange(size)
    transition = np.zeros((size, size))
    transition[places, (places + 1) % size] += 0.7
    transition[places, (places - 1) % size] += 0.3
    return np.linalg.solve(np.eye(size) - gamma * transition, transition[:, 0])


def train(trial: Trial, settings: Settings) -> None:
    """Learn for ``trial.steps`` steps of every learner."""
    rng = trial.rng()
    truth = true_values(settings.size, settings.gamma)
    rows = np.arange(settings.agents)
    value = np.zeros((settings.agents, settings.size))
    place = rng.integers(0, settings.size, settings.agents)
    age = rng.integers(0, settings.limit, settings.agents)
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        following = (place + np.where(rng.random(settings.agents) < 0.7, 1, -1)) % settings.size
        reward = (following == 0).astype(float)
        age += 1
        cut = age >= settings.limit
        goes_on = 1.0 if settings.bootstrap else 1.0 - cut
        target = reward + settings.gamma * goes_on * value[rows, following]
        value[rows, place] += settings.alpha * (target - value[rows, place])
        age[cut] = 0
        place = np.where(cut, rng.integers(0, settings.size, settings.agents), following)
        if schedule.due(step):
            error = (value - truth) / truth.mean()
            trial.report(step, rms_error=float(np.sqrt((error**2).mean())), bias=float(error.mean()))
