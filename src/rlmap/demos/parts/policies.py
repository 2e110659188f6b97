"""Policies in the shape that PufferLib's trainer calls: ``forward_eval(observations, state) -> logits, values``.

All start from PufferLib's default (one hidden layer with a GELU, orthogonal weights, a head for the actions and one
for the value) and change one thing each.
"""

from __future__ import annotations

from typing import Any

import pufferlib.models
import torch
from torch import Tensor, nn

from rlmap.demos.envs.base import VectorEnv
from rlmap.errors import DemoError

#: PufferLib's default scale of the first weights of the action head.
DEFAULT_GAIN = 0.01
NETWORKS = ("mlp", "lstm", "pixels", "conv", "masked")


class PixelPolicy(pufferlib.models.Default):  # type: ignore[misc]  # PufferLib ships no types
    """The default on pictures: bytes are brought to [0, 1] first."""

    def encode_observations(self, observations: Tensor, state: Any = None) -> Tensor:  # noqa: ARG002 - PufferLib's shape
        """Return the hidden layer (N, hidden)."""
        scaled = observations.float().view(len(observations), -1) / 255.0
        hidden: Tensor = self.encoder(scaled)
        return hidden


class ConvPolicy(PixelPolicy):
    """Two convolutions before the hidden layer; two square pictures are expected in each observation."""

    def __init__(self, env: VectorEnv, hidden_size: int) -> None:
        super().__init__(env, hidden_size=hidden_size)
        self.side = int((env.single_observation_space.shape[0] // 2) ** 0.5)
        convolutions = nn.Sequential(
            nn.Conv2d(2, 16, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(16, 16, 3, stride=2, padding=1), nn.ReLU()
        )
        with torch.no_grad():
            width = convolutions(torch.zeros(1, 2, self.side, self.side)).numel()
        self.encoder = nn.Sequential(
            nn.Unflatten(1, (2, self.side, self.side)),
            convolutions,
            nn.Flatten(),
            nn.Linear(width, hidden_size),
            nn.GELU(),
        )


class MaskedPolicy(pufferlib.models.Default):  # type: ignore[misc]  # PufferLib ships no types
    """The default with invalid actions made impossible; the last entries of an observation say which are valid."""

    def forward_eval(self, observations: Tensor, state: Any = None) -> tuple[Tensor, Tensor]:
        """Return logits (N, actions), very low where an action is invalid, and values."""
        logits, values = super().forward_eval(observations, state)
        valid = observations.view(-1, observations.shape[-1])[:, -logits.shape[-1] :] > 0
        return logits.masked_fill(~valid, -1e9), values


def make_policy(network: str, env: VectorEnv, hidden_size: int, policy_gain: float = DEFAULT_GAIN) -> nn.Module:
    """Return a policy with its value function.

    Parameters
    ----------
    network : {"mlp", "lstm", "pixels", "conv", "masked"}
        PufferLib's default; the same followed by an LSTM; for pictures, without and with convolutions; with a mask.
    env : VectorEnv
        Its spaces decide the sizes.
    hidden_size : int
        Width of the hidden layer.
    policy_gain : float
        Scale of the first weights of the action head.

    Raises
    ------
    DemoError
        If the network is unknown.
    """
    if network not in NETWORKS:
        raise DemoError(f"The network {network!r} is unknown: use {', '.join(NETWORKS)}.")
    if network == "pixels":
        policy: Any = PixelPolicy(env, hidden_size=hidden_size)
    elif network == "conv":
        policy = ConvPolicy(env, hidden_size)
    elif network == "masked":
        policy = MaskedPolicy(env, hidden_size=hidden_size)
    else:
        policy = pufferlib.models.Default(env, hidden_size=hidden_size)
    head = policy.decoder_mean if policy.is_continuous else policy.decoder
    with torch.no_grad():
        head.weight.mul_(policy_gain / DEFAULT_GAIN)
    if network == "lstm":
        policy = pufferlib.models.LSTMWrapper(env, policy, input_size=hidden_size, hidden_size=hidden_size)
    return policy  # type: ignore[no-any-return]  # PufferLib ships no types
