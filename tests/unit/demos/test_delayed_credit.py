"""Credit that is known learns whatever the delay."""

import pytest

from rlmap.demos.learners.delayed_credit import Settings, train
from rlmap.demos.trial import Trial


def last(name, settings, steps=200):
    values = []
    train(Trial({}, 1, steps, "cpu", lambda _step, _s, key, value: values.append((key, value))), settings)
    return [value for key, value in values if key == name][-1]


def test_known_causes_do_not_mind_the_delay():
    near, far = (last("right", Settings(credit="pairs", alpha=0.3, delay=delay)) for delay in (1, 200))
    assert near == pytest.approx(far, abs=0.01)
    assert near > 0.9


def test_the_noise_of_the_credit_grows_with_the_root_of_the_delay():
    near, far = (last("log_noise", Settings(delay=delay, agents=4000)) for delay in (4, 400))
    assert far - near == pytest.approx(1.0, abs=0.06)
