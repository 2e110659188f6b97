"""Returns that are sampled have the mean that is computed."""

import numpy as np
import pytest

from rlmap.demos.envs.random_walk import RandomWalk
from rlmap.demos.learners.sample_mean import expected_return, random_returns


@pytest.mark.parametrize("gamma", [1.0, 0.9])
def test_the_mean_of_many_returns_is_the_expectation(gamma):
    env = RandomWalk(4000, size=5, left_reward=-0.5)
    returns = random_returns(env, np.random.default_rng(1), gamma)
    error = returns.std() / np.sqrt(len(returns))
    assert abs(returns.mean() - expected_return(env, gamma)) < 4 * error
