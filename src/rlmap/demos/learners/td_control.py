"""Tabular control: SARSA, expected SARSA, Q-learning, double Q-learning, Monte-Carlo control, and Dyna on top.

``agents`` independent learners run side by side, agent ``i`` in copy ``i`` of the environment with a table of its own;
what is reported is the mean over them. All behave epsilon-greedily. After a step from ``s, a`` with reward ``r`` to
``s'`` the target for ``Q(s, a)`` is

- ``sarsa``: ``r + gamma Q(s', a')`` with the action that is taken next (Rummery and Niranjan 1994);
- ``expected-sarsa``: ``r + gamma sum_a pi(a | s') Q(s', a)`` (van Seijen et al. 2009);
- ``q-learning``: ``r + gamma max_a Q(s', a)`` (Watkins 1989);
- ``double-q``: the action by one table, its value by the other (van Hasselt 2010);
- ``mc``: at the end of an episode, the return that followed (every visit; Sutton and Barto 2018, section 5.4).

``planning`` further Q-learning updates follow each step, from a learned model at state-action pairs seen before
(Dyna-Q; Sutton 1990). ``bonus / sqrt(visits)`` is
added to rewards, and values start at ``bonus`` (Strehl and Littman 2008). ``shaping`` adds rewards
of our own making: ``potential`` adds ``gamma * phi(s') - phi(s)`` with ``phi`` the negative distance to the goal,
``naive`` adds a reward whenever the distance shrinks (Ng, Harada and Russell 1999).

A step is one step of every agent. Reports ``return``, ``length`` and ``success`` of the episodes that ended since the
last point, ``greedy_return`` (of the greedy policies, by exact evaluation at ``greedy_gamma``) and ``max_value`` at
the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.learners.dynamic_programming import greedy, policy_value
from rlmap.demos.parts.play import tabular_actions
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
METHODS = ("sarsa", "expected-sarsa", "q-learning", "double-q", "mc")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "q-learning"
    alpha: float = 0.5
    gamma: float = 1.0
    epsilon: float = 0.1
    agents: int = 20
    planning: int = 0
    bonus: float = 0.0
    shaping: str = "none"
    shaping_scale: float = 1.0
    greedy_gamma: float = 0.999
    evaluate_greedy: bool = False
    points: int = 40


class Tables:
    """The agents' action values, (2, agents, states, actions): double Q-learning uses both tables, the rest the
    first."""

    def __init__(self, world: Any, settings: Settings, double: bool) -> None:
        # What was never tried is expected to bring one full bonus: otherwise nothing would make it attractive.
        self.q = np.full((2, settings.agents, world.num_states, world.num_actions), settings.bonus)
        self.q[:, :, world.terminal] = 0.0
        self.double = double
        self.rows = np.arange(settings.agents)

    def preference(self, state: Array) -> Array:
        """Return what each agent ranks its actions by in its state, (agents, actions)."""
        q = self.q[:, self.rows, state]
        values: Array = q.sum(axis=0) if self.double else q[0]
        return values

    def act(self, state: Array, epsilon: float, rng: np.random.Generator) -> Array:
        """Choose epsilon-greedily; ties at random."""
        preference = self.preference(state)
        best = (preference + 1e-9 * rng.random(preference.shape)).argmax(axis=1)
        explore = rng.random(len(best)) < epsilon
        chosen: Array = np.where(explore, rng.integers(0, preference.shape[1], len(best)), best)
        return chosen


def target_values(tables: Tables, settings: Settings, state: Array, action: Array, which: Array) -> Array:
    """Return the value that each agent's target gives to its next state.

    Parameters
    ----------
    tables : Tables
        The action values.
    settings : Settings
        Which method.
    state, action : (agents,) int arrays
        The next state, and the action that is taken there.
    which : (agents,) int array
        For double Q-learning, the table that is being updated.
    """
    rows = tables.rows
    q = tables.q[0, rows, state]
    if settings.method == "sarsa":
        chosen: Array = q[rows, action]
        return chosen
    if settings.method == "expected-sarsa":
        expected: Array = settings.epsilon * q.mean(axis=1) + (1 - settings.epsilon) * q.max(axis=1)
        return expected
    if settings.method == "double-q":
        best = tables.q[which, rows, state].argmax(axis=1)
        other: Array = tables.q[1 - which, rows, state, best]
        return other
    largest: Array = q.max(axis=1)
    return largest


def train(trial: Trial, settings: Settings) -> None:
    """Learn for ``trial.steps`` steps of every agent."""
    if settings.method not in METHODS:
        raise DemoError(f"The method {settings.method!r} is unknown: {', '.join(METHODS)}.")
    env = trial.make_env(settings.agents)
    env.keep_final = True
    env.reset(trial.seed)
    rng, film_rng = trial.rng(), trial.rng(9)
    world = env.tables
    tables = Tables(world, settings, settings.method == "double-q")
    extras = _Extras(world, settings, rng)
    episodes: list[list[tuple[int, int, float]]] = [[] for _ in range(settings.agents)]
    schedule = Schedule(trial.steps, settings.points)
    state = env.state.copy()
    trial.film("untrained (random moves)", lambda seen: film_rng.integers(0, world.num_actions, len(seen)))
    action = tables.act(state, settings.epsilon, rng)
    for step in range(1, trial.steps + 1):
        _, reward, terminal, truncated, _ = env.step(action)
        following = env.state.copy()
        next_action = tables.act(following, settings.epsilon, rng)
        gain = extras.reward(state, action, reward, following, terminal)
        if settings.method == "mc":
            _learn_from_returns(tables.q[0], episodes, (state, action, gain, terminal | truncated), settings)
        else:
            which = rng.integers(0, 2, settings.agents) if tables.double else np.zeros(settings.agents, dtype=int)
            bootstrap = target_values(tables, settings, following, next_action, which)
            # A truncated copy has restarted: its next state is unknown, so nothing is learned from that step.
            target = gain + settings.gamma * np.where(terminal, 0.0, bootstrap)
            cell = (which, tables.rows, state, action)
            tables.q[cell] += np.where(truncated, 0.0, settings.alpha * (target - tables.q[cell]))
            extras.plan(tables.q[0], (state, action, gain, following, terminal), truncated)
        state, action = following, next_action
        if schedule.due(step):
            _report(trial, env, tables, settings, step)
    _show(trial, env, tables)


def _show(trial: Trial, env: Any, tables: Tables) -> None:
    """Film the first agent's greedy policy, and draw its values."""
    q = tables.q[:, 0].mean(axis=0) if tables.double else tables.q[0, 0]
    best = q.argmax(axis=1)
    trial.film("trained, greedy", tabular_actions(env.tables.features, best))
    trial.chart_values(env, q.max(axis=1), best)


