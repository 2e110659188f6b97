"""TD(0) with features: when there are too many states for a table.

The walk has ``states`` states; each step goes up to ``reach`` states to either side, uniformly. Ends pay -1 and 1.
Features:

- ``table``: one for each state;
- ``groups``: one for each of ``groups`` stretches of neighbouring states;
- ``tiles``: ``tilings`` overlapping divisions into groups, shifted against each other.

``w += alpha * (r + V(s') - V(s)) * x(s)``, ``V(s) = w . x(s)`` (Sutton and Barto 2018, examples 9.1 and 9.2). Every
feature set has one or ``tilings`` active features of value 1, and alpha is divided by that number.

A step is one episode. Reports ``rms_error`` over states (each state weighing the same) and ``weights``.
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

    features: str = "groups"
    states: int = 1000
    reach: int = 100
    groups: int = 10
    tilings: int = 8
    alpha: float = 0.1


def active_features(settings: Settings) -> Array:
    """Return which features are active in each state, (states, active) indices."""
    places = np.arange(settings.states)
    if settings.features == "table":
        return places[:, None]
    width = settings.states // settings.groups
    if settings.features == "groups":
        return (places // width)[:, None]
    if settings.features == "tiles":
        shifts = np.arange(settings.tilings) * width // settings.tilings
        tile = (places[:, None] + shifts) // width
        return tile + np.arange(settings.tilings) * (settings.groups + 1)
    raise DemoError(f"The features {settings.features!r} are unknown: table, groups or tiles.")


def true_values(settings: Settings) -> Array:
    """Return the values (states,) by solving the Bellman equation."""
    size, reach = settings.states, settings.reach
    transition, reward = np.zeros((size, size)), np.zeros(size)
    for move in [*range(-reach, 0), *range(1, reach + 1)]:
        target = np.arange(size) + move
        inside = (target >= 0) & (target < size)
        transition[np.flatnonzero(inside), target[inside]] += 1 / (2 * reach)
        reward += np.where(target < 0, -1.0, np.where(target >= size, 1.0, 0.0)) / (2 * reach)
    return np.linalg.solve(np.eye(size) - transition, reward)


def train(trial: Trial, settings: Settings) -> None:
    """Learn from ``trial.steps`` episodes."""
    rng = trial.rng()
    active = active_features(settings)
    truth = true_values(settings)
    weights = np.zeros(int(active.max()) + 1)
    rate = settings.alpha / active.shape[1]
    schedule = Schedule(trial.steps)
    for episode in range(1, trial.steps + 1):
        state, value = settings.states // 2, float(weights[active[settings.states // 2]].sum())
        while 0 <= state < settings.states:
            move = int(rng.integers(1, settings.reach + 1)) * (1 if rng.random() < 0.5 else -1)
            following = state + move
            if 0 <= following < settings.states:
                reward, next_value = 0.0, float(weights[active[following]].sum())
            else:
                reward, next_value = float(np.sign(move)), 0.0
            weights[active[state]] += rate * (reward + next_value - value)
            state = following
            value = float(weights[active[state]].sum()) if 0 <= state < settings.states else 0.0
        if schedule.due(episode):
            error = float(np.sqrt(((weights[active].sum(axis=1) - truth) ** 2).mean()))
            trial.report(episode, rms_error=error, weights=len(weights))
