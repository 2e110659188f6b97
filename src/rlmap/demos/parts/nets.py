"""Small networks for the single-file learners."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from rlmap.errors import DemoError

ACTIVATIONS: dict[str, type[nn.Module]] = {"tanh": nn.Tanh, "relu": nn.ReLU, "gelu": nn.GELU}
INITIALISATIONS = ("default", "orthogonal", "large", "small")


def mlp(
    sizes: Sequence[int], *, activation: str = "tanh", layer_norm: bool = False, init: str = "default"
) -> nn.Sequential:
    """Return a network of linear layers.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden widths, outputs.
    activation : {"tanh", "relu", "gelu"}
        After each hidden layer.
    layer_norm : bool
        Whether hidden layers are normalised before the activation (Ba, Kiros and Hinton 2016).
    init : {"default", "orthogonal", "large", "small"}
        PyTorch's own; orthogonal matrices of gain ``sqrt(2)`` (Saxe et al. 2014); normal of deviation 1, or 0.01.

    Raises
    ------
    DemoError
        If a name is unknown.
    """
    if activation not in ACTIVATIONS or init not in INITIALISATIONS:
        raise DemoError(f"Unknown activation {activation!r} or initialisation {init!r}.")
    layers: list[nn.Module] = []
    for number, (width_in, width_out) in enumerate(pairwise(sizes)):
        linear = nn.Linear(width_in, width_out)
        _initialise(linear, init)
        layers.append(linear)
        if number < len(sizes) - 2:
            if layer_norm:
                layers.append(nn.LayerNorm(width_out))
            layers.append(ACTIVATIONS[activation]())
    return nn.Sequential(*layers)


def _initialise(linear: nn.Linear, init: str) -> None:
    if init == "default":
        return
    if init == "orthogonal":
        nn.init.orthogonal_(linear.weight, 2**0.5)
    else:
        nn.init.normal_(linear.weight, std=1.0 if init == "large" else 0.01)
    nn.init.zeros_(linear.bias)


def soft_update(target: nn.Module, source: nn.Module, rate: float) -> None:
    """Move the parameters of ``target`` towards those of ``source`` by the share ``rate``."""
    with torch.no_grad():
        for slow, fast in zip(target.parameters(), source.parameters(), strict=True):
            slow.lerp_(fast, rate)


def trainable(module: nn.Module) -> list[nn.Parameter]:
    """Return the parameters that are learned."""
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def flat_gradient(loss: Tensor, module: nn.Module, *, keep: bool = False) -> Tensor:
    """Return the gradient of ``loss`` for all learned parameters as one vector."""
    parameters = trainable(module)
    pieces = torch.autograd.grad(loss, parameters, create_graph=keep, retain_graph=True, allow_unused=True)
    return torch.cat(
        [
            (torch.zeros_like(parameter) if piece is None else piece).reshape(-1)
            for piece, parameter in zip(pieces, parameters, strict=True)
        ]
    )
