"""A set-up that a page starts, follows and stops."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rlmap.errors import StorageError
from rlmap.pipeline.set_up_apart import SetUpRun, set_up_run, start_set_up
from rlmap.pipeline.workspace import index_stamp
from rlmap.settings import load_settings


def until(true: Callable[[], object], patience_s: float = 60.0) -> None:
    deadline = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_set_up_tells_its_stages_is_there_once_and_stops_when_told(home: Path) -> None:
    settings = load_settings()
    assert set_up_run(settings) is None
    run = start_set_up(settings)
    until(lambda: run.stages)
    assert next(iter(run.stages)) == "fetch"
    assert start_set_up(settings) is run
    run.cancel()
    assert run.is_over
    assert run.process.poll() is not None
    assert not run.report
    assert not index_stamp(settings)
    again = start_set_up(settings)
    assert again is not run
    again.cancel()


def test_a_set_up_that_cannot_begin_says_why(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLMAP_STORE", "no-such-store")
    run = start_set_up(load_settings())
    until(lambda: run.is_over)
    assert "no-such-store" in run.error


def test_a_set_up_that_dies_is_not_taken_for_one_that_goes_on(home: Path) -> None:
    run = start_set_up(load_settings())
    until(lambda: run.stages)
    run.process.kill()
    until(lambda: run.is_over)
    assert "ended with status" in run.error


def test_a_folder_that_cannot_be_made_is_refused_at_once(home: Path) -> None:
    home.mkdir()
    (home / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError):
        start_set_up(replace(load_settings(), home=home / "file" / "home"))


def test_what_a_process_reports_is_kept_whatever_else_it_prints() -> None:
    program = """print('{"stage": "fetch", "done": 1, "total": 2}'); print("a warning"); print('{"report": "Done."}')"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    run = SetUpRun(process)
    run.hear(process.stdout)
    assert (run.report, run.error, run.stages) == ("Done.", "", {"fetch": (1, 2)})
