"""The true values that the successor demo is measured against."""

import numpy as np

from rlmap.demos.learners.successor import walk_values


def test_two_rooms_that_swap_have_the_values_of_a_geometric_series():
    reached = np.array([[1, 1, 1, 1], [0, 0, 0, 0]])
    values = walk_values(reached, np.array([0.0, 1.0]), 0.5)
    np.testing.assert_allclose(values, [1 / 0.75, 0.5 / 0.75])
