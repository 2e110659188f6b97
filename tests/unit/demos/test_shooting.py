"""Plans are judged in the model that was given."""

import numpy as np
import pytest

from rlmap.demos.learners.shooting import Settings, plan_return, train
from rlmap.demos.trial import Trial
from rlmap.errors import DemoError


def test_a_push_towards_upright_is_worth_more_than_one_away():
    torques = np.broadcast_to(np.array([-2.0, 2.0]), (8, 1, 2))
    away, back = plan_return(np.full((1, 1), -0.2), np.zeros((1, 1)), torques, 1.0)[0]
    assert back > away


def test_a_light_model_expects_more_of_a_push():
    torques = np.full((8, 1, 1), 2.0)
    light, heavy = (plan_return(np.full((1, 1), -0.6), np.zeros((1, 1)), torques, mass)[0, 0] for mass in (0.2, 1.0))
    assert light != heavy


def test_an_exact_model_predicts_exactly():
    errors = []
    trial = Trial({}, 1, 8, "cpu", lambda _step, _s, name, value: errors.append((name, value)))
    train(trial, Settings(horizon=4, plans=4))
    assert max(value for name, value in errors if name == "prediction_error") == pytest.approx(0.0)


def test_a_horizon_that_holds_no_whole_torque_is_refused():
    with pytest.raises(DemoError, match="multiple of 4"):
        train(Trial({}, 1, 1, "cpu", lambda *_: None), Settings(horizon=6))
