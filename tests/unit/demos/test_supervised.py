"""The examples and habits of the supervised demos."""

import pytest
import torch

from rlmap.demos.learners.supervised import OUTLIER_SCALE, Settings, Teacher, train
from rlmap.demos.trial import Trial


def curve(settings, steps=300, seed=1):
    points = []
    trial = Trial({}, seed, steps, "cpu", lambda step, _s, name, value: points.append((step, name, value)))
    train(trial, settings)
    return [(step, value) for step, name, value in points if name == "log_loss"]


def test_labels_have_unit_variance_and_depend_on_the_seed_alone():
    first, second, other = (Teacher(Settings(), seed).draw(2000)[1] for seed in (5, 5, 6))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    assert float(first.var()) == pytest.approx(1.0, rel=0.2)


def test_stretching_inputs_changes_what_is_seen_and_not_what_is_asked():
    plain, stretched = (Teacher(Settings(input_scale=scale), 2).draw(50) for scale in (1.0, 100.0))
    torch.testing.assert_close(plain[1], stretched[1])
    torch.testing.assert_close(stretched[0][:, -1], 100 * plain[0][:, -1])
    torch.testing.assert_close(stretched[0][:, 0], plain[0][:, 0])


def test_outliers_are_labels_50_times_too_large():
    clean, wrong = (Teacher(Settings(), 3).draw(500, outliers)[1] for outliers in (0.0, 1.0))
    torch.testing.assert_close(wrong, OUTLIER_SCALE * clean)


def test_training_lowers_the_error():
    points = curve(Settings(width=16))
    assert points[-1][1] < points[0][1] - 0.3
