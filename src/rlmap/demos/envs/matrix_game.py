"""Matrix games: two agents choose at the same time, once.

State
    None.
Observation
    float32 (2,), values 0 or 1: which of the two agents one is.
Actions
    A row (agent 0) or a column (agent 1) of the payoff table.
Reward
    The table's entry for each agent, divided by the table's largest absolute entry, so within [-1, 1].
Termination
    After every play. A play in which the sum of both payoffs is the largest possible counts as success.
Randomness
    None.

Games: ``rock-paper-scissors`` and ``matching-pennies`` (zero-sum, the only equilibrium is mixed), ``prisoners-dilemma``
(the only equilibrium is worse for both than cooperating), ``stag-hunt`` (two equilibria), ``climbing`` (a team game
whose best play is next to its worst; Claus and Boutilier 1998).
"""

from __future__ import annotations

from typing import Any, ClassVar

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Ints, VectorEnv
from rlmap.errors import DemoError

__all__ = ["MatrixGame"]

_CLIMBING = np.array([[11.0, -30.0, 0.0], [-30.0, 7.0, 6.0], [0.0, 0.0, 5.0]])
_PENNIES = np.array([[1.0, -1.0], [-1.0, 1.0]])
_ROCK = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
_DILEMMA = np.array([[3.0, 0.0], [5.0, 1.0]])
_STAG = np.array([[4.0, 0.0], [3.0, 2.0]])
#: Payoffs of agent 0 and agent 1, both indexed by (row, column).
GAMES = {
    "climbing": (_CLIMBING, _CLIMBING),
    "matching-pennies": (_PENNIES, -_PENNIES),
    "prisoners-dilemma": (_DILEMMA, _DILEMMA.T),
    "rock-paper-scissors": (_ROCK, -_ROCK),
    "stag-hunt": (_STAG, _STAG.T),
}


class MatrixGame(VectorEnv):
    """Copies of the game, two agents each: rows 2i and 2i + 1."""

    agents_per_env: ClassVar[int] = 2

    def __init__(self, num_envs: int = 1, seed: int = 0, *, game: str = "climbing", buf: Any = None) -> None:
        self.payoffs = game_payoffs(game)
        self.single_observation_space = gymnasium.spaces.Box(0.0, 1.0, (2,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(len(self.payoffs[0]))
        self.reward_range = (-1.0, 1.0)
        total = self.payoffs[0] + self.payoffs[1]
        self._best = total >= total.max() - 1e-9
        super().__init__(num_envs, seed, buf=buf)

    def _begin(self, rows: Ints) -> None:
        """There is no state."""

    def _move(self, actions: NDArray[Any]) -> None:
        row, column = np.asarray(actions)[0::2], np.asarray(actions)[1::2]
        for agent in range(2):
            self.rewards[agent::2] = self.payoffs[agent][row, column]
        self.success = self._best[row, column]
        self.terminals[:] = True

    def _observe(self) -> None:
        self.observations[0::2] = (1.0, 0.0)
        self.observations[1::2] = (0.0, 1.0)


def game_payoffs(game: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both agents' payoffs (rows, columns), within [-1, 1].

    Raises
    ------
    DemoError
        If the game is unknown.
    """
    if game not in GAMES:
        raise DemoError(f"The game {game!r} is unknown: use {', '.join(sorted(GAMES))}.")
    first, second = GAMES[game]
    largest = max(np.abs(first).max(), np.abs(second).max())
    return first / largest, second / largest
