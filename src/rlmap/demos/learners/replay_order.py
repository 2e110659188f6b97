"""In which order should remembered transitions be replayed? The blind cliff walk.

A chain of ``length`` states; in each, one of two actions goes on and the other ends the episode with nothing; only the
last step pays 1. The memory holds every transition that random behaviour would ever meet, so the one that pays is
rare: one among ``2 ** (length + 1) - 2``. Q-learning replays one transition at a time, drawn

- ``uniform``: any with equal probability;
- ``prioritised``: with probability proportional to its last absolute error (stale until it is drawn again);
- ``oracle``: always the one that brings all values closest to the truth, which nobody can know.

Schaul et al. 2016 (arXiv:1511.05952), section 3.1 and figure 1. A step is one update. Reports ``log_error``: the
base-10 logarithm of the mean squared distance from the true values, and ``error``.
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
    """What may be set; the discount factor is ``1 - 1 / length``."""

    order: str = "uniform"
    length: int = 10
    alpha: float = 0.25


def memory(length: int) -> Array:
    """Return state and action (M, 2) of every transition in every random episode; action 1 goes on.

    Among ``2 ** length`` equally likely rows of actions, state ``i`` is reached by ``2 ** (length - i)``; half of these
    go on.
    """
    pairs = [(state, action) for state in range(length) for action in (0, 1) for _ in range(2 ** (length - state - 1))]
    return np.array(pairs)


def target(q: Array, state: Array, action: Array, gamma: float) -> Array:
    """Return the Q-learning target of transitions."""
    length = len(q)
    following = np.append(q.max(axis=1), 0.0)[np.minimum(state + 1, length)]
    goes_on = np.where(state == length - 1, 1.0, gamma * following)
    result: Array = np.where(action == 1, goes_on, 0.0)
    return result


def train(trial: Trial, settings: Settings) -> None:
    """Replay ``trial.steps`` transitions."""
    if settings.order not in {"uniform", "prioritised", "oracle"}:
        raise DemoError(f"The order {settings.order!r} is unknown: uniform, prioritised or oracle.")
    rng = trial.rng()
    transitions = memory(settings.length)
    gamma = 1.0 - 1.0 / settings.length
    truth = np.zeros((settings.length, 2))
    truth[:, 1] = gamma ** np.arange(settings.length - 1, -1, -1)
    q = 0.1 * rng.normal(size=truth.shape)
    priority = np.full(len(transitions), 10.0)  # everything is replayed early at least once
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        row = _pick(settings.order, transitions, priority, (q, truth, gamma, settings.alpha), rng)
        state, action = transitions[row]
        error = float(target(q, state, action, gamma) - q[state, action])
        q[state, action] += settings.alpha * error
        priority[row] = abs(error) + 1e-4
        if schedule.due(step):
            distance = float(((q - truth) ** 2).mean())
            trial.report(step, error=distance, log_error=float(np.log10(distance)))


def _pick(
    order: str, transitions: Array, priority: Array, values: tuple[Array, Array, float, float], rng: np.random.Generator
) -> int:
    if order == "uniform":
        return int(rng.integers(len(transitions)))
    if order == "prioritised":
        bounds = np.cumsum(priority)
        return min(int(np.searchsorted(bounds, rng.random() * bounds[-1])), len(priority) - 1)
    q, truth, gamma, alpha = values
    state, action = (part.ravel() for part in np.mgrid[: len(q), :2])
    now = q[state, action]
    after = now + alpha * (target(q, state, action, gamma) - now)
    gain = (now - truth[state, action]) ** 2 - (after - truth[state, action]) ** 2
    best = int(gain.argmax())
    return int(np.flatnonzero((transitions == (state[best], action[best])).all(axis=1))[0])
