"""Monte-Carlo tree search at noughts and crosses.

Each move is searched with ``simulations`` simulations: walk down the tree by UCT (the mean result of a child plus
``exploration * sqrt(ln(visits of the parent) / visits)``; Kocsis and Szepesvari 2006), add one position, play on at
random to the end, and count the result in all positions passed. The most visited move is played. The opponent wins
where it can in one move, blocks where it must, and otherwise plays at random; the searcher moves second.

A step is one game. Reports ``score`` (mean over games so far; a win is 1, a draw 0.5) and ``unbeaten`` (fraction not
lost).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from rlmap.demos.trial import Schedule, Trial

LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
Board = tuple[int, ...]  # nine squares: 0 empty, 1 and -1 the players


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    simulations: int = 100
    exploration: float = 1.4


def winner(board: Board) -> int:
    """Return 1 or -1 for the player with three in a row, else 0."""
    for a, b, c in LINES:
        if board[a] and board[a] == board[b] == board[c]:
            return board[a]
    return 0


def moves(board: Board) -> list[int]:
    """Return the empty squares, none once somebody has won."""
    return [] if winner(board) else [square for square in range(9) if not board[square]]


def play(board: Board, square: int, player: int) -> Board:
    """Return the board after a move."""
    return (*board[:square], player, *board[square + 1 :])


@dataclass(slots=True)
class Node:
    """A position, the player to move in it, and what simulations found, from the view of the one who moved into it."""

    board: Board
    player: int
    visits: int = 0
    total: float = 0.0
    children: dict[int, Node] = field(default_factory=dict)

    def best_child(self, exploration: float) -> Node:
        """Return the child with the highest upper confidence bound."""
        log_visits = math.log(self.visits)
        return max(
            self.children.values(),
            key=lambda child: child.total / child.visits + exploration * math.sqrt(log_visits / child.visits),
        )


def search(board: Board, player: int, settings: Settings, rng: np.random.Generator) -> int:
    """Return the most visited move of ``player`` after ``settings.simulations`` simulations."""
    root = Node(board, player)
    for _ in range(settings.simulations):
        path = [root]
        node = root
        while (open_moves := moves(node.board)) and len(node.children) == len(open_moves):
            node = node.best_child(settings.exploration)
            path.append(node)
        untried = [square for square in open_moves if square not in node.children]
        if untried:
            square = int(rng.choice(untried))
            child = Node(play(node.board, square, node.player), -node.player)
            node.children[square] = child
            path.append(child)
        result = _play_out(path[-1].board, path[-1].player, rng)
        for passed in path:
            passed.visits += 1
            passed.total += 0.5 * (1 - result * passed.player)
    return max(root.children, key=lambda square: root.children[square].visits)


def careful_opponent(board: Board, player: int, rng: np.random.Generator) -> int:
    """Return a winning move, else one that keeps the other from winning, else a random one."""
    for side in (player, -player):
        for square in moves(board):
            if winner(play(board, square, side)) == side:
                return square
    return int(rng.choice(moves(board)))


def train(trial: Trial, settings: Settings) -> None:
    """Play ``trial.steps`` games."""
    rng, schedule = trial.rng(), Schedule(trial.steps, 20)
    score, unbeaten = 0.0, 0
    for step in range(1, trial.steps + 1):
        board: Board = (0,) * 9
        player = 1
        while moves(board):
            square = careful_opponent(board, 1, rng) if player == 1 else search(board, -1, settings, rng)
            board, player = play(board, square, player), -player
        score += 0.5 * (1 - winner(board))
        unbeaten += winner(board) != 1
        if schedule.due(step):
            trial.report(step, score=score / step, unbeaten=unbeaten / step)


def _play_out(board: Board, player: int, rng: np.random.Generator) -> int:
    order = [square for square in rng.permutation(9).tolist() if not board[square]]
    for square in order:
        if winner(board):
            break
        board, player = play(board, square, player), -player
    return winner(board)
