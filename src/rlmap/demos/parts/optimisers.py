"""Optimisers by name, and Muon, which PyTorch's users write themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from rlmap.errors import DemoError

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrix: Tensor, steps: int = 5) -> Tensor:
    """Return a matrix with the same singular vectors and all singular values near 1.

    Five steps of a Newton-Schulz iteration whose quintic polynomial was chosen for speed: values end between
    about 0.7 and 1.2.

    Parameters
    ----------
    matrix : Tensor (rows, columns)
        Not all zeros.
    steps : int
        Iterations.

    References
    ----------
    Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks".
    """
    a, b, c = _COEFFICIENTS
    wide = matrix.shape[0] <= matrix.shape[1]
    x: Tensor = matrix if wide else matrix.T
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x if wide else x.T


class Muon(torch.optim.Optimizer):
    """Momentum whose update is orthogonalised for each matrix; vectors are updated by Adam with the same rate.

    Parameters
    ----------
    params : iterable of Tensor
        Parameters.
    lr : float
        Learning rate. A matrix moves by ``lr * sqrt(max(1, rows / columns))`` in every singular direction.
    momentum : float
        Decay of the momentum.
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 0.02, momentum: float = 0.95) -> None:
        parameters = list(params)
        super().__init__(parameters, {"lr": lr, "momentum": momentum})
        vectors = [parameter for parameter in parameters if parameter.ndim < 2]
        self._adam = torch.optim.Adam(vectors, lr=lr) if vectors else None

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]  # no closure here
        """Update all parameters from their gradients."""
        assert closure is None
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.ndim < 2 or parameter.grad is None:
                    continue
                flat = parameter.grad.reshape(len(parameter), -1)
                buffer = self.state[parameter].setdefault("momentum", torch.zeros_like(flat))
                buffer.mul_(group["momentum"]).add_(flat)
                update = orthogonalise(flat + group["momentum"] * buffer)
                scale = max(1.0, update.shape[0] / update.shape[1]) ** 0.5
                parameter.sub_((group["lr"] * scale * update).view_as(parameter))
        if self._adam is not None:
            self._adam.step()


def make_optimiser(name: str, parameters: Iterable[Tensor], rate: float) -> torch.optim.Optimizer:
    """Return the optimiser ``sgd``, ``momentum``, ``adam`` or ``muon``.

    Raises
    ------
    DemoError
        If the name is unknown.
    """
    makers: dict[str, Callable[[Any], torch.optim.Optimizer]] = {
        "sgd": lambda p: torch.optim.SGD(p, lr=rate),
        "momentum": lambda p: torch.optim.SGD(p, lr=rate, momentum=0.9),
        "adam": lambda p: torch.optim.Adam(p, lr=rate),
        "muon": lambda p: Muon(p, lr=rate),
    }
    if name not in makers:
        raise DemoError(f"The optimiser {name!r} is unknown: use {', '.join(makers)}.")
    return makers[name](parameters)
