"""The rules of noughts and crosses, and what a search finds."""

import numpy as np

from rlmap.demos.learners.tree_search import Settings, careful_opponent, moves, search, winner

BLOCK = (1, 1, 0, 0, -1, 0, 0, 0, 0)
WIN = (1, 1, 0, -1, -1, 0, 0, 0, 1)


def test_lines_win_and_end_the_game():
    diagonal = (1, -1, 0, 0, 1, -1, 0, 0, 1)
    assert winner(diagonal) == 1
    assert moves(diagonal) == []
    assert winner(BLOCK) == 0
    assert moves(BLOCK) == [2, 3, 5, 6, 7, 8]


def test_the_search_wins_in_one_and_blocks():
    rng = np.random.default_rng(0)
    assert search(WIN, -1, Settings(simulations=300), rng) == 5
    assert search(BLOCK, -1, Settings(simulations=500), rng) == 2


def test_the_opponent_wins_before_it_blocks():
    rng = np.random.default_rng(0)
    assert careful_opponent(WIN, -1, rng) == 5
    assert careful_opponent(BLOCK, -1, rng) == 2
