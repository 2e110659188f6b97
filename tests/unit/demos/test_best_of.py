"""Pressure on a proxy."""

import numpy as np

from rlmap.demos.learners.best_of import take_best


def means(pressure, tail, choices=3000):
    rng = np.random.default_rng(0)
    return np.mean([take_best(pressure, tail, rng) for _ in range(choices)], axis=0)


def test_with_normal_errors_half_of_what_the_proxy_promises_is_real():
    worth, proxy = means(100, 0.0)
    assert abs(worth / proxy - 0.5) < 0.02


def test_without_a_choice_the_worth_is_average():
    assert abs(means(1, 2.0)[0]) < 0.08
