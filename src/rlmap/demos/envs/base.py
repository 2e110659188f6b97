"""What all environments here share: copies in arrays, auto-reset, seeding, and the accounting of episodes.

Every environment is a native PufferLib environment: one object holds ``num_envs`` copies and
steps them together with NumPy, writing into the buffers ``observations``, ``rewards``,
``terminals`` and ``truncations`` in place. A copy whose episode ends starts the next one within
the same step, so the observation that comes with an end already belongs to the new episode.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import gymnasium
import numpy as np
from numpy.typing import NDArray
from pufferlib.pufferlib import PufferEnv

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class EpisodeStats(NamedTuple):
    """Means over the episodes that ended since the last call; NaN where ``episodes`` is 0."""

    episodes: int
    episode_return: float
    episode_length: float
    success: float


class VectorEnv(PufferEnv, ABC):  # type: ignore[misc]  # PufferLib ships no types
    """``num_envs`` copies of one environment.

    A subclass sets the spaces and its own state, calls this constructor, and fills in
    :meth:`_begin`, :meth:`_move` and :meth:`_observe`.

    Parameters
    ----------
    num_envs : int
        Copies.
    seed : int
        Seeds everything random in the environment; ``reset(seed)`` sets it anew.
    max_steps : int
        An episode is truncated after so many steps; 0 means never.
    buf : dict or None
        Buffers to write into, as PufferLib's vectorisation passes them.
    """

    single_observation_space: gymnasium.spaces.Box
    single_action_space: gymnasium.Space[Any]
    #: Bounds of the reward of one step.
    reward_range: tuple[float, float]
    agents_per_env: ClassVar[int] = 1

    def __init__(self, num_envs: int, seed: int = 0, *, max_steps: int = 0, buf: Any = None) -> None:
        self.num_envs = num_envs
        self.num_agents = num_envs * self.agents_per_env
        super().__init__(buf)
        # PufferLib's trainer reads this name from a vectorised environment, its own class has a typo in it.
        self.agents_per_batch = self.num_agents
        self.max_steps = max_steps
        self.rng = np.random.default_rng(seed)
        self.success: Bools = np.zeros(num_envs, dtype=bool)
        #: Whether the episode of each copy that ended last was a success.
        self.last_success: Bools = np.zeros(num_envs, dtype=bool)
        self.final_observations = np.zeros_like(self.observations)
        self.keep_final = False
        #: Off, a copy stays where its episode ended, for a last look at it; it must not be stepped again.
        self.auto_reset = True
        self._elapsed = np.zeros(num_envs, dtype=np.int32)
        self._return = np.zeros(num_envs)
        self._totals = np.zeros(4)

    @abstractmethod
    def _begin(self, rows: Ints) -> None:
        """Put the copies ``rows`` into a start state."""

    @abstractmethod
    def _move(self, actions: NDArray[Any]) -> None:
        """Apply ``actions``; write ``rewards`` and ``terminals`` (and ``success`` where it applies) of every copy."""

    @abstractmethod
    def _observe(self) -> None:
        """Write ``observations`` of every copy; called twice in a row where a copy is truncated."""

    def reset(self, seed: int | None = None) -> tuple[NDArray[Any], list[dict[str, float]]]:
        """Start every copy anew and forget the statistics."""
        if seed is not None:
            self.rng = np.random.default_rng(seed)
        self._elapsed[:] = 0
        self._return[:] = 0.0
        self._totals[:] = 0.0
        self.success[:] = False
        for buffer in (self.rewards, self.terminals, self.truncations):
            buffer[:] = 0
        self._begin(np.arange(self.num_envs))
        self._observe()
        return self.observations, []

    def step(self, actions: NDArray[Any]) -> tuple[NDArray[Any], Floats, Bools, Bools, list[dict[str, float]]]:
        """Advance every copy by one step.

        Returns
        -------
        tuple
            Observations, rewards, terminals, truncations, and an empty list; the arrays are the
            environment's own buffers, overwritten by the next step.
        """
        self._move(actions)
        self._elapsed += 1
        self._return += self._team_rewards()
        ended = self.terminals[:: self.agents_per_env].copy()
        if self.max_steps:
            late = (self._elapsed >= self.max_steps) & ~ended
            self.truncations[:] = np.repeat(late, self.agents_per_env) if self.agents_per_env > 1 else late
            ended |= late
        rows = np.flatnonzero(ended)
        if rows.size:
            self._end(rows)
        self._observe()
        return self.observations, self.rewards, self.terminals, self.truncations, []

    def pop_stats(self) -> EpisodeStats:
        """Return the means over the episodes that ended since the last call, and forget them."""
        episodes, total_return, total_length, successes = self._totals
        self._totals[:] = 0.0
        if not episodes:
            return EpisodeStats(0, float("nan"), float("nan"), float("nan"))
        return EpisodeStats(int(episodes), total_return / episodes, total_length / episodes, successes / episodes)

    def close(self) -> None:
        """Nothing is held that needs closing."""

    def _team_rewards(self) -> NDArray[Any]:
        """Return the reward of each copy that counts towards its return; a team's first agent speaks for it."""
        rewards: NDArray[Any] = self.rewards[:: self.agents_per_env]
        return rewards

    def _end(self, rows: Ints) -> None:
        self._totals += (len(rows), self._return[rows].sum(), self._elapsed[rows].sum(), self.success[rows].sum())
        if self.keep_final and self.truncations.any():
            self._observe()
            self.final_observations[:] = self.observations
        self._elapsed[rows] = 0
        self._return[rows] = 0.0
        self.last_success[rows] = self.success[rows]
        if self.auto_reset:
            self._begin(rows)
        self.success[rows] = False


