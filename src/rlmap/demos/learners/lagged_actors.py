"""Actors that lag behind the learner: judging today's policy from yesterday's data, with and without V-trace.

On the random walk the policy in question goes right more and more often, from ``first`` to ``last`` over the run. Data
come from actors that still follow the policy of ``lag`` episodes ago, as they do when many machines act while one
learns. The value of the policy of *today* is learned from n-step targets

``v[t] = V[t] + sum_k gamma^k (prod_{i<k} c[t+i]) delta[t+k]``, ``delta[t] = rho[t] (r[t] + gamma V[t+1] - V[t])``

with ``rho = min(rho_bar, pi / mu)`` and ``c = min(c_bar, pi / mu)`` (Espeholt et al. 2018, IMPALA, arXiv:1802.01561,
section 4.1).
With ``correct = false`` all ratios are taken as 1: stale data are treated as fresh.

A step is one episode of every one of ``agents`` independent learners. Reports ``rms_error`` (from the true values of
today's policy), ``bias`` (mean signed error) and ``ratio`` (mean of pi / mu).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.learners.dynamic_programming import policy_value
from rlmap.demos.learners.off_policy_evaluation import play, ratios
from rlmap.demos.trial import Schedule, Trial

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``first`` and ``last`` are probabilities of going right."""

    correct: bool = True
    lag: int = 40
    first: float = 0.3
    last: float = 0.7
    alpha: float = 0.1
    gamma: float = 0.99
    rho_bar: float = 2.0
    c_bar: float = 1.0
    agents: int = 10


def vtrace_targets(values: Array, rewards: Array, ratio: Array, *, gamma: float, rho_bar: float, c_bar: float) -> Array:
    """Return V-trace's targets for the states of one finished episode.

    Parameters
    ----------
    values : (T + 1,) array
        Of the states visited; the last one, of the terminal state, must be 0.
    rewards, ratio : (T,) arrays
        Of each step; ``ratio`` is pi / mu of its action.
    gamma, rho_bar, c_bar : float
        Discount factor and bounds of the weights.
    """
    delta = np.minimum(ratio, rho_bar) * (rewards + gamma * values[1:] - values[:-1])
    trace = gamma * np.minimum(ratio, c_bar)
    targets = np.empty(len(rewards))
    surplus = 0.0
    for t in range(len(rewards) - 1, -1, -1):
        surplus = delta[t] + trace[t] * surplus
        targets[t] = values[t] + surplus
    return targets


def train(trial: Trial, settings: Settings) -> None:
    """Learn from ``trial.steps`` episodes of every learner."""
    rng = trial.rng()
    tables = trial.make_env(1).tables
    transition, reward = tables.matrices()
    inner = ~tables.terminal
    values = np.zeros((settings.agents, tables.num_states))
    schedule = Schedule(trial.steps)
    for episode in range(1, trial.steps + 1):
        now, then = (_right(max(0, number), trial.steps, settings) for number in (episode, episode - settings.lag))
        seen = []
        for value in values:
            states, actions, rewards = play(tables, then, rng)
            ratio = ratios(actions, now, then)
            seen.append(ratio.mean())
            targets = vtrace_targets(
                value[states],
                rewards,
                ratio if settings.correct else np.ones_like(ratio),
                gamma=settings.gamma,
                rho_bar=settings.rho_bar,
                c_bar=settings.c_bar,
            )
            for state, target in zip(states[:-1], targets, strict=True):
                value[state] += settings.alpha * (target - value[state])
        if schedule.due(episode):
            policy = np.tile([1.0 - now, now], (tables.num_states, 1))
            error = (values - policy_value(transition, reward, policy, settings.gamma))[:, inner]
            rms = float(np.sqrt((error**2).mean()))
            trial.report(episode, rms_error=rms, bias=float(error.mean()), ratio=float(np.mean(seen)))


def _right(episode: int, episodes: int, settings: Settings) -> float:
    return settings.first + (settings.last - settings.first) * episode / episodes
