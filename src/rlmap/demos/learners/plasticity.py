"""A network that learned much may learn worse: loss of plasticity.

The same network is trained on one regression task after the other; each task is a new random network to imitate, on
inputs whose order is shuffled anew. A fresh network would do equally well on each. A network that is trained on and on
fits later tasks worse (Dohare et al. 2024; Lyle et al. 2023).

``remedy``: ``none``; ``layer-norm`` in the network; ``shrink-and-perturb``: at the start of a task all weights are
multiplied by 0.5 and disturbed (Ash and Adams 2020); ``reset``: a fresh network for each task, the yardstick.

A step is one gradient step. Reports, at the end of each task, ``final_log_loss`` (base 10, on fresh inputs), ``task``
and ``dead``: the share of hidden units that are 0 for all inputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rlmap.demos.parts.nets import mlp
from rlmap.demos.trial import Trial
from rlmap.errors import DemoError


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    remedy: str = "none"
    steps_per_task: int = 150
    inputs: int = 16
    width: int = 32
    learning_rate: float = 1e-2
    batch_size: int = 64


def train(trial: Trial, settings: Settings) -> None:
    """Train on tasks for ``trial.steps`` gradient steps."""
    if settings.remedy not in {"none", "layer-norm", "shrink-and-perturb", "reset"}:
        raise DemoError(f"The remedy {settings.remedy!r} is unknown: none, layer-norm, shrink-and-perturb, reset.")
    torch.manual_seed(trial.seed)
    network = _fresh(settings)
    optimiser = torch.optim.Adam(network.parameters(), lr=settings.learning_rate)
    for task in range(1, max(2, trial.steps // settings.steps_per_task) + 1):
        if task > 1 and settings.remedy in {"shrink-and-perturb", "reset"}:
            keep = 0.5 if settings.remedy == "shrink-and-perturb" else 0.0
            _mix(network, _fresh(settings), keep)
            optimiser = torch.optim.Adam(network.parameters(), lr=settings.learning_rate)
        teacher = mlp([settings.inputs, 32, 1], activation="tanh", init="orthogonal")
        for _ in range(settings.steps_per_task):
            x = torch.randn(settings.batch_size, settings.inputs)
            loss = _loss(network, teacher, x)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
            optimiser.step()
        with trial.paused(), torch.no_grad():
            x = torch.randn(1000, settings.inputs)
            final = float(_loss(network, teacher, x).log10())
            dead = float((network[:-1](x) <= 0).all(0).float().mean())
        trial.report(task * settings.steps_per_task, final_log_loss=final, task=task, dead=dead)


def _fresh(settings: Settings) -> nn.Sequential:
    norm = settings.remedy == "layer-norm"
    return mlp([settings.inputs, settings.width, settings.width, 1], activation="relu", layer_norm=norm)


def _mix(network: nn.Module, fresh: nn.Module, keep: float) -> None:
    with torch.no_grad():
        for old, new in zip(network.parameters(), fresh.parameters(), strict=True):
            old.mul_(keep).add_(new, alpha=1.0 - keep)


def _loss(network: nn.Module, teacher: nn.Module, x: Tensor) -> Tensor:
    with torch.no_grad():
        wanted = teacher(x)
    error: Tensor = ((network(x) - wanted) ** 2).mean()
    return error
