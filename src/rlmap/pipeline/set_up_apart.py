"""A set-up in a process of its own, for a page that is to stay quick while it follows it.

``python -m rlmap.pipeline.set_up_apart`` sets up and tells of it on its standard output, one JSON object a line:
``{"stage", "done", "total"}`` as it advances, at the end ``{"report"}`` or ``{"error"}``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Any

from rlmap.errors import RlmapError
from rlmap.pipeline.setting_up import set_up
from rlmap.settings import Settings, load_settings

_PATIENCE_S = 10
_STARTING = Lock()


@dataclass
class SetUpRun:
    """A set-up that was started here: its stages so far, and how it ended.

    ``stages`` are names with the units done and in all, in the order in which they began.
    """

    process: subprocess.Popen[str]
    stages: dict[str, tuple[int, int]] = field(default_factory=dict)
    report: str = ""
    error: str = ""
    cancelled: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it has ended, and all that it said has been read."""
        return bool(self.report or self.error or self.cancelled)

    def cancel(self) -> None:
        """End it; what was fetched and read stays, and the next set-up goes on from there."""
        self.cancelled = True
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def hear(self, said: IO[str]) -> None:
        """Take in what the process says until it ends."""
        for line in said:
            told = _told(line)
            if "stage" in told:
                self.stages[told["stage"]] = (told["done"], told["total"])
            self.report, self.error = told.get("report", self.report), told.get("error", self.error)
        status = self.process.wait()
        if not self.is_over:
            self.error = f"The set-up ended with status {status} and said nothing: run `rlmap setup` to see why."


_RUNS: dict[Path, SetUpRun] = {}


def start_set_up(settings: Settings) -> SetUpRun:
    """Start a set-up of the default corpus, or return the one that is going on.

    Raises
    ------
    StorageError
        If the data folder cannot be created or written.
    """
    settings.ensure_home()
    with _STARTING:
        going_on = _RUNS.get(settings.home)
        if going_on is not None and not going_on.is_over:
            return going_on
        process = subprocess.Popen(
            [sys.executable, "-m", "rlmap.pipeline.set_up_apart"],
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "RLMAP_HOME": str(settings.home)},
        )
        run = _RUNS[settings.home] = SetUpRun(process)
        assert process.stdout is not None
        Thread(target=run.hear, args=[process.stdout], name="set-up", daemon=True).start()
    return run


def set_up_run(settings: Settings) -> SetUpRun | None:
    """Return the last set-up that was started from this process, ``None`` if there was none."""
    return _RUNS.get(settings.home)


def _told(line: str) -> dict[str, Any]:
    """Return what a line tells; a library may write others among them."""
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _tell(**what: str | int) -> None:
    print(json.dumps(what, ensure_ascii=False), flush=True)


def main() -> None:
    """Set up the data folder of the environment and tell of it."""
    try:
        report = set_up(load_settings(), progress=lambda stage, done, total: _tell(stage=stage, done=done, total=total))
    except RlmapError as error:
        _tell(error=str(error))
    else:
        _tell(report=report.text())


if __name__ == "__main__":
    main()
