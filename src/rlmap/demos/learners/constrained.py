"""Reward under a limit: a Lagrange multiplier that finds its own price.

A driver chooses one of ``levels`` speeds. Speed ``x`` in [0, 1] pays ``x`` (noisily) and risks a cost of 1 with
probability ``x ** 2``. The mean cost must stay below ``limit``. A softmax policy follows the gradient of ``reward -
price * cost``:

- ``fixed``: the price is a constant;
- ``lagrange``: the price rises while the observed cost is above the limit and falls, never below 0, while it is below
  (dual ascent; Altman 1999; Tessler, Mankowitz and Mannor 2019).

The best reward under the limit is known: it mixes at most two speeds. A step is one batch of ``batch`` choices. Reports
``reward``, ``cost``, ``price``, ``excess`` (cost above the limit, 0 where it is kept) and ``gap``: ``excess`` plus the
reward missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.learners.natural_gradient import softmax
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "lagrange"
    price: float = 0.0
    limit: float = 0.2
    levels: int = 11
    batch: int = 64
    rate: float = 0.5
    price_rate: float = 0.02


def best_under_limit(speed: Array, limit: float) -> float:
    """Return the largest mean reward of any mixture of two speeds whose mean cost is within the limit."""
    cost = speed**2
    best = float(speed[cost <= limit].max())
    for low in np.flatnonzero(cost <= limit):
        for high in np.flatnonzero(cost > limit):
            share = (limit - cost[low]) / (cost[high] - cost[low])
            best = max(best, float(share * speed[high] + (1 - share) * speed[low]))
    return best


def train(trial: Trial, settings: Settings) -> None:
    """Learn from ``trial.steps`` batches."""
    if settings.method not in {"fixed", "lagrange"}:
        raise DemoError(f"The method {settings.method!r} is unknown: fixed or lagrange.")
    rng = trial.rng()
    speed = np.linspace(0.0, 1.0, settings.levels)
    best = best_under_limit(speed, settings.limit)
    preference = np.zeros(settings.levels)
    price = settings.price
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        policy = softmax(preference)
        chosen = rng.choice(settings.levels, settings.batch, p=policy)
        reward = speed[chosen] + 0.2 * rng.normal(size=settings.batch)
        cost = (rng.random(settings.batch) < speed[chosen] ** 2).astype(float)
        gain = reward - price * cost
        score = np.eye(settings.levels)[chosen] - policy
        preference = preference + settings.rate * ((gain - gain.mean())[:, None] * score).mean(axis=0)
        if settings.method == "lagrange":
            price = max(0.0, price + settings.price_rate * (cost.mean() - settings.limit))
        if schedule.due(step):
            mean_reward, mean_cost = float(policy @ speed), float(policy @ speed**2)
            excess = max(0.0, mean_cost - settings.limit)
            missed = max(0.0, best - mean_reward)
            trial.report(step, reward=mean_reward, cost=mean_cost, price=price, excess=excess, gap=excess + missed)
