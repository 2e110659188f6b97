"""What does the expert want? Copying its actions, or recovering its reward and planning anew.

An expert walks a grid from its start to the goal, optimally. From ``demonstrations`` of its walks

- ``cloning`` copies the action in every state it was seen in, and moves at random elsewhere;
- ``maxent`` finds a reward for each state whose soft-optimal policy visits the same states as often as the expert did:
  gradient
  ascent on the likelihood, ``expert visits - expected visits`` (Ziebart et al. 2008), then plans with it.

Both are tested from *any* start, so in places the expert never showed. A step is one gradient step. Reports
``return``: the true discounted return over all starts, relative to the best possible, and ``visits_gap`` (how far the
visits are from the expert's).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.learners.dynamic_programming import action_values, greedy, optimal_value, policy_value
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``horizon`` bounds the walks that are compared."""

    method: str = "maxent"
    demonstrations: int = 5
    gamma: float = 0.95
    rate: float = 0.1
    horizon: int = 60
    temperature: float = 0.1


def soft_policy(transition: Array, reward: Array, settings: Settings) -> Array:
    """Return the maximum-entropy policy (S, A) for a reward on entering each state (S,), by soft value iteration."""
    value = np.zeros(len(reward))
    for _ in range(settings.horizon):
        q = (transition @ (reward + settings.gamma * value)) / settings.temperature
        top = q.max(axis=1, keepdims=True)
        value = settings.temperature * (top[:, 0] + np.log(np.exp(q - top).sum(axis=1)))
    shifted = np.exp(q - q.max(axis=1, keepdims=True))
    policy: Array = shifted / shifted.sum(axis=1, keepdims=True)
    return policy


def visits(transition: Array, policy: Array, start: Array, horizon: int) -> Array:
    """Return how often each state is entered in ``horizon`` steps, expected, (S,)."""
    moves = np.einsum("sa,sat->st", policy, transition)
    here, total = start.copy(), np.zeros(len(start))
    for _ in range(horizon):
        here = here @ moves
        total += here
    return total


def train(trial: Trial, settings: Settings) -> None:
    """Take ``trial.steps`` gradient steps."""
    if settings.method not in {"cloning", "maxent"}:
        raise DemoError(f"The method {settings.method!r} is unknown: cloning or maxent.")
    rng = trial.rng()
    env = trial.make_env(1)
    tables = env.tables
    transition, reward = tables.matrices()
    states, actions = reward.shape
    optimal = optimal_value(transition, reward, settings.gamma)
    expert = greedy(action_values(transition, reward, optimal, settings.gamma) + 1e-9 * rng.random(reward.shape))
    start = np.zeros(states)
    start[tables.start] = 1.0 / len(tables.start)
    seen, copied = _demonstrate(tables, expert, settings, rng)
    weights = np.zeros(states)
    anywhere = ~tables.terminal
    schedule = Schedule(trial.steps, 25)
    for step in range(1, trial.steps + 1):
        soft = soft_policy(transition, weights, settings)
        gap = seen - visits(transition, soft, start, settings.horizon)
        weights += settings.rate * gap
        if schedule.due(step):
            policy = copied if settings.method == "cloning" else soft
            achieved = policy_value(transition, reward, policy, settings.gamma)[anywhere].mean()
            share = float(achieved / optimal[anywhere].mean())
            trial.report(step, visits_gap=float(np.abs(gap).sum()), **{"return": share})
    best = copied if settings.method == "cloning" else soft_policy(transition, weights, settings)
    known = best.max(axis=1) > 1.0 / actions + 1e-9  # where nothing was demonstrated, a clone moves at random
    trial.chart_values(env, weights, np.where(known, best.argmax(axis=1), -1))


def _demonstrate(tables: Any, expert: Array, settings: Settings, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return the mean number of entries into each state, and the cloned policy."""
    seen = np.zeros(tables.num_states)
    copied = np.full(expert.shape, 1.0 / expert.shape[1])
    for _ in range(settings.demonstrations):
        state = int(tables.start[rng.integers(len(tables.start))])
        for _ in range(settings.horizon):
            action = int(expert[state].argmax())
            copied[state] = np.eye(expert.shape[1])[action]
            outcome = rng.choice(tables.next_state.shape[2], p=tables.probability[state, action])
            state = int(tables.next_state[state, action, outcome])
            seen[state] += 1.0 / settings.demonstrations
            if tables.terminal[state]:
                break
    return seen, copied
