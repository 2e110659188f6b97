"""Starts, follows, cancels and finds runs. Each run is a process of its own, described by its folder.

``<runs_dir>/<run id>/`` holds ``plan.json`` (what to run), ``events.jsonl`` (what happened),
``worker.log`` (what was printed), ``process.json``, ``heartbeat``, checkpoints, and ``alive.lock``.
That lock is taken here and handed to the worker as an open file: the kernel drops it when the
worker is gone, however it went, so "is it alive" needs no process table and cannot mistake
another process for it. Everything is on disk, so a program that restarts finds its runs again.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from rlmap.demos.events import EventReader, encode_event, is_last
from rlmap.demos.plan import Plan, Scalar, make_plan
from rlmap.errors import DemoError, StorageError, UnknownNameError
from rlmap.types import Budget, DemoSpec, Device, Event, Failed, Finished

State = Literal["waiting", "running", "finished", "failed", "cancelled"]

PLAN = TypeAdapter(Plan)
_POLL_S = 0.1
_GRACE_S = 3.0


@dataclass(frozen=True, slots=True)
class RunHandle:
    """A run, alive or over."""

    run_id: str
    folder: Path

    @property
    def events_path(self) -> Path:
        """The file of events."""
        return self.folder / "events.jsonl"


def start_run(
    spec: DemoSpec,
    *,
    budget: Budget,
    device: Device,
    runs_dir: Path,
    seeds: Sequence[int] | None = None,
    overrides: Mapping[str, Scalar] | None = None,
    steps: int | None = None,
    detached: bool = True,
) -> RunHandle:
    """Start a run in a process of its own and return at once.

    Runs wait for each other: one at a time per folder of runs, in the order in which they were started.

    Parameters
    ----------
    spec : DemoSpec
        The demo.
    budget : {"quick", "full"}
        How long, and how many seeds.
    device : {"auto", "cpu", "cuda"}
        Where to train.
    runs_dir : Path
        The folder of runs.
    seeds : sequence of int, optional
        Instead of 1, 2, ... as many as the budget says.
    overrides : mapping, optional
        Settings to change; see :func:`rlmap.demos.plan.planned_arms`.
    steps : int, optional
        Instead of the budget's.
    detached : bool
        Whether the run outlives this program. If not, it ends when this program does.

    Raises
    ------
    DemoError
        If an argument is unusable, PufferLib is missing, or there is no such device.
    StorageError
        If the folder cannot be written.
    """
    _require_packages()
    plan = make_plan(spec, budget=budget, device=device, seeds=seeds, overrides=overrides, steps=steps)
    handle = RunHandle(plan.run_id, runs_dir / plan.run_id)
    try:
        handle.folder.mkdir(parents=True)
        (handle.folder / "plan.json").write_bytes(PLAN.dump_json(plan, indent=2))
        _spawn(handle, detached)
    except OSError as error:
        raise StorageError(f"The run cannot be started in {runs_dir}: {error.strerror}.") from error
    return handle


def follow(handle: RunHandle) -> Iterator[Event]:
    """Yield the events of a run from its beginning, waiting for new ones, until it is over.

    The last one is ``Finished``, or ``Failed`` without an arm. A worker that was killed writes
    none: then the ``Failed`` is written here.
    """
    reader = EventReader(handle.events_path)
    while True:
        alive = is_alive(handle)  # asked before reading, so nothing written before its end is missed
        for event in reader.poll():
            yield event
            if is_last(event):
                return
        if not alive:
            yield _settle(handle)
            return
        time.sleep(_POLL_S)


def cancel(handle: RunHandle) -> None:
    """End a run and all its processes; returns when they are gone. Nothing happens to one that is over."""
    if not is_alive(handle):
        return
    (handle.folder / "cancelled").touch()
    group = json.loads((handle.folder / "process.json").read_text(encoding="utf-8"))["pid"]
    for stop in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(group, stop)
        except ProcessLookupError:
            break
        deadline = time.monotonic() + _GRACE_S
        while is_alive(handle) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not is_alive(handle):
            break
    if last_event(handle) is None:
        _settle(handle)


def open_run(run_id: str, runs_dir: Path) -> RunHandle:
    """Return the run ``run_id``.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    for handle in list_runs(runs_dir):
        if handle.run_id == run_id:
            return handle
    raise UnknownNameError("run", run_id)


