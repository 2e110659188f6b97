"""How many digits do weights and calculations need? A linear fit with long training at a small rate.

A linear model learns a noisy linear map by gradient descent, in one of three ways:

- ``float32``: weights and calculations with 24 significant bits;
- ``bfloat16``: both with 8 significant bits, so a change below about 0.4 % of a weight is rounded away;
- ``mixed``: calculations in bfloat16, weights kept in float32 (Micikevicius et al. 2018, section 3.1).

A step is one gradient step. Reports ``log_error`` (mean squared error on fresh data above that of the true map, base-10
logarithm) and ``frozen`` (the fraction of weights that the last step did not change).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

#: Type of the calculations, type of the weights.
FORMATS = {
    "float32": (torch.float32, torch.float32),
    "bfloat16": (torch.bfloat16, torch.bfloat16),
    "mixed": (torch.bfloat16, torch.float32),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    precision: str = "float32"
    inputs: int = 32
    learning_rate: float = 0.01
    noise: float = 0.1
    batch: int = 64


def gradient_step(weights: Tensor, x: Tensor, y: Tensor, rate: float, compute: torch.dtype) -> Tensor:
    """Return the weights (inputs,) after one step on the squared error, calculated in ``compute``."""
    inputs, low = x.to(compute), weights.to(compute)
    error = inputs @ low - y.to(compute)
    gradient = 2 * inputs.T @ error / len(y)
    return weights - rate * gradient.to(weights.dtype)


def train(trial: Trial, settings: Settings) -> None:
    """Take ``trial.steps`` gradient steps."""
    if settings.precision not in FORMATS:
        raise DemoError(f"The precision {settings.precision!r} is unknown: {', '.join(FORMATS)}.")
    compute, keep = FORMATS[settings.precision]
    generator = torch.Generator().manual_seed(trial.seed)
    truth = torch.randn(settings.inputs, generator=generator).to(trial.device)
    weights = torch.zeros(settings.inputs, dtype=keep, device=trial.device)
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        x = torch.randn(settings.batch, settings.inputs, generator=generator).to(trial.device)
        y = x @ truth + settings.noise * torch.randn(settings.batch, generator=generator).to(trial.device)
        before, weights = weights, gradient_step(weights, x, y, settings.learning_rate, compute)
        if schedule.due(step):
            # Inputs have unit covariance, so the distance of the weights is the excess error.
            excess = float(((weights.float() - truth) ** 2).sum())
            frozen = float((weights == before).float().mean())
            trial.report(step, log_error=float(torch.tensor(excess).log10()), frozen=frozen)
