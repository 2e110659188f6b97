"""What can go wrong with a demo, made to happen for real: each ends in one clear sentence, and in no orphan."""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from rlmap.demos import runner
from rlmap.demos.experiment import run_plan
from rlmap.demos.plan import Plan
from rlmap.demos.spec import load_specs
from rlmap.errors import DemoError
from rlmap.types import DemoSpec, Event, Failed, Finished, Metric, Started

FOREVER = 1_000_000_000
Start = Callable[..., runner.RunHandle]


@pytest.fixture
def spec(root: Path) -> DemoSpec:
    return load_specs(root / "demos")["discount-factor"]


@pytest.fixture
def start(spec: DemoSpec, tmp_path: Path) -> Iterator[Start]:
    handles = []

    def begin(demo: DemoSpec = spec, **changes: object) -> runner.RunHandle:
        arguments = {"budget": "quick", "device": "cpu", "runs_dir": tmp_path / "runs", "seeds": [1]} | changes
        handles.append(runner.start_run(demo, **arguments))  # type: ignore[arg-type]  # the tests know the names
        return handles[-1]

    yield begin
    for handle in handles:
        runner.cancel(handle)


def with_arm(spec: DemoSpec, **settings: object) -> DemoSpec:
    """The demo with other settings for its first arm."""
    first, *others = spec.arms
    changed = dataclasses.replace(first, settings={**first.settings, **settings})
    return dataclasses.replace(spec, arms=(changed, *others))


def test_an_arm_that_diverges_stops_and_the_others_go_on(spec: DemoSpec) -> None:
    events: list[Event] = []
    wild = with_arm(spec, learning_rate=1e30)
    run_plan(Plan("run", wild, "quick", 4096, "cpu", (1,), {}), events.append)
    failed = [event for event in events if isinstance(event, Failed)]
    assert [event.arm for event in failed] == [spec.arms[0].id]
    assert "diverged" in failed[0].reason
    last = events[-1]
    assert isinstance(last, Finished)
    assert set(last.results) >= {spec.arms[1].id}
    assert last.effects[0]["holds"] is False


def test_running_out_of_gpu_memory_names_a_way_out(spec: DemoSpec) -> None:
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, Metric) and event.arm == spec.arms[0].id:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")

    run_plan(Plan("run", spec, "quick", 2048, "cpu", (1,), {}), emit)
    failed = next(event for event in events if isinstance(event, Failed))
    assert "--device cpu" in failed.reason
    assert isinstance(events[-1], Finished)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_without_a_gpu_cuda_is_refused_and_nothing_starts(start: Start, tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"cuda cannot be used.*--device cpu"):
        start(device="cuda")
    assert runner.list_runs(tmp_path / "runs") == []


def test_a_full_disk_ends_the_run_and_not_the_reader(start: Start) -> None:
    handle = start(steps=FOREVER)
    follower = runner.follow(handle)
    assert isinstance(next(follower), Started)
    size = handle.events_path.stat().st_size
    pid = json.loads((handle.folder / "process.json").read_text())["pid"]
    # The kernel refuses to let a file of this process grow beyond the limit, as it does when a disk is full.
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + 2_000, size + 2_000))
    last = list(follower)[-1]
    assert isinstance(last, Failed)
    assert "File too large" in last.reason
    assert runner.run_state(handle) == "failed"
    assert not runner.is_alive(handle)
    assert runner.read_events(handle)[-1] == last  # every line of the file is whole


def test_half_a_line_does_not_spoil_the_end(start: Start) -> None:
    handle = start(steps=FOREVER)
    assert isinstance(next(runner.follow(handle)), Started)
    runner.cancel(handle)
    whole = runner.read_events(handle)
    text = handle.events_path.read_bytes()
    kept = b"".join(text.splitlines(keepends=True)[:-1])
    handle.events_path.write_bytes(kept + b'{"event": "metric", "arm": "gam')
    assert runner.run_state(handle) == "cancelled"
    assert [type(event) for event in runner.read_events(handle)] == [type(event) for event in whole]


def test_a_run_ends_with_the_program_that_waits_for_it(root: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from rlmap.demos import runner; "
        "from rlmap.demos.spec import load_specs; spec = load_specs(Path(sys.argv[1]))['discount-factor']; "
        f"handle = runner.start_run(spec, budget='quick', device='cpu', runs_dir=Path(sys.argv[2]), steps={FOREVER}, "
        "detached=False); next(iter(runner.follow(handle))); print(handle.run_id, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", script, str(root / "demos"), str(tmp_path / "runs")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        run_id = program.stdout.readline().strip()
        program.kill()
    handle = runner.open_run(run_id, tmp_path / "runs")
    deadline = time.monotonic() + 30
    while runner.is_alive(handle) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert runner.run_state(handle) == "cancelled"
    assert not runner.is_alive(handle)


def test_a_missing_package_names_the_command_that_installs_it(tmp_path: Path) -> None:
    blocker = tmp_path / "without"
    blocker.mkdir()
    (blocker / "sitecustomize.py").write_text(
        "import sys\n"
        "from importlib.machinery import PathFinder\n"
        "class Without(PathFinder):\n"
        "    @classmethod\n"
        "    def find_spec(cls, name, path=None, target=None):\n"
        "        return None if name.startswith('pufferlib') else super().find_spec(name, path, target)\n"
        "sys.meta_path = [Without if finder is PathFinder else finder for finder in sys.meta_path]\n"
    )
    path = os.pathsep.join([str(blocker), *sys.path])
    environment = {**os.environ, "PYTHONPATH": path, "RLMAP_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", "from rlmap.cli import main; main()", "demo", "run", "discount-factor"]
    outcome = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert outcome.returncode == 2
    assert outcome.stderr.count("\n") == 1
    assert "pip install --no-deps pufferlib-core==" in outcome.stderr
