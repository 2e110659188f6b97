"""The expert, its road and its copy."""

import numpy as np

from rlmap.demos.learners.imitation import LENGTH, Clone, drive, expert


def test_the_expert_stays_on_the_road_even_when_pushed():
    _, lasted = drive(expert, 30, 0.8, 0.005, np.random.default_rng(0))
    assert (lasted == LENGTH).all()


def test_nobody_steering_leaves_the_road():
    _, lasted = drive(lambda seen: np.zeros(len(seen)), 30, 0.0, 0.0, np.random.default_rng(0))
    assert (lasted < LENGTH).all()


def test_states_are_those_seen_while_on_the_road():
    states, lasted = drive(lambda seen: np.ones(len(seen)), 5, 0.0, 0.0, np.random.default_rng(1))
    assert len(states) == (lasted + 1).sum()
    assert np.abs(states[:, 0]).max() <= 1.0


def test_a_copy_agrees_where_it_has_seen_and_is_silent_far_away():
    rng = np.random.default_rng(2)
    seen = rng.uniform(-0.2, 0.2, (400, 3))
    clone = Clone(rng)
    assert clone.fit(seen, expert(seen)) < 1e-3
    assert np.abs(clone(np.full((1, 3), 3.0))).max() < 0.05