def list_runs(runs_dir: Path) -> list[RunHandle]:
    """Return all runs, oldest first."""
    return [RunHandle(path.parent.name, path.parent) for path in sorted(runs_dir.glob("*/plan.json"))]


def read_plan(handle: RunHandle) -> Plan:
    """Return what a run was asked to do."""
    return PLAN.validate_json((handle.folder / "plan.json").read_bytes())


def read_events(handle: RunHandle) -> list[Event]:
    """Return the events so far, without waiting."""
    return EventReader(handle.events_path).poll()


def last_event(handle: RunHandle) -> Finished | Failed | None:
    """Return the event that ended a run, ``None`` while there is none."""
    events = read_events(handle)
    return events[-1] if events and is_last(events[-1]) else None  # type: ignore[return-value]  # is_last says so


def is_over(handle: RunHandle) -> bool:
    """Whether the event that ends a run is written."""
    return last_event(handle) is not None


def queue(runs_dir: Path) -> list[RunHandle]:
    """Return the runs that are not over, in the order in which they go: the first one is running."""
    return [handle for handle in list_runs(runs_dir) if is_alive(handle) and not is_over(handle)]


def run_state(handle: RunHandle) -> State:
    """Return where a run stands; ``waiting`` means that another run goes first."""
    end = last_event(handle)
    if end is None and not is_alive(handle):
        end = _settle(handle)
    if isinstance(end, Finished):
        return "finished"
    if isinstance(end, Failed):
        return "cancelled" if end.cancelled else "failed"
    return "running" if handle.events_path.exists() else "waiting"


def is_alive(handle: RunHandle) -> bool:
    """Whether the worker of a run, or a process that it started, still exists."""
    try:
        with (handle.folder / "alive.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _spawn(handle: RunHandle, detached: bool) -> None:
    lock = (handle.folder / "alive.lock").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    command = [sys.executable, "-m", "rlmap.demos.worker", str(handle.folder)]
    if not detached:
        command += ["--parent", str(os.getpid())]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    with lock, (handle.folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - a fixed command line; the folder's name is made here
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock.fileno(),),
            env=environment,
        )
    (handle.folder / "process.json").write_text(json.dumps({"pid": process.pid}), encoding="utf-8")


def _settle(handle: RunHandle) -> Finished | Failed:
    """Write the end that a dead worker could not write; where the disk is full, only return it."""
    end = last_event(handle)
    if end is not None:
        return end
    cancelled = (handle.folder / "cancelled").exists()
    log = (handle.folder / "worker.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last_line = log[-1] if log else "it could not say why. Was it killed, or is the disk full?"
    reason = "The run was cancelled." if cancelled else f"The run's process ended without a result: {last_line}"
    failed = Failed(reason, None, None, cancelled, time.time() - handle.folder.stat().st_mtime)
    with contextlib.suppress(OSError), handle.events_path.open("ab") as file:
        # A worker that died while writing leaves half a line, which would spoil the next one.
        file.truncate(EventReader(handle.events_path).complete_bytes())
        file.write(encode_event(failed).encode())
    return failed


def _require_packages() -> None:
    for module, command in (
        ("torch", "pip install torch"),
        ("pufferlib", "pip install --no-deps pufferlib-core==3.0.23"),
        ("psutil", "pip install 'rlmap[demos]'"),
    ):
        if find_spec(module) is None:
            raise DemoError(f"The demos need {module}: install it with {command}.")
