"""What a team of two can learn from one payoff."""

import numpy as np

from rlmap.demos.learners.team_learning import Independent, Joint


def test_a_value_moves_for_the_played_actions_only():
    pairs, payoff = np.array([[0, 1], [2, 2]]), np.array([1.0, -1.0])
    alone, joint = Independent(2, 3), Joint(2, 3)
    for team in (alone, joint):
        team.learn(pairs, payoff, 0.5)
    np.testing.assert_allclose(alone.values[0], [[0.5, 0, 0], [0, 0.5, 0]])
    np.testing.assert_allclose(joint.values[0], [[0, 0.5, 0], [0, 0, 0], [0, 0, 0]])
    assert joint.values[1, 2, 2] == -0.5


def test_greedy_play_is_the_best_known_pair():
    joint = Joint(1, 3)
    joint.values[0, 1, 2] = 1.0
    np.testing.assert_array_equal(joint.greedy(), [[1, 2]])
