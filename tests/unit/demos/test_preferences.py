"""Rewards from comparisons."""

import numpy as np

from rlmap.demos.learners.preferences import fit_preferences, sigmoid


def test_the_reward_behind_many_answers_is_found():
    rng = np.random.default_rng(0)
    truth = np.array([1.0, -2.0, 0.0])
    differences = rng.normal(size=(20_000, 3))
    preferred = rng.random(20_000) < sigmoid(differences @ truth)
    np.testing.assert_allclose(fit_preferences(differences, preferred), truth, atol=0.08)


def test_swapping_every_pair_changes_nothing():
    rng = np.random.default_rng(1)
    differences, preferred = rng.normal(size=(50, 4)), rng.random(50) < 0.5
    np.testing.assert_allclose(
        fit_preferences(differences, preferred), fit_preferences(-differences, ~preferred), atol=1e-9
    )
