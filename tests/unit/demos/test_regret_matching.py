"""Regret matching and what it is judged by."""

import numpy as np
import pytest

from rlmap.demos.envs.matrix_game import game_payoffs
from rlmap.demos.learners.regret_matching import Settings, exploitability, strategy_from, train
from rlmap.demos.trial import Trial
from rlmap.errors import DemoError


def test_only_positive_regret_is_played():
    np.testing.assert_allclose(strategy_from(np.array([3.0, -2.0, 1.0])), [0.75, 0.0, 0.25])
    np.testing.assert_allclose(strategy_from(np.array([-1.0, -1.0])), [0.5, 0.5])


def test_the_equilibrium_cannot_be_exploited_and_a_pure_strategy_can():
    payoff = game_payoffs("rock-paper-scissors")[0]
    uniform = np.full(3, 1 / 3)
    assert exploitability(payoff, uniform, uniform) == pytest.approx(0.0)
    assert exploitability(payoff, np.array([1.0, 0.0, 0.0]), uniform) == pytest.approx(1.0)


def test_a_game_that_is_not_zero_sum_is_refused():
    trial = Trial({}, 1, 10, "cpu", lambda *_: None)
    with pytest.raises(DemoError, match="zero-sum"):
        train(trial, Settings(game="stag-hunt"))
