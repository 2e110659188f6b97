"""When the reward moves: learn values again, or keep the map and change the price list.

The value of a policy is ``V = M r``: ``M[s, s']`` is how often, discounted, ``s'`` will be visited from ``s`` (the
successor representation; Dayan 1993), ``r`` what being there pays. Both are learned while walking at random through
the four rooms, which goes on for ever, with the reward in one corner; half-way it moves to another.

- ``values``: TD(0), ``V(s) += alpha * (r + gamma V(s') - V(s))``;
- ``successor``: ``M[s] += alpha * (1[s'] + gamma M[s'] - M[s])`` and a running mean of what each cell paid.

``walkers`` walk side by side and share one table. A step is one move of each. Reports ``error`` (root mean square
distance from the true values of the random walk, divided by the root mean square of these).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.grid import FOUR_ROOMS
from rlmap.demos.parts.gridworld import neighbours, read_grid
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "successor"
    alpha: float = 0.1
    gamma: float = 0.95
    walkers: int = 10


def walk_values(reached: Array, reward: Array, gamma: float) -> Array:
    """Return the values (S,) of walking at random where entering a state pays ``reward`` (S,)."""
    states = np.arange(len(reached))
    transition = np.zeros((len(reached), len(reached)))
    np.add.at(transition, (states[:, None], reached), 1.0 / reached.shape[1])
    values: Array = np.linalg.solve(np.eye(len(reached)) - gamma * transition, transition @ reward)
    return values


def train(trial: Trial, settings: Settings) -> None:
    """Walk for ``trial.steps`` steps; the reward moves after half of them."""
    if settings.method not in ("values", "successor"):
        raise DemoError(f"The method {settings.method!r} is unknown: values or successor.")
    grid, rng = read_grid(FOUR_ROOMS), trial.rng()
    reached = neighbours(grid)
    count, gamma, alpha = len(reached), settings.gamma, settings.alpha
    values, paid, visits = np.zeros(count), np.zeros(count), np.zeros((count, count))
    state = rng.integers(0, count, settings.walkers)
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        reward = np.zeros(count)
        reward[grid.states("G" if step <= trial.steps // 2 else "S")] = 1.0
        following = reached[state, rng.integers(0, 4, settings.walkers)]
        for before, after in zip(state, following, strict=True):
            if settings.method == "values":
                values[before] += alpha * (reward[after] + gamma * values[after] - values[before])
            else:
                target = gamma * visits[after]
                target[after] += 1.0
                visits[before] += alpha * (target - visits[before])
                paid[after] += 0.5 * (reward[after] - paid[after])
        state = following
        if schedule.due(step):
            truth = walk_values(reached, reward, gamma)
            found = values if settings.method == "values" else visits @ paid
            trial.report(step, error=float(np.sqrt(((found - truth) ** 2).mean() / (truth**2).mean())))
    trial.chart_values(grid, values if settings.method == "values" else visits @ paid)
