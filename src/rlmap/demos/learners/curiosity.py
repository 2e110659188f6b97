"""Going where predictions are bad: curiosity by random network distillation.

The agent learns a table of where each action led, and plans in it by value iteration. What it plans for is the reward
of the environment plus ``bonus`` times the novelty of the state an action leads to: the error of a network that learns
to predict the random code of every observation it meets (Burda et al. 2019, arXiv:1810.12894). An action never tried
is expected to lead back where it starts, to the same novelty. With probability ``epsilon`` it acts at random; ties are
broken at random, so without a bonus and before the first reward it walks at random.

A step is one environment step. Reports ``success`` (share of the episodes so far), ``coverage`` (share of all states
visited) and ``novelty`` (mean over all states, 1 at the start).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rlmap.demos.parts.novelty import Novelty
from rlmap.demos.parts.play import tabular_actions
from rlmap.demos.trial import Schedule, Trial

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    bonus: float = 1.0
    gamma: float = 0.95
    epsilon: float = 0.05
    sweeps: int = 5
    predictor_rate: float = 3e-3


class Model:
    """Where each action led, and what the agent wants."""

    def __init__(self, states: int, actions: int) -> None:
        self.following = np.repeat(np.arange(states)[:, None], actions, axis=1)
        self.reward = np.zeros((states, actions))
        self.ended = np.zeros((states, actions), dtype=bool)
        self.value = np.zeros(states)

    def update(self, state: int, action: int, reward: float, following: int, ended: bool) -> None:
        """Remember what an action did."""
        self.following[state, action], self.reward[state, action] = following, reward
        self.ended[state, action] = ended

    def plan(self, bonus: Array, settings: Settings) -> Array:
        """Return action values (S, A) after some sweeps of value iteration from the last values."""
        wanted = self.reward + settings.bonus * bonus[self.following]
        for _ in range(settings.sweeps):
            q: Array = wanted + settings.gamma * np.where(self.ended, 0.0, self.value[self.following])
            self.value = q.max(axis=1)
        return q


def train(trial: Trial, settings: Settings) -> None:
    """Explore for ``trial.steps`` steps."""
    torch.manual_seed(trial.seed)
    rng, film_rng = trial.rng(), trial.rng(9)
    env = trial.make_env(1)
    env.keep_final = True
    env.reset(trial.seed)
    features = torch.as_tensor(env.tables.features)
    novelty = Novelty(features.shape[1], rate=settings.predictor_rate)
    model = Model(env.tables.num_states, env.tables.num_actions)
    visited = np.zeros(env.tables.num_states, dtype=bool)
    episodes = successes = 0.0
    schedule = Schedule(trial.steps)
    actions = env.tables.num_actions
    trial.film("untrained (random moves)", lambda seen: film_rng.integers(0, actions, len(seen)))
    for step in range(1, trial.steps + 1):
        state = int(env.state[0])
        visited[state] = True
        novelty.learn(features[state : state + 1])
        errors = novelty.errors(features).numpy()
        preference = model.plan(errors, settings)[state]
        action = int((preference + 1e-9 * rng.random(len(preference))).argmax())
        if rng.random() < settings.epsilon:
            action = int(rng.integers(len(preference)))
        led_to = int(env.tables.next_state[state, action, 0])
        _, rewards, terminals, truncations, _ = env.step(np.array([action]))
        model.update(state, action, float(rewards[0]), led_to, bool(terminals[0]))
        if terminals[0] or truncations[0]:
            visited[led_to] = True
            episodes, successes = episodes + 1, successes + float(env.last_success[0])
        if schedule.due(step):
            share = successes / max(episodes, 1.0)
            trial.report(step, success=share, coverage=float(visited.mean()), novelty=float(errors.mean()))
    best = model.plan(np.zeros(env.tables.num_states), settings).argmax(axis=1)
    trial.film("trained, without the bonus", tabular_actions(env.tables.features, best))
