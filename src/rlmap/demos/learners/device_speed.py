"""What one call costs: calling the network, and carrying data to where it computes.

- ``forward``: ``rows`` observations go through a network of two hidden layers, ``chunk`` of them in each call;
- ``copy``: as many rows are copied to the device, ``chunk`` of them in each copy. On a GPU that is a transfer over
  the bus, without one it is a copy from memory to memory, and ``on_gpu`` says which it was.

A call has a fixed price (dispatch, launching kernels, waiting for the bus) and a price for each row; large chunks
share the fixed one among many rows. Clocks are read after the device has finished. A step is one pass over all rows.
Reports ``log_us`` (microseconds for one row, base-10 logarithm) and ``on_gpu`` (1 or 0).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rlmap.demos.parts.nets import mlp
from rlmap.demos.trial import Trial
from rlmap.errors import DemoError


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    task: str = "forward"
    chunk: int = 64
    rows: int = 2048
    inputs: int = 64
    width: int = 64


def make_task(settings: Settings, device: str) -> Callable[[Tensor], Tensor]:
    """Return what is done to each chunk (n, inputs), which lies in main memory for ``copy``.

    Raises
    ------
    DemoError
        If the task is unknown.
    """
    if settings.task == "copy":
        return lambda chunk: chunk.to(device, copy=True)
    if settings.task == "forward":
        return mlp([settings.inputs, settings.width, settings.width, 4]).to(device)
    raise DemoError(f"The task {settings.task!r} is unknown: forward or copy.")


def train(trial: Trial, settings: Settings) -> None:
    """Pass over all rows ``trial.steps`` times."""
    torch.manual_seed(trial.seed)
    task = make_task(settings, trial.device)
    home = trial.device if settings.task == "forward" else "cpu"
    chunks = torch.split(torch.randn(settings.rows, settings.inputs, device=home), settings.chunk)
    with torch.no_grad():
        task(chunks[0])  # the first call allocates and compiles
        for step in range(1, trial.steps + 1):
            _wait_for(trial.device)
            began = time.perf_counter()
            for chunk in chunks:
                task(chunk)
            _wait_for(trial.device)
            per_row_us = 1e6 * (time.perf_counter() - began) / settings.rows
            trial.report(step, log_us=math.log10(per_row_us), on_gpu=float(trial.device == "cuda"))


def _wait_for(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()
