"""Two agents with one common payoff: each learns alone, or one table rates their joint actions.

- ``independent``: each agent keeps a value for each of its own actions and sees only its own action and the payoff
  (Claus and Boutilier 1998). To each, the other is a part of a world that keeps changing.
- ``joint``: one table has a value for each pair of actions, and the best pair is played.

Values follow ``Q += alpha * (payoff - Q)``, actions are epsilon-greedy with ``epsilon`` falling linearly from 1 to
0.05 over the first half of the budget. ``teams`` teams of two learn side by side. A step is one play of every team.
Reports ``payoff`` (of greedy play, in the units of the environment) and ``optimal`` (the fraction of teams whose
greedy play is the best pair).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.matrix_game import game_payoffs
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "independent"
    game: str = "climbing"
    alpha: float = 0.1
    teams: int = 50


class Independent:
    """A value for each agent's own action, (teams, 2, actions)."""

    def __init__(self, teams: int, actions: int) -> None:
        self.values = np.zeros((teams, 2, actions))

    def greedy(self) -> Array:
        """Return the preferred pairs (teams, 2)."""
        preferred: Array = self.values.argmax(axis=2)
        return preferred

    def learn(self, pairs: Array, payoff: Array, alpha: float) -> None:
        """Move the value of each own action towards the payoff."""
        cell = (np.arange(len(pairs))[:, None], np.arange(2), pairs)
        self.values[cell] += alpha * (payoff[:, None] - self.values[cell])


class Joint:
    """A value for each pair of actions, (teams, actions, actions)."""

    def __init__(self, teams: int, actions: int) -> None:
        self.values = np.zeros((teams, actions, actions))

    def greedy(self) -> Array:
        """Return the preferred pairs (teams, 2)."""
        teams, actions, _ = self.values.shape
        best = self.values.reshape(teams, -1).argmax(axis=1)
        return np.stack([best // actions, best % actions], axis=1)

    def learn(self, pairs: Array, payoff: Array, alpha: float) -> None:
        """Move the value of the pair towards the payoff."""
        cell = (np.arange(len(pairs)), pairs[:, 0], pairs[:, 1])
        self.values[cell] += alpha * (payoff - self.values[cell])


METHODS: dict[str, type[Independent] | type[Joint]] = {"independent": Independent, "joint": Joint}


def train(trial: Trial, settings: Settings) -> None:
    """Play ``trial.steps`` times."""
    if settings.method not in METHODS:
        raise DemoError(f"The method {settings.method!r} is unknown: {', '.join(METHODS)}.")
    table, other = game_payoffs(settings.game)
    if not np.array_equal(table, other):
        raise DemoError(f"In the game {settings.game!r} the agents have different payoffs: a team needs a common one.")
    rng = trial.rng()
    team = METHODS[settings.method](settings.teams, len(table))
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        epsilon = max(0.05, 1.0 - 2.0 * step / trial.steps)
        explore = rng.random((settings.teams, 2)) < epsilon
        pairs = np.where(explore, rng.integers(0, len(table), explore.shape), team.greedy())
        team.learn(pairs, table[pairs[:, 0], pairs[:, 1]], settings.alpha)
        if schedule.due(step):
            payoff = table[tuple(team.greedy().T)]
            trial.report(step, payoff=float(payoff.mean()), optimal=float((payoff == table.max()).mean()))
