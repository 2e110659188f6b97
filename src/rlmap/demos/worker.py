"""The process of one run: ``python -m rlmap.demos.worker <folder of the run> [--parent PID]``.

Waits for its turn, runs the plan, writes events. A second thread keeps the heart-beat and ends the
process when it takes too long, uses too much memory, is told to stop, or has lost its parent.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TextIO

import psutil

from rlmap.demos.events import write_event
from rlmap.demos.experiment import run_plan
from rlmap.demos.plan import Plan
from rlmap.demos.runner import PLAN, RunHandle, is_alive, last_event, list_runs
from rlmap.types import Event, Failed

#: A run may use so much of the machine's memory.
MEMORY_SHARE = 0.6
_BEAT_S = 0.5
_TURN_POLL_S = 0.1
_EXIT_STOPPED = 3


class Journal:
    """Writes events, one thread at a time, and nothing after the last."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def emit(self, event: Event) -> None:
        """Write ``event``."""
        with self._lock:
            write_event(self._file, event)

    def end(self, reason: str, *, cancelled: bool, time_s: float) -> None:
        """Write the failure and leave the process; whatever else it was doing stops here."""
        self._lock.acquire()
        write_event(self._file, Failed(reason, None, None, cancelled, time_s))
        os._exit(_EXIT_STOPPED)


class Watchdog(threading.Thread):
    """Ends the run when a limit is passed."""

    def __init__(self, journal: Journal, folder: Path, max_seconds: float, parent: int | None) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._journal = journal
        self._folder = folder
        self._max_seconds = max_seconds
        self._parent = parent
        self._max_bytes = MEMORY_SHARE * psutil.virtual_memory().total
        self._began = time.monotonic()
        self.stopping = threading.Event()

    def run(self) -> None:
        """Look twice a second."""
        process = psutil.Process()
        while True:
            self.stopping.wait(_BEAT_S)
            (self._folder / "heartbeat").touch()
            elapsed = time.monotonic() - self._began
            if self.stopping.is_set():
                self._journal.end("The run was cancelled.", cancelled=True, time_s=elapsed)
            if self._parent is not None and os.getppid() != self._parent:
                self._journal.end("The program that started the run is gone.", cancelled=True, time_s=elapsed)
            if elapsed > self._max_seconds:
                reason = f"The run took longer than its limit of {self._max_seconds:g} s."
                self._journal.end(reason, cancelled=False, time_s=elapsed)
            if process.memory_info().rss > self._max_bytes:
                reason = f"The run used more memory than its limit of {self._max_bytes / 2**30:.1f} GB."
                self._journal.end(reason, cancelled=False, time_s=elapsed)


def main() -> int:
    """Run the plan in the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Run one demo (started by rlmap).")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parent", type=int)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    plan = PLAN.validate_json((folder / "plan.json").read_bytes())
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with (folder.parent / "turn.lock").open("wb") as turn:
        if not _wait_for_turn(turn, folder, stopping, arguments.parent):
            return _EXIT_STOPPED
        with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
            _run(plan, folder, Journal(file), stopping, arguments.parent)
    # A library thread that is not a daemon would keep the process alive after everything is written.
    sys.stdout.flush()
    os._exit(0)


def _run(plan: Plan, folder: Path, journal: Journal, stopping: threading.Event, parent: int | None) -> None:
    watchdog = Watchdog(journal, folder, plan.spec.budgets[plan.budget].max_seconds, parent)
    watchdog.stopping = stopping
    watchdog.start()
    import torch  # noqa: PLC0415 - takes over a second, which the watchdog should already see

    torch.set_num_threads(1)
    try:
        run_plan(plan, journal.emit, folder)
    except OSError as error:
        # The events cannot say it if it is they that cannot be written; whoever reads the run looks at the log then.
        print(f"a file of the run cannot be written ({error.strerror or error}).", file=sys.stderr)
        sys.stderr.flush()
        os._exit(_EXIT_STOPPED)


def _wait_for_turn(turn: object, folder: Path, stopping: threading.Event, parent: int | None) -> bool:
    """Take the machine's lock when every run that was started earlier is over; ``False`` if told to stop."""
    while not stopping.is_set():
        if parent is not None and os.getppid() != parent:
            return False
        earlier = [run for run in list_runs(folder.parent) if run.run_id < folder.name]
        if not any(_unfinished(run) for run in earlier):
            try:
                fcntl.flock(turn.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[attr-defined]  # an open file
            except BlockingIOError:
                pass
            else:
                return True
        time.sleep(_TURN_POLL_S)
    return False


def _unfinished(run: RunHandle) -> bool:
    return last_event(run) is None and is_alive(run)


if __name__ == "__main__":
    sys.exit(main())