class _Extras:
    """Exploration bonus, reward shaping and planning: what is added to the plain method."""

    def __init__(self, world: Any, settings: Settings, rng: np.random.Generator) -> None:
        self.settings, self.rng = settings, rng
        self.rows = np.arange(settings.agents)
        self.visits = np.zeros((settings.agents, world.num_states, world.num_actions))
        self.potential = _potential(world) * settings.shaping_scale
        pairs = world.num_states * world.num_actions
        self.seen = np.zeros((settings.agents, pairs), dtype=np.int64)  # state-action pairs in the order of discovery
        self.known = np.zeros(settings.agents, dtype=np.int64)
        self.model_next = np.zeros((settings.agents, pairs), dtype=np.int64)
        self.model_reward = np.zeros((settings.agents, pairs))
        self.model_terminal = np.zeros((settings.agents, pairs), dtype=bool)

    def reward(self, state: Array, action: Array, reward: Array, following: Array, terminal: Array) -> Array:
        """Return the rewards that are learned from."""
        self.visits[self.rows, state, action] += 1
        gain = reward.astype(float)
        if self.settings.bonus:
            gain += self.settings.bonus / np.sqrt(self.visits[self.rows, state, action])
        if self.settings.shaping == "potential":
            gain += self.settings.gamma * np.where(terminal, 0.0, self.potential[following]) - self.potential[state]
        elif self.settings.shaping == "naive":
            closer = ~terminal & (self.potential[following] > self.potential[state])
            gain += self.settings.shaping_scale * closer
        return gain

    def plan(self, q: Array, transition: tuple[Array, ...], truncated: Array) -> None:
        """Remember the transition in the model, then update from the model."""
        if not self.settings.planning:
            return
        state, action, gain, following, terminal = transition
        actions = q.shape[2]
        pair = state * actions + action
        rows = self.rows[~truncated]
        new = rows[self.visits[rows, state[rows], action[rows]] == 1]
        self.seen[new, self.known[new]] = pair[new]
        self.known[new] += 1
        self.model_next[rows, pair[rows]] = following[rows]
        self.model_reward[rows, pair[rows]] = gain[rows]
        self.model_terminal[rows, pair[rows]] = terminal[rows]
        for _ in range(self.settings.planning):
            old = self.seen[self.rows, self.rng.integers(0, np.maximum(self.known, 1))]
            value = q[self.rows, self.model_next[self.rows, old]].max(axis=1)
            value = np.where(self.model_terminal[self.rows, old], 0.0, value)
            target = self.model_reward[self.rows, old] + self.settings.gamma * value
            cell = (self.rows, old // actions, old % actions)
            q[cell] += np.where(self.known > 0, self.settings.alpha * (target - q[cell]), 0.0)


def _potential(world: Any) -> Array:
    """Return the negative number of moves from each state to the nearest success, 0 where it cannot be reached."""
    distance = np.where(world.success, 0.0, np.inf)
    for _ in range(world.num_states):
        through = distance[world.next_state].min(axis=(1, 2)) + 1.0
        distance = np.where(world.terminal, distance, np.minimum(distance, through))
    return -np.where(np.isfinite(distance), distance, 0.0)


def _learn_from_returns(q: Array, episodes: list[Any], step: tuple[Array, ...], settings: Settings) -> None:
    state, action, gain, over = step
    for agent, episode in enumerate(episodes):
        episode.append((int(state[agent]), int(action[agent]), float(gain[agent])))
        if not over[agent]:
            continue
        followed = 0.0
        for s, a, r in reversed(episode):
            followed = r + settings.gamma * followed
            q[agent, s, a] += settings.alpha * (followed - q[agent, s, a])
        episode.clear()


def _report(trial: Trial, env: Any, tables: Tables, settings: Settings, step: int) -> None:
    stats = env.pop_stats()
    if stats.episodes:
        trial.report(step, **{"return": stats.episode_return, "length": stats.episode_length, "success": stats.success})
    start = env.tables.start
    total = tables.q.mean(axis=0) if tables.double else tables.q[0]
    trial.report(step, max_value=float(total[:, start].max(axis=2).mean()))
    if settings.evaluate_greedy:
        with trial.paused():
            transition, reward = env.tables.matrices()
            values = [policy_value(transition, reward, greedy(q), settings.greedy_gamma)[start].mean() for q in total]
        trial.report(step, greedy_return=float(np.mean(values)))
