"""Which episodes a wanted return selects."""

import numpy as np

from rlmap.demos.learners.return_conditioning import Settings, train, wanted
from rlmap.demos.trial import Trial


def test_best_and_worst_are_those_with_the_extreme_returns():
    returns = np.array([0.2, 1.0, 0.2, 1.0, 0.5])
    np.testing.assert_array_equal(wanted(returns, "best"), [False, True, False, True, False])
    np.testing.assert_array_equal(wanted(returns, "worst"), [True, False, True, False, False])
    assert wanted(returns, "any").all()


def last_return(ask):
    values = []
    trial = Trial({"env": "corridor"}, 1, 5, "cpu", lambda _step, _s, name, value: values.append((name, value)))
    train(trial, Settings(ask=ask))
    return [value for name, value in values if name == "return"][-1]


def test_asking_for_the_best_gets_the_far_reward_and_for_the_worst_the_near_one():
    assert last_return("best") > 0.99
    assert abs(last_return("worst") - 0.2) < 0.01
    assert 0.2 < last_return("any") < 0.6
