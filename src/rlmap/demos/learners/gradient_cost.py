"""What a gradient costs: one backward pass, or one evaluation for each parameter.

A network with one hidden layer of ``width`` units is differentiated by backpropagation (reverse mode: one pass gives
all derivatives; Rumelhart, Hinton and Williams 1986), by forward differences, or by forward-mode dual numbers, one
parameter at a time. A step is one gradient. Reports ``log_ms`` (milliseconds for one full gradient, base-10
logarithm), ``parameters`` and ``agreement`` (relative distance from backpropagation).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, jvp

from rlmap.demos.trial import Trial
from rlmap.errors import DemoError


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "backward"
    width: int = 32
    inputs: int = 8
    batch: int = 32


def train(trial: Trial, settings: Settings) -> None:
    """Compute ``trial.steps`` gradients."""
    torch.manual_seed(trial.seed)
    net = nn.Sequential(nn.Linear(settings.inputs, settings.width), nn.Tanh(), nn.Linear(settings.width, 1)).double()
    names = [name for name, _ in net.named_parameters()]
    shapes = [parameter.shape for parameter in net.parameters()]
    point = torch.cat([parameter.detach().flatten() for parameter in net.parameters()])
    x, y = torch.randn(settings.batch, settings.inputs).double(), torch.randn(settings.batch, 1).double()

    def loss(flat: Tensor) -> Tensor:
        parts = torch.split(flat, [shape.numel() for shape in shapes])
        weights = {name: part.view(shape) for name, part, shape in zip(names, parts, shapes, strict=True)}
        output: Tensor = functional_call(net, weights, (x,))
        return ((output - y) ** 2).mean()

    reference = backward(loss, point)
    methods = {"backward": backward, "forward": forward_mode, "differences": differences}
    if settings.method not in methods:
        raise DemoError(f"The method {settings.method!r} is unknown: {', '.join(methods)}.")
    for step in range(1, trial.steps + 1):
        began = time.perf_counter()
        found = methods[settings.method](loss, point)
        elapsed_ms = 1e3 * (time.perf_counter() - began)
        distance = float((found - reference).norm() / reference.norm())
        trial.report(step, log_ms=float(np.log10(elapsed_ms)), parameters=len(point), agreement=distance)


def backward(loss: Callable[[Tensor], Tensor], point: Tensor) -> Tensor:
    """Return the gradient by one backward pass."""
    variable = point.clone().requires_grad_()
    loss(variable).backward()  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
    assert variable.grad is not None
    return variable.grad


def forward_mode(loss: Callable[[Tensor], Tensor], point: Tensor) -> Tensor:
    """Return the gradient by one forward pass with dual numbers for each parameter."""
    return torch.stack([jvp(loss, (point,), (direction,))[1] for direction in torch.eye(len(point)).double()])


def differences(loss: Callable[[Tensor], Tensor], point: Tensor, step: float = 1e-6) -> Tensor:
    """Return the gradient by central differences, two evaluations for each parameter."""
    with torch.no_grad():
        moves = step * torch.eye(len(point)).double()
        return torch.stack([(loss(point + move) - loss(point - move)) / (2 * step) for move in moves])