@dataclass(frozen=True)
class Tables:
    """A finite MDP written out.

    Each of ``S`` states has ``A`` actions with ``K`` possible outcomes. Entering a state marked
    ``terminal`` ends the episode.

    Attributes
    ----------
    next_state : (S, A, K) int array
    probability : (S, A, K) float array
        Sums to 1 over the last axis.
    reward : (S, A, K) float array
    terminal : (S,) bool array
    success : (S,) bool array
        Terminal states that count as success.
    start : (M,) int array
        Start states, drawn uniformly.
    features : (S, F) float array
        What the agent observes in each state.
    """

    next_state: Ints
    probability: NDArray[np.float64]
    reward: NDArray[np.float64]
    terminal: Bools
    success: Bools
    start: Ints
    features: Floats

    @property
    def num_states(self) -> int:
        """Return ``S``."""
        return int(self.next_state.shape[0])

    @property
    def num_actions(self) -> int:
        """Return ``A``."""
        return int(self.next_state.shape[1])

    def matrices(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``P`` (S, A, S), with zero rows out of terminal states, and expected rewards ``R`` (S, A)."""
        states, actions, _ = self.next_state.shape
        transition = np.zeros((states, actions, states))
        s, a = np.ogrid[:states, :actions]
        for k in range(self.next_state.shape[2]):
            np.add.at(transition, (s, a, self.next_state[:, :, k]), self.probability[:, :, k])
        reward = (self.probability * self.reward).sum(axis=2)
        transition[self.terminal] = 0.0
        reward[self.terminal] = 0.0
        return transition, reward


class TableEnv(VectorEnv):
    """Copies of a finite MDP; ``state`` (num_envs,) is the current state of each copy."""

    def __init__(self, tables: Tables, num_envs: int, seed: int = 0, *, max_steps: int = 0, buf: Any = None) -> None:
        self.tables = tables
        width = tables.features.shape[1]
        low, high = float(tables.features.min()), float(tables.features.max())
        self.single_observation_space = gymnasium.spaces.Box(low, high, (width,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(tables.num_actions)
        self.reward_range = (float(tables.reward.min()), float(tables.reward.max()))
        self._outcomes = tables.next_state.shape[2]
        self._next = np.ascontiguousarray(tables.next_state.reshape(-1))
        self._reward = tables.reward.reshape(-1).astype(np.float32)
        # The last bound is left out: a draw above all others selects the last outcome.
        cells = tables.num_states * tables.num_actions
        self._bounds = np.cumsum(tables.probability, axis=2)[:, :, :-1].reshape(cells, self._outcomes - 1)
        self.state = np.zeros(num_envs, dtype=np.int64)
        super().__init__(num_envs, seed, max_steps=max_steps, buf=buf)

    def _begin(self, rows: Ints) -> None:
        start = self.tables.start
        self.state[rows] = start[0] if len(start) == 1 else start[self.rng.integers(0, len(start), len(rows))]

    def _move(self, actions: NDArray[Any]) -> None:
        cell = self.state * self.tables.num_actions + actions
        if self._outcomes > 1:
            draw = self.rng.random(self.num_envs)
            outcome = (draw[:, None] >= self._bounds[cell]).sum(axis=1)
            cell = cell * self._outcomes + outcome
        np.take(self._reward, cell, out=self.rewards)
        self.state = self._next[cell]
        np.take(self.tables.terminal, self.state, out=self.terminals)
        np.take(self.tables.success, self.state, out=self.success)

    def _observe(self) -> None:
        np.take(self.tables.features, self.state, axis=0, out=self.observations)
