"""Where a small step survives rounding, and where it does not."""

import torch

from rlmap.demos.learners.precision import gradient_step


def step_of_a_thousandth(weights, compute):
    # prediction 1, label 0.5, so the gradient is 1 and the step is the rate
    x, y = torch.ones(1, 1), torch.full((1,), 0.5)
    return gradient_step(weights, x, y, 1e-3, compute)


def test_a_small_step_is_lost_in_bfloat16_weights_only():
    low = step_of_a_thousandth(torch.ones(1, dtype=torch.bfloat16), torch.bfloat16)
    mixed = step_of_a_thousandth(torch.ones(1), torch.bfloat16)
    full = step_of_a_thousandth(torch.ones(1), torch.float32)
    assert low.dtype == torch.bfloat16
    assert float(low) == 1.0
    torch.testing.assert_close(mixed, torch.tensor([0.999]))
    torch.testing.assert_close(full, torch.tensor([0.999]))
