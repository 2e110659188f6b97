"""Two players of a zero-sum game who each follow their regrets.

Each keeps, for each action, by how much it would have done better so far had it always played that action (its
regret), and plays every action in proportion to its positive regret (Hart and Mas-Colell 2000; the rule inside
counterfactual regret minimisation, Zinkevich et al. 2007). The *average* of the strategies played so far approaches
a Nash equilibrium; today's strategy need not. ``judged`` says which of the two is measured.

Both players learn from expected payoffs; only the first regrets are random. A step is one round. Reports
``exploitability``: what best responses would gain in sum against the judged strategies, in units of the payoffs, 0 in
equilibrium.
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
    """What may be set; ``game`` must be one of the zero-sum games."""

    game: str = "rock-paper-scissors"
    judged: str = "average"


def strategy_from(regret: Array) -> Array:
    """Return the probabilities in proportion to positive regret, uniform where there is none."""
    positive = np.maximum(regret, 0.0)
    total = positive.sum()
    return positive / total if total > 0 else np.full(len(regret), 1.0 / len(regret))


def exploitability(payoff: Array, row: Array, column: Array) -> float:
    """Return how much both players together could gain by best responses.

    Parameters
    ----------
    payoff : (rows, columns) array
        What the row player gets and the column player pays.
    row, column : arrays
        Probabilities of the actions.
    """
    return float((payoff @ column).max() - (row @ payoff).min())


def train(trial: Trial, settings: Settings) -> None:
    """Play ``trial.steps`` rounds."""
    if settings.judged not in ("average", "today"):
        raise DemoError(f"What is judged must be average or today, not {settings.judged!r}.")
    payoff, other = game_payoffs(settings.game)
    if not np.allclose(payoff, -other):
        raise DemoError(f"The game {settings.game!r} is not zero-sum: what one gains, the other must lose.")
    rng = trial.rng()
    row_regret: Array = rng.random(len(payoff))
    column_regret: Array = rng.random(len(payoff.T))
    row_total, column_total = np.zeros(payoff.shape[0]), np.zeros(payoff.shape[1])
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        row, column = strategy_from(row_regret), strategy_from(column_regret)
        row_total += row
        column_total += column
        row_gain, column_gain = payoff @ column, -(row @ payoff)
        row_regret += row_gain - row @ row_gain
        column_regret += column_gain - column @ column_gain
        if schedule.due(step):
            judged = (row_total / step, column_total / step) if settings.judged == "average" else (row, column)
            trial.report(step, exploitability=exploitability(payoff, *judged))
