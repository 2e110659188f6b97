"""The linear-quadratic regulator: steer a cart to rest, looking a number of steps ahead.

State ``x = (position, velocity)``, ``x' = A x + B u`` with steps of 0.1 s; cost ``x^T Q x + R u^2`` for each step. The
Riccati recursion, run backwards for ``horizon`` steps, gives the gain ``K`` that is optimal with so many steps to go:
``K = (R + B^T P B)^-1 B^T P A``, ``P = Q + A^T P (A - B K)`` (Kalman 1960; Bertsekas 2017, section 3.1).
The control is ``u = -K x`` throughout.

A step is one rollout from a random start with disturbances. Reports ``excess`` (mean cost of the rollouts so far over
the optimal gain's on the same disturbances, minus 1) and ``cost``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial

Array = NDArray[Any]
STEP_S = 0.1
A = np.array([[1.0, STEP_S], [0.0, 1.0]])
B = np.array([[0.0], [STEP_S]])
Q = np.diag([1.0, 0.1])
ROLLOUT = 150
LONG = 2_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    horizon: int = 50
    control_cost: float = 0.1
    noise: float = 0.02


def gain(horizon: int, control_cost: float) -> Array:
    """Return the gain (1, 2) that is optimal with ``horizon`` steps to go."""
    p = Q.copy()
    k = np.zeros((1, 2))
    for _ in range(horizon):
        k = np.linalg.solve(control_cost + B.T @ p @ B, B.T @ p @ A)
        p = Q + A.T @ p @ (A - B @ k)
    return k


def rollout_cost(k: Array, start: Array, noise: Array, control_cost: float) -> float:
    """Return the cost of following ``u = -K x`` from ``start`` under the disturbances ``noise`` (T, 2)."""
    x, total = start, 0.0
    for disturbance in noise:
        u = -(k @ x)
        total += float(x @ Q @ x + control_cost * u @ u)
        x = A @ x + (B @ u) + disturbance
    return total


def train(trial: Trial, settings: Settings) -> None:
    """Roll out ``trial.steps`` times with the gain and with the optimal one."""
    rng = trial.rng()
    own, best = gain(settings.horizon, settings.control_cost), gain(LONG, settings.control_cost)
    cost = optimal = 0.0
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        start = rng.normal(size=2)
        noise = settings.noise * rng.normal(size=(ROLLOUT, 2))
        cost += rollout_cost(own, start, noise, settings.control_cost)
        optimal += rollout_cost(best, start, noise, settings.control_cost)
        if schedule.due(step):
            trial.report(step, excess=cost / optimal - 1.0, cost=cost / step)
