"""The advantage recursion that replaces PufferLib's kernel: against its definition, step by step, and against GAE."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rlmap.demos.advantage import puff_advantage

DEVICES = ["cpu"] + (["cuda"] if torch.cuda.is_available() else [])


def rollout(seed, segments, horizon):
    rng = np.random.default_rng(seed)
    values, rewards = rng.normal(size=(2, segments, horizon)).astype(np.float32)
    terminals = (rng.random((segments, horizon)) < 0.2).astype(np.float32)
    ratio = np.exp(rng.normal(size=(segments, horizon))).astype(np.float32)
    return values, rewards, terminals, ratio


def by_definition(arrays, gamma, gae_lambda, clips):
    values, rewards, terminals, ratio = arrays
    rho_clip, c_clip = clips
    result = np.zeros_like(values, dtype=np.float64)
    for segment in range(values.shape[0]):
        for t in range(values.shape[1] - 2, -1, -1):
            going = 1.0 - terminals[segment, t + 1]
            rho, c = min(ratio[segment, t], rho_clip), min(ratio[segment, t], c_clip)
            following = rewards[segment, t + 1] + gamma * values[segment, t + 1] * going
            delta = rho * (following - values[segment, t])
            result[segment, t] = delta + gamma * gae_lambda * c * going * result[segment, t + 1]
    return result


@pytest.mark.parametrize("device", DEVICES)
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    shape=st.tuples(st.integers(1, 5), st.integers(2, 12)),
    lambdas=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    clips=st.tuples(st.floats(0.2, 2), st.floats(0.2, 2)),
)
def test_it_is_its_definition(device, seed, shape, lambdas, clips):
    arrays, (gamma, gae_lambda), (rho_clip, c_clip) = rollout(seed, *shape), lambdas, clips
    tensors = [torch.as_tensor(array, device=device) for array in arrays]
    found = puff_advantage(*tensors, gamma=gamma, gae_lambda=gae_lambda, rho_clip=rho_clip, c_clip=c_clip)
    assert found.device.type == device
    expected = by_definition(arrays, gamma, gae_lambda, clips)
    np.testing.assert_allclose(found.cpu().numpy(), expected, rtol=1e-4, atol=1e-4)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), gamma=st.floats(0, 1), gae_lambda=st.floats(0, 1))
def test_on_policy_it_is_the_weighted_sum_of_errors_that_gae_is(seed, gamma, gae_lambda):
    values, rewards, _, _ = rollout(seed, 1, 9)
    none = np.zeros_like(values)
    tensors = [torch.as_tensor(array) for array in (values, rewards, none, none + 1)]
    found = puff_advantage(*tensors, gamma=gamma, gae_lambda=gae_lambda).numpy()[0]
    errors = rewards[0, 1:] + gamma * values[0, 1:] - values[0, :-1]
    for t in range(8):
        weights = (gamma * gae_lambda) ** np.arange(8 - t)
        assert found[t] == pytest.approx(float((weights * errors[t:]).sum()), abs=1e-4)


def test_nothing_flows_over_the_end_of_an_episode():
    values, rewards, terminals, ratio = (torch.as_tensor(array) for array in rollout(3, 4, 10))
    terminals[:, 5] = 1.0
    before = puff_advantage(values, rewards, terminals, ratio, gamma=0.9, gae_lambda=0.9)
    rewards[:, 6:] += 100.0
    after = puff_advantage(values, rewards, terminals, ratio, gamma=0.9, gae_lambda=0.9)
    assert torch.equal(before[:, :5], after[:, :5])
    assert not torch.equal(before[:, 5:], after[:, 5:])
