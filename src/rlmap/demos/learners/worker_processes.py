"""Environments in processes of their own.

Each of ``envs`` cart-poles takes ``wait_ms`` milliseconds for a step, waiting for something outside Python, as a
simulator, a game server or a robot makes it wait. ``workers = 0`` steps them one after the other in this process;
otherwise so many processes share them. Observations lie in shared memory: what travels through the pipes are actions
and a sign that a step is done. (PufferLib's own multiprocessing lets its workers spin instead of sleep between
steps: quicker where each has a core to itself, slower where they share one.)

A step is one step of all environments. Reports ``log_rate`` (environment steps per second, base-10 logarithm).
"""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.cartpole import CartPole
from rlmap.demos.trial import Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
WIDTH = 4
BLOCKS = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    workers: int = 0
    envs: int = 8
    wait_ms: float = 4.0


class WaitingEnvs:
    """Cart-poles that are stepped one after the other, each with a wait; they write into ``observations`` (n, 4)."""

    def __init__(self, observations: Array, first_seed: int, wait_ms: float) -> None:
        self.observations = observations
        self._envs = [CartPole(1, first_seed + k) for k in range(len(observations))]
        self._wait_s = wait_ms / 1e3
        for row, env in enumerate(self._envs):
            self.observations[row] = env.reset()[0][0]

    def step(self, actions: Array) -> None:
        """Advance all by one step."""
        for row, env in enumerate(self._envs):
            time.sleep(self._wait_s)
            self.observations[row] = env.step(actions[row : row + 1])[0][0]

    def close(self) -> None:
        """Nothing is held that needs closing."""


class WorkerEnvs:
    """The same, shared among processes that step side by side."""

    def __init__(self, settings: Settings, seed: int) -> None:
        each = settings.envs // settings.workers
        context = multiprocessing.get_context("fork")  # the children share the memory below by inheriting it
        shared = context.RawArray("f", settings.envs * WIDTH)
        self.observations: Array = np.frombuffer(shared, dtype=np.float32).reshape(settings.envs, WIDTH)
        self._pipes: list[Connection] = []
        self._processes = []
        for worker in range(settings.workers):
            ours, theirs = context.Pipe()
            rows = slice(worker * each, (worker + 1) * each)
            args = (theirs, self.observations[rows], seed + worker * each, settings.wait_ms)
            process = context.Process(target=_work, args=args, daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            pipe.recv()

    def step(self, actions: Array) -> None:
        """Advance all by one step; returns when the last worker is done."""
        for pipe, own in zip(self._pipes, np.split(actions, len(self._pipes)), strict=True):
            pipe.send(own)
        for pipe in self._pipes:
            pipe.recv()

    def close(self) -> None:
        """End the processes."""
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join()


def make_envs(settings: Settings, seed: int) -> WaitingEnvs | WorkerEnvs:
    """Return the environments, in this process or in workers.

    Raises
    ------
    DemoError
        If the environments cannot be shared evenly among the workers.
    """
    if settings.workers == 0:
        return WaitingEnvs(np.zeros((settings.envs, WIDTH), dtype=np.float32), seed, settings.wait_ms)
    if settings.workers < 0 or settings.envs % settings.workers:
        raise DemoError(f"envs = {settings.envs} cannot be shared evenly among workers = {settings.workers}.")
    return WorkerEnvs(settings, seed)


def train(trial: Trial, settings: Settings) -> None:
    """Step all environments ``trial.steps`` times with random actions."""
    rng = trial.rng()
    envs = make_envs(settings, trial.seed)
    try:
        done = 0
        for block in np.array_split(np.arange(trial.steps), min(BLOCKS, trial.steps)):
            began = time.perf_counter()
            for _ in block:
                envs.step(rng.integers(0, 2, settings.envs))
            done += len(block)
            rate = len(block) * settings.envs / (time.perf_counter() - began)
            trial.report(done, log_rate=float(np.log10(rate)))
    finally:
        envs.close()


def _work(pipe: Connection, observations: Array, first_seed: int, wait_ms: float) -> None:
    envs = WaitingEnvs(observations, first_seed, wait_ms)
    pipe.send(True)
    while True:
        try:
            actions = pipe.recv()
        except EOFError:  # the main process is gone
            return
        if actions is None:
            return
        envs.step(actions)
        pipe.send(True)
