"""A world model: pictures become a few numbers, and the future is dreamed in those.

Pictures of a swinging pendulum (``side`` x ``side`` pixels, two in a row) are encoded into ``latent`` numbers, a
transition network moves these on given the torque, a decoder draws the picture. All three learn together from random
swings: the next picture must be drawn from the latent that was moved on, for ``unroll`` steps in a row (Ha and
Schmidhuber 2018; Hafner et al. 2019).

Then the model is given one observation and ten torques, and dreams. A step is one gradient step. Reports
``dream_error`` (mean squared error of the tenth dreamed picture over the variance of pictures), ``next_error`` (of the
first) and ``loss``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from rlmap.demos.envs.pendulum import swing
from rlmap.demos.parts.nets import mlp
from rlmap.demos.trial import Schedule, Trial

DREAM = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``swings`` random swings of ``length`` steps are the data."""

    latent: int = 4
    side: int = 8
    hidden_size: int = 64
    unroll: int = 5
    swings: int = 200
    length: int = 30
    learning_rate: float = 2e-3
    batch_size: int = 64


def pictures(angle: np.ndarray, side: int) -> np.ndarray:
    """Return pictures (..., side * side) of the pendulum's tip, a bright spot on a dark ground."""
    grid = np.linspace(-1.3, 1.3, side)
    rows, columns = np.meshgrid(grid, grid, indexing="ij")
    away = (rows - np.cos(angle)[..., None, None]) ** 2 + (columns - np.sin(angle)[..., None, None]) ** 2
    drawn: np.ndarray = np.exp(-away / 0.15)
    return drawn.reshape(*angle.shape, side * side)


def record(settings: Settings, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return observations (swings, length, 2 * pixels), a picture and the one before, and torques (swings, length)."""
    angle = rng.uniform(-np.pi, np.pi, settings.swings)
    speed = rng.uniform(-4.0, 4.0, settings.swings)
    angles, torques = [angle], []
    for _ in range(settings.length + 1):
        torque = rng.uniform(-2.0, 2.0, settings.swings)
        angle, speed = swing(angle, speed, torque, 1.0, 10.0)
        angles.append(angle)
        torques.append(torque)
    drawn = pictures(np.stack(angles, axis=1), settings.side)
    seen = np.concatenate([drawn[:, 1:-1], drawn[:, :-2]], axis=-1)
    acted = np.stack(torques, axis=1)[:, 1:]
    return torch.as_tensor(seen, dtype=torch.float32), torch.as_tensor(acted, dtype=torch.float32)


class WorldModel(nn.Module):
    """Encoder, transition and decoder."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        pixels, hidden, latent = 2 * settings.side**2, settings.hidden_size, settings.latent
        self.encoder = mlp([pixels, hidden, latent], activation="relu")
        self.transition = mlp([latent + 1, hidden, latent], activation="relu")
        self.decoder = mlp([latent, hidden, pixels], activation="relu")

    def dream(self, observation: Tensor, torques: Tensor) -> Tensor:
        """Return the observations (N, T, pixels) that are expected after each torque (N, T)."""
        state = self.encoder(observation)
        drawn = []
        for t in range(torques.shape[1]):
            state = state + self.transition(torch.cat([state, torques[:, t : t + 1]], dim=-1))
            drawn.append(self.decoder(state))
        return torch.stack(drawn, dim=1)


def train(trial: Trial, settings: Settings) -> None:
    """Take ``trial.steps`` gradient steps."""
    torch.manual_seed(trial.seed)
    seen, torques = record(settings, trial.rng())
    test_seen, test_torques = record(settings, trial.rng(1))
    variance = float(test_seen.var())
    model = WorldModel(settings)
    optimiser = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
    rng = trial.rng(2)
    schedule = Schedule(trial.steps, 25)
    for step in range(1, trial.steps + 1):
        swings = torch.as_tensor(rng.integers(0, settings.swings, settings.batch_size))
        start = torch.as_tensor(rng.integers(0, settings.length - settings.unroll, settings.batch_size))
        window = start[:, None] + torch.arange(settings.unroll + 1)
        part = seen[swings[:, None], window]
        dreamed = model.dream(part[:, 0], torques[swings[:, None], window[:, :-1]])
        now = model.decoder(model.encoder(part[:, 0]))
        loss = ((dreamed - part[:, 1:]) ** 2).mean() + ((now - part[:, 0]) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if schedule.due(step):
            with trial.paused(), torch.no_grad():
                future = model.dream(test_seen[:, 0], test_torques[:, :DREAM])
                error = ((future - test_seen[:, 1 : DREAM + 1]) ** 2).mean((0, 2)) / variance
            trial.report(step, dream_error=float(error[-1]), next_error=float(error[0]), loss=float(loss.detach()))
