"""Learning noughts and crosses against a fixed opponent, or against oneself.

Values of positions are learned by TD(0) on afterstates (Sutton and Barto 2018, section 1.5): the value of a position
that the learner left moves towards the value of the position that it leaves next, or to the result. Moves are greedy
except for a share ``epsilon`` of random ones. ``opponent``:

- ``random``: any legal move;
- ``self``: the same table, seen from the other side, so the opponent becomes better with the learner (Samuel 1959;
  Tesauro 1995);
- ``past``: the table as it was a quarter of the games ago.

A step is one game of learning. Every now and then the learner plays ``test_games`` without learning or exploring
against an opponent that wins where it can in one move and blocks where it must. Reports ``unbeaten`` (share of those
not lost), ``score`` (win 1, draw 0.5) and ``known`` (positions in the table).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from rlmap.demos.learners.tree_search import Board, careful_opponent, moves, play, winner
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

EMPTY: Board = (0,) * 9
#: The value, for the player who just moved, of positions; what is not in the table is worth 0.
Table = dict[Board, float]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    opponent: str = "self"
    alpha: float = 0.3
    epsilon: float = 0.15
    test_games: int = 60


def seen_by(board: Board, player: int) -> Board:
    """Return the board as the player sees it: own marks are 1."""
    return board if player == 1 else tuple(-mark for mark in board)


def greedy_move(table: Table, board: Board, player: int, rng: np.random.Generator) -> int:
    """Return the move to the position of highest value; ties at random."""
    options = moves(board)
    values = [table.get(seen_by(play(board, square, player), player), 0.0) for square in options]
    best = max(values)
    ties = [square for square, value in zip(options, values, strict=True) if value == best]
    return ties[int(rng.integers(len(ties)))]


def learn_from(table: Table, positions: list[Board], result: float, alpha: float) -> None:
    """Move values backwards through the positions that one player left in a game, last to first."""
    target = result
    for position in reversed(positions):
        value = table.get(position, 0.0)
        table[position] = value + alpha * (target - value)
        target = table[position]


def train(trial: Trial, settings: Settings) -> None:
    """Play ``trial.steps`` games of learning."""
    if settings.opponent not in {"random", "self", "past"}:
        raise DemoError(f"The opponent {settings.opponent!r} is unknown: random, self or past.")
    rng = trial.rng()
    table: Table = {}
    copies: deque[Table] = deque([{}], maxlen=5)
    schedule = Schedule(trial.steps, 20)
    for game in range(1, trial.steps + 1):
        learner = 1 if game % 2 else -1
        _play_and_learn(table, copies[0], learner, settings, rng)
        if game % max(1, trial.steps // 20) == 0:
            copies.append(dict(table))
        if schedule.due(game):
            with trial.paused():
                results = [_test(table, 1 if number % 2 else -1, rng) for number in range(settings.test_games)]
            unbeaten = float(np.mean([result >= 0 for result in results]))
            trial.report(game, unbeaten=unbeaten, score=float(np.mean(results)) / 2 + 0.5, known=len(table))


def _play_and_learn(table: Table, past: Table, learner: int, settings: Settings, rng: np.random.Generator) -> None:
    board, player = EMPTY, 1
    left: dict[int, list[Board]] = {1: [], -1: []}
    while moves(board):
        random = rng.random() < settings.epsilon or (player != learner and settings.opponent == "random")
        if random:
            options = moves(board)
            square = options[int(rng.integers(len(options)))]
        else:
            own = past if player != learner and settings.opponent == "past" else table
            square = greedy_move(own, board, player, rng)
        board = play(board, square, player)
        left[player].append(seen_by(board, player))
        player = -player
    sides = (1, -1) if settings.opponent == "self" else (learner,)
    for side in sides:
        learn_from(table, left[side], float(side * winner(board)), settings.alpha)


def _test(table: Table, learner: int, rng: np.random.Generator) -> int:
    board, player = EMPTY, 1
    while moves(board):
        own = player == learner
        square = greedy_move(table, board, player, rng) if own else careful_opponent(board, player, rng)
        board = play(board, square, player)
        player = -player
    return learner * winner(board)
