"""Rows of the tiger's table."""

import numpy as np

from rlmap.demos.learners.belief_control import MOST_SOUNDS, table_rows


def test_a_belief_counts_sounds():
    odds = 0.85 / 0.15
    belief = np.array([0.5, odds / (1 + odds), odds**2 / (1 + odds**2), 1 / (1 + odds), 1.0])
    observations = np.stack([belief, 0 * belief, 0 * belief], axis=1)
    rows = table_rows(observations, "belief", 0.85) - MOST_SOUNDS
    np.testing.assert_array_equal(rows, [0, 1, 2, -1, MOST_SOUNDS])


def test_the_last_sound_is_its_own_row():
    np.testing.assert_array_equal(table_rows(np.eye(3), "last", 0.85), [0, 1, 2])
