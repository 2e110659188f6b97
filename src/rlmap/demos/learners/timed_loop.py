"""A training loop with a stopwatch on each of its parts: where does the time go?

Copies of an environment act with a small NumPy network, transitions go into a memory, a minibatch is drawn and the
network's value head takes a gradient step on its TD error. Each part can be written slowly or quickly:

- ``environment``: ``looped`` steps the copies one after the other, ``vectorised`` in one call;
- ``sampling``: ``shuffle`` permutes all indices of the memory and takes the first ones, ``draw`` draws only as many as
  are needed;
- ``width`` decides what acting and learning cost.

Making a part with share ``p`` of the time ``s`` times faster makes the whole ``1 / (1 - p + p / s)`` times faster
(Amdahl 1967). A step is one step of all copies. Reports ``log_rate`` (environment steps per second, base-10 logarithm)
and the shares of the time, ``share_environment``, ``share_acting``, ``share_sampling`` and ``share_learning``.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
BATCH = 64
DISCOUNT = 0.99
RATE = 1e-3
PARTS = ("environment", "acting", "sampling", "learning")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    environment: str = "vectorised"
    sampling: str = "draw"
    width: int = 64
    copies: int = 16
    memory: int = 100_000


class Stopwatch:
    """Adds up the seconds spent in named parts."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def timing(self, part: str) -> Iterator[None]:
        """Add the time spent inside to ``part``."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] += time.perf_counter() - began

    def shares(self) -> dict[str, float]:
        """Return the fraction of the total that each part took."""
        total = sum(self.seconds.values())
        return {part: seconds / total for part, seconds in self.seconds.items()}


class ValueNetwork:
    """One hidden layer of tanh units with heads for two actions and a value."""

    def __init__(self, inputs: int, width: int, rng: np.random.Generator) -> None:
        self.hidden = rng.normal(size=(inputs, width)) / np.sqrt(inputs)
        self.heads = rng.normal(size=(width, 3)) / np.sqrt(width)

    def act(self, observations: Array) -> Array:
        """Return the preferred action of each row."""
        scores: Array = (np.tanh(observations @ self.hidden) @ self.heads)[:, :2].argmax(axis=1)
        return scores

    def learn(self, before: Array, reward: Array, after: Array) -> None:
        """Take one semi-gradient step on the TD error of the value head."""
        units = np.tanh(before @ self.hidden)
        future = np.tanh(after @ self.hidden) @ self.heads[:, 2]
        error = reward + DISCOUNT * future - units @ self.heads[:, 2]
        back = np.outer(error, self.heads[:, 2]) * (1 - units**2)
        self.heads[:, 2] += RATE * units.T @ error / len(error)
        self.hidden += RATE * before.T @ back / len(error)


def sample_rows(how: str, size: int, rng: np.random.Generator) -> Array:
    """Return the indices of a minibatch from a memory of ``size`` transitions."""
    return rng.permutation(size)[:BATCH] if how == "shuffle" else rng.integers(0, size, BATCH)


def train(trial: Trial, settings: Settings) -> None:
    """Run the loop for ``trial.steps`` steps of all copies."""
    if settings.environment not in ("looped", "vectorised") or settings.sampling not in ("shuffle", "draw"):
        raise DemoError("environment must be looped or vectorised, and sampling shuffle or draw.")
    rng = trial.rng()
    looped = settings.environment == "looped"
    envs = [trial.make_env(1, k) for k in range(settings.copies)] if looped else [trial.make_env(settings.copies)]
    now = np.concatenate([env.reset(trial.seed + k)[0] for k, env in enumerate(envs)])
    net = ValueNetwork(now.shape[1], settings.width, rng)
    memory = np.zeros((settings.memory, 2 * now.shape[1] + 1), dtype=np.float32)
    watch, schedule, mark = Stopwatch(), Schedule(trial.steps, 10), (0, time.perf_counter())
    for step in range(1, trial.steps + 1):
        with watch.timing("acting"):
            actions = net.act(now)
        with watch.timing("environment"):
            following, reward = _advance(envs, actions)
        with watch.timing("sampling"):
            rows = np.arange(step * settings.copies, (step + 1) * settings.copies) % settings.memory
            memory[rows] = np.concatenate([now, reward[:, None], following], axis=1)
            batch = memory[sample_rows(settings.sampling, settings.memory, rng)]
        with watch.timing("learning"):
            width = now.shape[1]
            net.learn(batch[:, :width], batch[:, width], batch[:, width + 1 :])
        now = following
        if schedule.due(step):
            rate = settings.copies * (step - mark[0]) / (time.perf_counter() - mark[1])
            shares = {f"share_{part}": watch.shares()[part] for part in PARTS}
            trial.report(step, log_rate=float(np.log10(rate)), **shares)
            mark = (step, time.perf_counter())


def _advance(envs: list[Any], actions: Array) -> tuple[Array, Array]:
    per_env = np.split(actions, len(envs))
    results = [env.step(own) for env, own in zip(envs, per_env, strict=True)]
    return np.concatenate([r[0] for r in results]), np.concatenate([r[1] for r in results])
