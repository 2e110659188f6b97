"""The parts of the timed loop do what they are timed for."""

import numpy as np

from rlmap.demos.learners.timed_loop import BATCH, Stopwatch, ValueNetwork, sample_rows


def test_learning_brings_the_value_to_the_reward_where_nothing_follows():
    rng = np.random.default_rng(0)
    net = ValueNetwork(4, 16, rng)
    net.heads[:, 2] *= 0.1
    before = rng.normal(size=(32, 4))

    def error():
        return float(((1.0 - np.tanh(before @ net.hidden) @ net.heads[:, 2]) ** 2).mean())

    at_first = error()
    for _ in range(2000):
        net.learn(before, np.ones(32), np.zeros((32, 4)))
    assert error() < 0.9 * at_first


def test_both_ways_of_sampling_stay_within_the_memory():
    rng = np.random.default_rng(1)
    for how in ("shuffle", "draw"):
        rows = sample_rows(how, 500, rng)
        assert rows.shape == (BATCH,)
        assert rows.min() >= 0
        assert rows.max() < 500
    assert len(set(sample_rows("shuffle", BATCH, rng))) == BATCH


def test_shares_add_up_to_one():
    watch = Stopwatch()
    for part in ("a", "b", "a"):
        with watch.timing(part):
            sum(range(1000))
    assert set(watch.shares()) == {"a", "b"}
    assert sum(watch.shares().values()) == 1.0
