"""How good is a policy, judged from what another one did?

Behaviour goes right with probability ``behaviour``, the policy in question with probability ``target``; both on the
random walk. From ``episodes`` episodes of the behaviour the value of the target policy at the start is estimated, with
``rho`` the product of the ratios of both policies' probabilities along an episode:

- ``ordinary``: mean of ``rho * G`` (unbiased, wild);
- ``weighted``: sum of ``rho * G`` over the sum of ``rho`` (biased, tame);
- ``model``: estimate transitions and rewards, and evaluate in the model;
- ``doubly-robust``: the model as a baseline, importance sampling for what it misses (Jiang and Li 2016).

Precup, Sutton and Singh 2000; Sutton and Barto 2018, sections 5.5 and 5.9. A step is one estimate from fresh episodes.
Reports, over all estimates so far, ``error`` (root mean square), ``bias`` (absolute) and ``spread`` (deviation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Tables
from rlmap.demos.learners.dynamic_programming import action_values, policy_value
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
Episode = tuple[Array, Array, Array]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``prior`` pulls the model towards 0 where little was seen."""

    estimator: str = "weighted"
    episodes: int = 20
    behaviour: float = 0.5
    target: float = 0.65
    gamma: float = 0.99
    prior: float = 1.0


def play(tables: Tables, right: float, rng: np.random.Generator) -> Episode:
    """Return states (T + 1,), actions (T,) and rewards (T,) of one episode in a deterministic world."""
    state = int(tables.start[0])
    states, actions, rewards = [state], [], []
    while not tables.terminal[state]:
        action = int(rng.random() < right)
        rewards.append(tables.reward[state, action, 0])
        actions.append(action)
        state = int(tables.next_state[state, action, 0])
        states.append(state)
    return np.array(states), np.array(actions), np.array(rewards)


def ratios(actions: Array, target: float, behaviour: float) -> Array:
    """Return the ratio of both policies' probabilities for each action (1 is right)."""
    chosen: Array = np.where(actions == 1, target / behaviour, (1.0 - target) / (1.0 - behaviour))
    return chosen


def estimate(episodes: list[Episode], q: Array, v: Array, settings: Settings) -> float:
    """Return one estimate from importance sampling; ``q`` and ``v`` are the baseline of ``doubly-robust``."""
    weights, weighted = [], []
    for states, actions, rewards in episodes:
        rho = ratios(actions, settings.target, settings.behaviour)
        if settings.estimator == "doubly-robust":
            value = 0.0
            for t in range(len(rewards) - 1, -1, -1):
                state, action = states[t], actions[t]
                correction = rewards[t] + settings.gamma * value - q[state, action]
                value = v[state] + rho[t] * correction
            weights.append(1.0)
            weighted.append(value)
        else:
            product = float(rho.prod())
            weights.append(product)
            weighted.append(product * float(rewards @ settings.gamma ** np.arange(len(rewards))))
    total = sum(weights) if settings.estimator == "weighted" else len(episodes)
    return sum(weighted) / total


def train(trial: Trial, settings: Settings) -> None:
    """Estimate ``trial.steps`` times."""
    if settings.estimator not in {"ordinary", "weighted", "model", "doubly-robust"}:
        raise DemoError(f"The estimator {settings.estimator!r} is unknown: ordinary, weighted, model, doubly-robust.")
    tables = trial.make_env(1).tables
    transition, reward = tables.matrices()
    policy = np.tile([1.0 - settings.target, settings.target], (tables.num_states, 1))
    start = int(tables.start[0])
    truth = policy_value(transition, reward, policy, settings.gamma)[start]
    rng = trial.rng()
    errors = np.empty(trial.steps)
    schedule = Schedule(trial.steps)
    for step in range(trial.steps):
        episodes = [play(tables, settings.behaviour, rng) for _ in range(settings.episodes)]
        v = q = np.zeros(0)
        if settings.estimator in {"model", "doubly-robust"}:
            v, q = _in_the_model(tables, episodes, policy, settings)
        guess = v[start] if settings.estimator == "model" else estimate(episodes, q, v, settings)
        errors[step] = guess - truth
        if schedule.due(step + 1):
            seen = errors[: step + 1]
            rms = float(np.sqrt((seen**2).mean()))
            trial.report(step + 1, error=rms, bias=float(abs(seen.mean())), spread=float(seen.std()))


def _in_the_model(tables: Tables, episodes: list[Episode], policy: Array, settings: Settings) -> tuple[Array, Array]:
    """Return values and action values of the target policy in a model fitted to the episodes.

    ``prior`` imagined transitions to nowhere, without reward, pull the model towards 0 where little was seen.
    """
    states, actions = policy.shape
    counts = np.zeros((states, actions, states))
    gained = np.zeros((states, actions))
    for visited, chosen, rewards in episodes:
        np.add.at(counts, (visited[:-1], chosen, visited[1:]), 1.0)
        np.add.at(gained, (visited[:-1], chosen), rewards)
    seen = counts.sum(axis=2)
    total = np.maximum(seen + settings.prior, 1e-9)
    transition = counts / total[:, :, None]
    reward = gained / total
    transition[tables.terminal] = 0.0
    reward[tables.terminal] = 0.0
    value = policy_value(transition, reward, policy, settings.gamma)
    return value, action_values(transition, reward, value, settings.gamma)
