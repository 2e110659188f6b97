"""What the ensemble's members and its score are."""

import numpy as np
import pytest

from rlmap.demos.learners.ensemble import Member, surprise


def test_members_agree_where_data_is_and_not_in_a_hole():
    rng = np.random.default_rng(0)
    x = rng.uniform(1, 2, 200) * rng.choice([-1, 1], 200)
    members = [Member(rng) for _ in range(5)]
    for member in members:
        member.fit(x, np.sin(3 * x), 1e-3)
    predictions = np.stack([member(np.array([0.0, 1.5])) for member in members])
    assert np.abs(predictions[:, 1] - np.sin(4.5)).max() < 0.2
    assert predictions[:, 0].std() > 3 * predictions[:, 1].std()


def test_surprise_is_least_when_the_variance_is_right():
    y = np.random.default_rng(1).normal(size=5000) * 2.0
    at = {variance: surprise(y, np.zeros(5000), np.full(5000, variance)) for variance in (1.0, 4.0, 16.0)}
    assert at[4.0] < min(at[1.0], at[16.0])
    assert surprise(np.zeros(1), np.zeros(1), np.full(1, 1 / (2 * np.pi))) == pytest.approx(0.0)
