"""Learning the value of a fixed policy from experience: Monte Carlo, TD(0), n-step TD and TD(lambda).

The policy is uniformly random. ``agents`` independent learners run side by side, each in its own copy of the
environment, and what is reported is the mean over them.

- ``mc``: at the end of an episode, ``V(s) += alpha * (G - V(s))`` for every visit.
- ``n-step``: the target is ``r + ... + gamma^(n-1) r + gamma^n V`` (Sutton and Barto 2018, section 7.1); n = 1 is
TD(0).
- ``lambda``: every step, ``delta = r + gamma V(s') - V(s)``, then ``V += alpha * delta * z`` with accumulating traces
  ``z <- gamma * lambda * z + 1[s]`` (section 12.2).

``mc`` and ``n-step`` learn at the end of each episode (off-line updates, from the values at its beginning), ``lambda``
at every step. A step is one episode of every agent. Reports ``rms_error``: root mean square over states of the distance
from the true values, averaged over agents, and ``episodes``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.learners.dynamic_programming import policy_value
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "n-step"
    n: int = 1
    trace_decay: float = 0.8
    alpha: float = 0.1
    gamma: float = 1.0
    agents: int = 50


def learn_n_step(value: Array, states: Array, rewards: Array, n: int, settings: Settings) -> None:
    """Update ``value`` in place from one episode, in the order in which n-step TD would while it runs.

    Parameters
    ----------
    value : (S,) array
        Estimates; those of terminal states must be 0.
    states : (T + 1,) int array
        The states visited.
    rewards : (T,) array
        ``rewards[t]`` follows the state at ``t``.
    n : int
        From ``T`` on, the target is the Monte-Carlo return.
    settings : Settings
        ``alpha`` and ``gamma``.
    """
    length, gamma = len(rewards), settings.gamma
    to_end = np.zeros(length + 1)  # discounted rewards from t to the end; differences are sums over n steps
    for t in range(length - 1, -1, -1):
        to_end[t] = rewards[t] + gamma * to_end[t + 1]
    for t in range(length):
        end = min(t + n, length)
        target = to_end[t] + gamma ** (end - t) * (value[states[end]] - to_end[end])
        value[states[t]] += settings.alpha * (target - value[states[t]])


def train(trial: Trial, settings: Settings) -> None:
    """Learn from ``trial.steps`` episodes of every agent."""
    if settings.method not in ("mc", "n-step", "lambda"):
        raise DemoError(f"The method {settings.method!r} is unknown: mc, n-step or lambda.")
    env = trial.make_env(1)
    tables = env.tables
    transition, reward = tables.matrices()
    truth = policy_value(transition, reward, np.full(reward.shape, 1.0 / tables.num_actions), settings.gamma)
    inner = ~tables.terminal
    walker = RandomWalker(tables, trial.rng())
    values = np.zeros((settings.agents, tables.num_states))
    schedule = Schedule(trial.steps)
    for episode in range(1, trial.steps + 1):
        for value in values:
            states, rewards = walker.episode()
            if settings.method == "lambda":
                _learn_with_traces(value, states, rewards, settings)
            else:
                n = len(rewards) if settings.method == "mc" else settings.n
                learn_n_step(value, states, rewards, n, settings)
        if schedule.due(episode) or episode == 1:
            errors = np.sqrt(((values - truth)[:, inner] ** 2).mean(axis=1))
            trial.report(episode, rms_error=float(errors.mean()), episodes=episode)


class RandomWalker:
    """Draws episodes of the uniformly random policy in a finite world."""

    def __init__(self, tables: Any, rng: np.random.Generator) -> None:
        self._tables = tables
        self._rng = rng
        self._next = tables.next_state.tolist()
        self._reward = tables.reward.tolist()
        self._bounds = np.cumsum(tables.probability, axis=2).tolist()
        self._terminal = tables.terminal.tolist()

    def episode(self, limit: int = 10_000) -> tuple[Array, Array]:
        """Return the states (T + 1,) and rewards (T,) of one episode."""
        start = self._tables.start
        state = int(start[self._rng.integers(len(start))])
        states = [state]
        rewards: list[float] = []
        while not self._terminal[state] and len(rewards) < limit:
            draws = self._rng.random((64, 2)).tolist()  # drawn in blocks: single draws are slow
            for first, second in draws:
                action = int(first * self._tables.num_actions)
                bounds = self._bounds[state][action]
                outcome = next((k for k, bound in enumerate(bounds) if second < bound), len(bounds) - 1)
                rewards.append(self._reward[state][action][outcome])
                state = self._next[state][action][outcome]
                states.append(state)
                if self._terminal[state]:
                    break
        return np.array(states), np.array(rewards)


def _learn_with_traces(value: Array, states: Array, rewards: Array, settings: Settings) -> None:
    trace = np.zeros_like(value)
    for t, reward in enumerate(rewards):
        following = 0.0 if t == len(rewards) - 1 else value[states[t + 1]]
        delta = reward + settings.gamma * following - value[states[t]]
        trace *= settings.gamma * settings.trace_decay
        trace[states[t]] = 1.0
        value += settings.alpha * delta * trace
