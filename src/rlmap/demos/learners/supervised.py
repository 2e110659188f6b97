"""A network fitted to examples, with one habit of training changed at a time.

A random network (the teacher: one hidden layer of 16 tanh units, then scaled to unit variance) labels normal inputs;
a network that knows nothing of it learns the labels by minibatch gradient steps on the squared error. With probability
``outliers`` a training label is replaced by one that is 50 times as large; ``input_scale`` stretches the inputs of the
learner (never the teacher's) from 1 for the first to that number for the last, evenly on a logarithmic scale.

A step is one gradient step. Reports ``log_loss`` (mean squared error on 1,000 fresh examples with clean
labels, base-10 logarithm; 0 is as good as always answering the mean) and ``gradient_norm`` (of the last batch, before
clipping).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rlmap.demos.parts.nets import mlp
from rlmap.demos.parts.optimisers import make_optimiser
from rlmap.demos.trial import Schedule, Trial

TEACHER_UNITS = 16
OUTLIER_SCALE = 50.0
TESTS = 1_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``max_grad_norm = 0`` does not clip."""

    inputs: int = 8
    width: int = 64
    layers: int = 2
    activation: str = "tanh"
    init: str = "default"
    layer_norm: bool = False
    optimiser: str = "adam"
    learning_rate: float = 3e-3
    batch: int = 64
    max_grad_norm: float = 0.0
    outliers: float = 0.0
    input_scale: float = 1.0


class Teacher:
    """Draws examples: inputs (n, inputs) as the learner sees them, and labels (n, 1) of variance about 1."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self._random = torch.Generator().manual_seed(seed)
        self._hidden = 1.5 * self._normal(settings.inputs, TEACHER_UNITS) / math.sqrt(settings.inputs)
        self._readout = self._normal(TEACHER_UNITS, 1)
        self._inputs = settings.inputs
        self._scale = torch.logspace(0.0, math.log10(settings.input_scale), settings.inputs)
        labels = self._label(self._normal(4 * TESTS, settings.inputs))
        self._mean, self._deviation = labels.mean(), labels.std()

    def draw(self, count: int, outliers: float = 0.0) -> tuple[Tensor, Tensor]:
        """Return inputs and labels, of which the fraction ``outliers`` is 50 times too large."""
        x = self._normal(count, self._inputs)
        y = (self._label(x) - self._mean) / self._deviation
        wrong = torch.rand(count, 1, generator=self._random) < outliers
        return x * self._scale, torch.where(wrong, OUTLIER_SCALE * y, y)

    def _normal(self, *shape: int) -> Tensor:
        return torch.randn(*shape, generator=self._random)

    def _label(self, x: Tensor) -> Tensor:
        return torch.tanh(x @ self._hidden) @ self._readout


def train(trial: Trial, settings: Settings) -> None:
    """Take ``trial.steps`` gradient steps."""
    torch.manual_seed(trial.seed)
    teacher = Teacher(settings, trial.seed)
    sizes = [settings.inputs, *[settings.width] * settings.layers, 1]
    net = mlp(sizes, activation=settings.activation, layer_norm=settings.layer_norm, init=settings.init)
    net.to(trial.device)
    optimiser = make_optimiser(settings.optimiser, net.parameters(), settings.learning_rate)
    tests = [part.to(trial.device) for part in teacher.draw(TESTS)]
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        x, y = (part.to(trial.device) for part in teacher.draw(settings.batch, settings.outliers))
        loss = ((net(x) - y) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(net.parameters(), settings.max_grad_norm or math.inf)
        optimiser.step()
        if schedule.due(step):
            with trial.paused(), torch.no_grad():
                error = float(((net(tests[0]) - tests[1]) ** 2).mean())
            trial.report(step, log_loss=math.log10(error), gradient_norm=float(norm))
