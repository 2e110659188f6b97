"""Q-learning over options: "go to that door" as one action.

In the four rooms, an option leads from anywhere in a room to one of its two doors by a shortest way and then stops.
With ``choices = "options"`` an agent chooses among the moves and the options of the room that it is in; after an option
of ``k`` steps ``Q(s, o) += alpha * (r_1 + ... + gamma^(k-1) r_k + gamma^k max Q(s', .) - Q(s, o))`` (SMDP Q-learning;
Sutton, Precup and Singh 1999, section 3.2). With ``"moves"`` only the four moves are there.

The agent starts top left, the goal is the door between the two lower rooms, behaviour is epsilon-greedy. A step is one
episode of each of ``agents`` agents. Reports ``log_length`` (base-10 logarithm of its moves, averaged over agents).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.grid import FOUR_ROOMS
from rlmap.demos.parts.gridworld import Grid, neighbours, read_grid
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
MAX_MOVES = 2_000
MOVES = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    choices: str = "options"
    alpha: float = 0.25
    gamma: float = 0.95
    epsilon: float = 0.1
    agents: int = 5


def door_states(grid: Grid) -> list[int]:
    """Return the cells that have walls on two opposite sides and floor on the other two."""
    floor = np.pad(grid.state_of >= 0, 1)
    doors = []
    for state, (row, column) in enumerate(grid.cells + 1):
        up, down = floor[row - 1, column], floor[row + 1, column]
        left, right = floor[row, column - 1], floor[row, column + 1]
        if (up and down and not left and not right) or (left and right and not up and not down):
            doors.append(state)
    return doors


def way_to(target: int, reached: Array, blocked: Sequence[int]) -> Array:
    """Return the first move (S,) of a shortest way to ``target`` that enters no ``blocked`` state; -1 where none is."""
    distance = np.full(len(reached), np.inf)
    distance[target] = 0.0
    passable = np.ones(len(reached), dtype=bool)
    passable[list(blocked)] = False
    passable[target] = True
    for _ in range(len(reached)):
        through = np.where(passable[reached], distance[reached], np.inf).min(axis=1) + 1
        distance = np.minimum(distance, through)
    distance_after = np.where(passable[reached], distance[reached], np.inf)
    return np.where(np.isfinite(distance), distance_after.argmin(axis=1), -1)


def train(trial: Trial, settings: Settings) -> None:
    """Learn from ``trial.steps`` episodes of every agent."""
    if settings.choices not in ("options", "moves"):
        raise DemoError(f"The choices {settings.choices!r} are unknown: options or moves.")
    grid = read_grid(FOUR_ROOMS)
    reached = neighbours(grid)
    all_doors = door_states(grid)
    start, goal = int(grid.states("S")[0]), all_doors[-1]
    doors = all_doors if settings.choices == "options" else []
    ways = [way_to(door, reached, [other for other in doors if other != door]) for door in doors]
    agents = [_Agent(reached, ways, doors, settings, trial.rng(k)) for k in range(settings.agents)]
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        lengths = [agent.episode(start, goal) for agent in agents]
        if schedule.due(step):
            trial.report(step, log_length=float(np.log10(np.mean(lengths))))
    values = agents[0].q
    trial.chart_values(grid, np.where(np.isfinite(values), values, -1.0).max(axis=1))


class _Agent:
    def __init__(
        self, reached: Array, ways: list[Array], doors: list[int], settings: Settings, rng: np.random.Generator
    ) -> None:
        self._reached, self._ways, self._doors = reached.tolist(), [way.tolist() for way in ways], doors
        self._settings, self._rng = settings, rng
        self.q = np.full((len(reached), MOVES + len(ways)), -np.inf)
        self.q[:, :MOVES] = 0.0
        for number, (way, door) in enumerate(zip(ways, doors, strict=True)):
            self.q[(way >= 0) & (np.arange(len(way)) != door), MOVES + number] = 0.0

    def episode(self, start: int, goal: int) -> int:
        """Walk from ``start`` to ``goal``, learning, and return the number of moves."""
        state, moves = start, 0
        while state != goal and moves < MAX_MOVES:
            choice = self._choose(state)
            following, taken = self._carry_out(state, choice, goal)
            gamma, cell = self._settings.gamma, (state, choice)
            target = gamma ** (taken - 1) if following == goal else gamma**taken * self.q[following].max()
            self.q[cell] += self._settings.alpha * (target - self.q[cell])
            state, moves = following, moves + taken
        return moves

    def _choose(self, state: int) -> int:
        open_choices = np.flatnonzero(np.isfinite(self.q[state]))
        if self._rng.random() < self._settings.epsilon:
            return int(self._rng.choice(open_choices))
        values = self.q[state, open_choices]
        return int(self._rng.choice(open_choices[values == values.max()]))

    def _carry_out(self, state: int, choice: int, goal: int) -> tuple[int, int]:
        if choice < MOVES:
            return self._reached[state][choice], 1
        way, door, taken = self._ways[choice - MOVES], self._doors[choice - MOVES], 0
        while state not in (door, goal):
            state, taken = self._reached[state][way[state]], taken + 1
        return state, taken
