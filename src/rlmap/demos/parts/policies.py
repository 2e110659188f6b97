"""Policies in the shape that PufferLib's trainer calls: ``forward_eval(observations, state) -> logits, values``."""

from __future__ import annotations

from typing import Any

import pufferlib.models
from torch import nn

from rlmap.demos.envs.base import VectorEnv
from rlmap.errors import DemoError


def make_policy(network: str, env: VectorEnv, hidden_size: int) -> nn.Module:
    """Return a policy with its value function.

    Parameters
    ----------
    network : {"mlp", "lstm"}
        PufferLib's default: one hidden layer; ``lstm`` wraps it in an LSTM of the same width.
    env : VectorEnv
        Its spaces decide the sizes.
    hidden_size : int
        Width of the hidden layer.

    Raises
    ------
    DemoError
        If the network is unknown.
    """
    if network not in ("mlp", "lstm"):
        raise DemoError(f"The network {network!r} is unknown: use mlp or lstm.")
    policy: Any = pufferlib.models.Default(env, hidden_size=hidden_size)
    if network == "lstm":
        policy = pufferlib.models.LSTMWrapper(env, policy, input_size=hidden_size, hidden_size=hidden_size)
    return policy  # type: ignore[no-any-return]  # PufferLib ships no types
