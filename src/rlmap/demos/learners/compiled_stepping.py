"""The same environment three times: a Python object for each copy, arrays in NumPy, a loop in C.

All three walk the corridor of ``envs.corridor`` with the same random actions, and are checked to pay the same rewards
before the clock starts. The C version (``rlmap/demos/native/corridor.c``) is compiled by the machine's C compiler when
it is first needed.

A step is one step of all ``copies``. Reports ``log_rate``: steps of single copies per second, base-10 logarithm.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.corridor import Corridor
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]
#: Takes actions (copies,), returns rewards (copies,).
Stepper = Callable[[Array], Array]
SOURCE = Path(__file__).resolve().parents[1] / "native" / "corridor.c"
LENGTH, START, NEAR, FAR = 8, 2, 0.2, 1.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    written_in: str = "numpy"
    copies: int = 1024


class Walker:
    """One corridor as a Python object."""

    def __init__(self) -> None:
        self.cell = START

    def step(self, action: int) -> float:
        """Move, and start anew at an end; return the reward."""
        self.cell += 1 if action else -1
        if self.cell == 0:
            self.cell = START
            return NEAR
        if self.cell == LENGTH:
            self.cell = START
            return FAR
        return 0.0


def python_stepper(copies: int) -> Stepper:
    """Return a stepper of ``copies`` Python objects."""
    walkers = [Walker() for _ in range(copies)]
    return lambda actions: np.array([one.step(action) for one, action in zip(walkers, actions, strict=True)])


def numpy_stepper(copies: int) -> Stepper:
    """Return a stepper of the vectorised environment."""
    env = Corridor(copies, length=LENGTH, near=START, near_reward=NEAR, far_reward=FAR, max_steps=0)
    env.reset(0)
    return lambda actions: env.step(actions)[1]


def c_stepper(copies: int, folder: Path) -> Stepper:
    """Compile the C version into ``folder`` and return its stepper.

    Raises
    ------
    DemoError
        If there is no C compiler, or it fails.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise DemoError("The arm written in C needs a C compiler: install gcc or clang.")
    library = folder / "corridor.so"
    command = [compiler, "-O3", "-shared", "-fPIC", "-o", str(library), str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - all made here
    if done.returncode:
        raise DemoError(f"The C compiler failed on {SOURCE.name}: {done.stderr.strip().splitlines()[-1]}")
    function = ctypes.CDLL(str(library)).corridor_step
    cells = np.full(copies, START, dtype=np.int32)
    observations = np.zeros((copies, LENGTH + 1), dtype=np.float32)
    observations[:, START] = 1.0
    rewards, terminals = np.zeros(copies, dtype=np.float32), np.zeros(copies, dtype=np.uint8)
    fixed = (ctypes.c_int(copies), ctypes.c_int(LENGTH), ctypes.c_int(START), ctypes.c_float(NEAR), ctypes.c_float(FAR))
    written = [ctypes.c_void_p(array.ctypes.data) for array in (cells, observations, rewards, terminals)]

    def step(actions: Array) -> Array:
        actions = np.ascontiguousarray(actions, dtype=np.int32)
        function(*fixed, ctypes.c_void_p(actions.ctypes.data), *written)
        return rewards

    step.keep = (cells, observations, rewards, terminals)  # type: ignore[attr-defined]  # C holds only addresses
    return step


def make_stepper(settings: Settings, folder: Path) -> Stepper:
    """Return the stepper that the settings name."""
    if settings.written_in == "python":
        return python_stepper(settings.copies)
    if settings.written_in == "numpy":
        return numpy_stepper(settings.copies)
    if settings.written_in == "c":
        return c_stepper(settings.copies, folder)
    raise DemoError(f"There is no version written in {settings.written_in!r}: python, numpy or c.")


def train(trial: Trial, settings: Settings) -> None:
    """Step all copies ``trial.steps`` times."""
    rng = trial.rng()
    actions = rng.integers(0, 2, (64, settings.copies)).astype(np.int32)
    with tempfile.TemporaryDirectory() as folder:
        stepper = make_stepper(settings, Path(folder))
        reference = numpy_stepper(settings.copies)
        for row in actions[:16]:
            if not np.allclose(stepper(row), reference(row)):
                raise DemoError(f"The version written in {settings.written_in} pays other rewards than the others.")
        schedule = Schedule(trial.steps, 20)
        began, last = time.perf_counter(), 0
        for step in range(1, trial.steps + 1):
            stepper(actions[step % 64])
            if schedule.due(step):
                now = time.perf_counter()
                rate = (step - last) * settings.copies / (now - began)
                trial.report(step, log_rate=float(np.log10(rate)))
                began, last = time.perf_counter(), step
