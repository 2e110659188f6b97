"""Networks for action values: plain, dueling, distributional, noisy."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn


class QSettings(Protocol):
    """What decides the shape of the network."""

    @property
    def hidden_size(self) -> int:
        """Units of each hidden layer."""

    @property
    def dueling(self) -> bool:
        """Whether the value of a state and the advantages of its actions have heads of their own."""

    @property
    def atoms(self) -> int:
        """Points of the distribution of returns; 1 learns the mean only."""

    @property
    def low(self) -> float:
        """The smallest return that the atoms can tell."""

    @property
    def high(self) -> float:
        """The largest return that the atoms can tell."""

    @property
    def noisy(self) -> bool:
        """Whether every layer but the first carries learned noise, in the place of epsilon."""

    @property
    def layer_norm(self) -> bool:
        """Whether each hidden layer is normalised."""


class NoisyLinear(nn.Module):
    """A linear layer whose weights carry learned noise, factorised by input and output (Fortunato et al. 2018)."""

    def __init__(self, inputs: int, outputs: int, spread: float = 0.5) -> None:
        super().__init__()
        bound = inputs**-0.5
        self.weight = nn.Parameter(torch.empty(outputs, inputs).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(outputs).uniform_(-bound, bound))
        self.weight_spread = nn.Parameter(torch.full((outputs, inputs), spread * bound))
        self.bias_spread = nn.Parameter(torch.full((outputs,), spread * bound))
        self.draw()

    def draw(self) -> None:
        """Draw new noise."""
        noise_in, noise_out = (self._shaped(torch.randn(size)) for size in self.weight.shape[::-1])
        self._weight_noise, self._bias_noise = torch.outer(noise_out, noise_in), noise_out

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer with the noise drawn last."""
        weight = self.weight + self.weight_spread * self._weight_noise
        return nn.functional.linear(x, weight, self.bias + self.bias_spread * self._bias_noise)

    @staticmethod
    def _shaped(noise: Tensor) -> Tensor:
        return noise.sign() * noise.abs().sqrt()


class QNetwork(nn.Module):
    """Action values of discrete actions.

    The output is (N, actions, atoms), with one atom where no distribution is learned.
    """

    support: Tensor

    def __init__(self, env: Any, settings: QSettings) -> None:
        super().__init__()
        inputs = int(np.prod(env.single_observation_space.shape))
        self.actions, self.atoms, self.dueling = int(env.single_action_space.n), settings.atoms, settings.dueling
        width = settings.hidden_size
        norms = [nn.LayerNorm(width) if settings.layer_norm else nn.Identity() for _ in range(2)]
        linear = NoisyLinear if settings.noisy else nn.Linear
        self.body = nn.Sequential(
            nn.Linear(inputs, width), norms[0], nn.ReLU(), linear(width, width), norms[1], nn.ReLU()
        )
        self.advantage = linear(width, self.actions * settings.atoms)
        self.value = linear(width, settings.atoms) if settings.dueling else None
        self.register_buffer("support", torch.linspace(settings.low, settings.high, settings.atoms))

    def forward(self, observations: Tensor) -> Tensor:
        """Return values, or logits over atoms, (N, actions, atoms)."""
        hidden = self.body(observations.float())
        advantage: Tensor = self.advantage(hidden).view(-1, self.actions, self.atoms)
        if self.value is None:
            return advantage
        value: Tensor = self.value(hidden).view(-1, 1, self.atoms)
        return value + advantage - advantage.mean(1, keepdim=True)

    def values(self, observations: Tensor) -> Tensor:
        """Return expected returns (N, actions)."""
        output = self(observations)
        if self.atoms == 1:
            expected: Tensor = output[:, :, 0]
        else:
            expected = (output.softmax(-1) * self.support).sum(-1)
        return expected

    def draw_noise(self) -> None:
        """Draw new noise in the noisy layers."""
        for module in self.modules():
            if isinstance(module, NoisyLinear):
                module.draw()


def project(probabilities: Tensor, reward: Tensor, discount: Tensor, support: Tensor) -> Tensor:
    """Move a distribution by the Bellman operator and put it back onto the atoms.

    Parameters
    ----------
    probabilities : Tensor (N, atoms)
        Of the next state's return.
    reward, discount : Tensor (N,)
        ``z -> reward + discount * z``.
    support : Tensor (atoms,)
        Evenly spaced; what falls outside goes to the nearest end, what falls between is shared by distance.

    References
    ----------
    Bellemare, Dabney and Munos 2017 (arXiv:1707.06887), algorithm 1.
    """
    width = support[1] - support[0]
    moved = (reward[:, None] + discount[:, None] * support).clamp(support[0], support[-1])
    place = ((moved - support[0]) / width).clamp(0, len(support) - 1)
    lower = place.floor().long()
    upper = (lower + 1).clamp(max=len(support) - 1)
    share = place - lower
    result = torch.zeros_like(probabilities)
    result.scatter_add_(1, lower, probabilities * (1 - share))
    result.scatter_add_(1, upper, probabilities * share)
    return result
