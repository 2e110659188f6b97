"""Planning by trying out random plans in a model (random shooting), at every step anew.

At every step ``plans`` sequences of torques for the pendulum are drawn, tried out for ``horizon`` steps in the model,
and the first torque of the best one is applied: model-predictive control (Nagabandi et al. 2018, arXiv:1708.02596,
section IV). Each torque is held for four steps of the model, so that plans are not mere shivering. The model is the
pendulum itself, but for its mass, ``model_mass`` times the true one.

A step is one control step of all copies. Reports ``reward`` (mean of the last steps, 1 is upright and still) and
``prediction_error`` (root mean square distance, over the last steps, between the angular velocity that the model
predicted for the next step and the one that came, in rad/s).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.pendulum import MAX_COST, MAX_TORQUE, swing
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
HELD = 4
GRAVITY = 10.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``horizon`` is a multiple of 4."""

    horizon: int = 24
    plans: int = 128
    model_mass: float = 1.0
    copies: int = 6


def plan_return(angle: Array, speed: Array, torques: Array, mass: float) -> Array:
    """Return what each plan (copies, plans) costs in the model, negated.

    Parameters
    ----------
    angle, speed : (copies, 1) arrays
        Where the plans start.
    torques : (horizon, copies, plans) array
        In newton metres.
    mass : float
        The model's, in kg.
    """
    cost = np.zeros(torques.shape[1:])
    for torque in torques:
        cost += angle**2 + 0.1 * speed**2 + 0.001 * torque**2
        angle, speed = swing(angle, speed, torque, mass, GRAVITY)
    total: Array = -(cost + angle**2 + 0.1 * speed**2)
    return total


def train(trial: Trial, settings: Settings) -> None:
    """Control all copies for ``trial.steps`` steps, from hanging down."""
    if settings.horizon < HELD or settings.horizon % HELD:
        raise DemoError(f"The horizon must be a multiple of {HELD}, not {settings.horizon}.")
    rng, copies = trial.rng(), settings.copies
    angle, speed = np.pi + 0.1 * rng.normal(size=copies), np.zeros(copies)
    schedule = Schedule(trial.steps, 20)
    rewards: list[float] = []
    errors: list[float] = []
    for step in range(1, trial.steps + 1):
        drawn = rng.uniform(-MAX_TORQUE, MAX_TORQUE, (settings.horizon // HELD, copies, settings.plans))
        drawn[:, :, 0] = 0.0
        torques = np.repeat(drawn, HELD, axis=0)
        best = plan_return(angle[:, None], speed[:, None], torques, settings.model_mass).argmax(axis=1)
        torque = torques[0, np.arange(copies), best]
        cost = angle**2 + 0.1 * speed**2 + 0.001 * torque**2
        rewards.append(float((1.0 - 2.0 * cost / MAX_COST).mean()))
        expected = swing(angle, speed, torque, settings.model_mass, GRAVITY)[1]
        angle, speed = swing(angle, speed, torque, 1.0, GRAVITY)
        errors.append(float(((expected - speed) ** 2).mean()))
        if schedule.due(step):
            trial.report(step, reward=float(np.mean(rewards)), prediction_error=float(np.sqrt(np.mean(errors))))
            rewards.clear()
            errors.clear()
