"""Learning from a fixed log, without trying anything: what happens to actions that the log does not contain?

The log holds ``episodes`` episodes of a behaviour that follows the best policy except for a share ``randomness`` of
random moves.
Action values start at random, as those of an untrained network do, and sweeps over the log improve them:

- ``q-learning``: ``Q(s, a) <- r + gamma max_a' Q(s', a')`` for logged pairs. The maximum runs over all actions, also
  over those
  whose value was never corrected by anything;
- ``cql``: the same, and every sweep pushes values down where a softmax of Q puts more weight than the log does
  (Kumar et al. 2020, arXiv:2006.04779, equation 4);
- ``iql``: the next value is an expectile of the logged actions' values, never a maximum over others (Kostrikov et al.
  2022);
- ``cloning``: no values, the most frequent logged action.

A step is one sweep. Reports ``true_return`` of the resulting greedy policy (discounted, computed from the model) and
``believed_return``: what its own values promise at the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.learners.dynamic_programming import action_values, greedy, optimal_value, policy_value
from rlmap.demos.parts.play import tabular_actions
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``initial_spread`` is the deviation of the initial values."""

    method: str = "cql"
    episodes: int = 20
    randomness: float = 0.3
    gamma: float = 0.95
    alpha: float = 0.2
    initial_spread: float = 0.5
    penalty: float = 0.5
    expectile: float = 0.9


def collect(tables: Any, policy: Array, settings: Settings, rng: np.random.Generator) -> Array:
    """Return the log as rows of state, action, reward, next state and whether it ended."""
    rows = []
    for _ in range(settings.episodes):
        state = int(tables.start[rng.integers(len(tables.start))])
        for _ in range(200):
            random = rng.random() < settings.randomness
            action = int(rng.integers(tables.num_actions)) if random else int(policy[state])
            outcome = rng.choice(tables.next_state.shape[2], p=tables.probability[state, action])
            following = int(tables.next_state[state, action, outcome])
            ended = bool(tables.terminal[following])
            rows.append((state, action, tables.reward[state, action, outcome], following, ended))
            if ended:
                break
            state = following
    return np.array(rows)


def sweep(q: Array, v: Array, log: Array, counts: Array, settings: Settings) -> None:
    """Improve ``q`` (S, A), and for ``iql`` also ``v`` (S,), by one pass over the log."""
    state, action, following = (log[:, column].astype(int) for column in (0, 1, 3))
    reward, goes_on = log[:, 2], 1.0 - log[:, 4]
    next_value = v[following] if settings.method == "iql" else q[following].max(axis=1)
    target = reward + settings.gamma * goes_on * next_value
    error = np.zeros_like(q)
    np.add.at(error, (state, action), target - q[state, action])
    q += settings.alpha * error / np.maximum(counts, 1)
    if settings.method == "cql":
        shifted = np.exp(q - q.max(axis=1, keepdims=True))
        chosen = shifted / shifted.sum(axis=1, keepdims=True)
        seen = counts.sum(axis=1, keepdims=True)
        logged = counts / np.maximum(seen, 1)
        q -= settings.alpha * settings.penalty * np.where(seen > 0, chosen - logged, 0.0)
    if settings.method == "iql":
        gap = q[state, action] - v[state]
        weight = np.where(gap > 0, settings.expectile, 1.0 - settings.expectile)
        move = np.zeros_like(v)
        np.add.at(move, state, weight * gap)
        v += settings.alpha * move / np.maximum(counts.sum(axis=1), 1)


def train(trial: Trial, settings: Settings) -> None:
    """Sweep ``trial.steps`` times."""
    if settings.method not in {"q-learning", "cql", "iql", "cloning"}:
        raise DemoError(f"The method {settings.method!r} is unknown: q-learning, cql, iql or cloning.")
    rng = trial.rng()
    env = trial.make_env(1)
    tables = env.tables
    transition, reward = tables.matrices()
    best = action_values(transition, reward, optimal_value(transition, reward, settings.gamma), settings.gamma)
    log = collect(tables, best.argmax(axis=1), settings, rng)
    counts = np.zeros(best.shape)
    np.add.at(counts, (log[:, 0].astype(int), log[:, 1].astype(int)), 1.0)
    q = settings.initial_spread * rng.normal(size=best.shape)
    v = settings.initial_spread * rng.normal(size=len(best))
    start = tables.start
    schedule = Schedule(trial.steps, 25)
    for step in range(1, trial.steps + 1):
        if settings.method != "cloning":
            sweep(q, v, log, counts, settings)
        if schedule.due(step):
            # Extraction as in the papers: a maximum for Q-learning and CQL, logged actions only for IQL and cloning.
            allowed = np.where(counts > 0, q, -np.inf) if settings.method == "iql" else q
            policy = greedy(counts if settings.method == "cloning" else allowed)
            achieved = policy_value(transition, reward, policy, settings.gamma)[start].mean()
            believed = achieved if settings.method == "cloning" else (policy * q)[start].sum(axis=1).mean()
            trial.report(step, true_return=float(achieved), believed_return=float(believed))
    trial.film("learned from the log", tabular_actions(tables.features, policy.argmax(axis=1)))
    if settings.method != "cloning":
        trial.chart_values(env, q.max(axis=1), policy.argmax(axis=1))
