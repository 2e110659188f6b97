"""Running the effect tests of a demo on fresh seeds, and recording what came out.

The record, ``<demos>/<id>/result.json``, and the pictures beside it are what a page shows before anything is run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rlmap.demos.curves import bands, metric_points
from rlmap.demos.experiment import trial_folder, versions
from rlmap.demos.results import parse_statistic
from rlmap.demos.runner import RunHandle, follow, start_run
from rlmap.demos.trial import PICTURES
from rlmap.errors import DemoError, StorageError
from rlmap.types import Budget, DemoSpec, Device, Event, Failed, Finished, Started

#: Seeds that no demo was tuned with.
FRESH_SEEDS = (101, 102, 103, 104, 105)
#: Verifying may take longer than a reader would wait.
_PATIENCE = 20.0
#: Points of a recorded curve: enough to see its shape, few enough that all records together stay small.
_RECORDED_POINTS = 24


@dataclass(frozen=True, slots=True)
class Verification:
    """What came out: the record, and the pictures of the arm that was expected to do best, by file name."""

    record: Mapping[str, Any]
    pictures: Mapping[str, bytes]


def verify_demo(
    spec: DemoSpec,
    runs_dir: Path,
    *,
    seeds: Sequence[int] = FRESH_SEEDS,
    budget: Budget = "quick",
    device: Device = "cpu",
) -> Verification:
    """Run a demo on fresh seeds and return the record of it.

    Parameters
    ----------
    spec : DemoSpec
        The demo.
    runs_dir : Path
        The folder of runs.
    seeds : sequence of int
        Fresh ones.
    budget : {"quick", "full"}
        How long.
    device : {"auto", "cpu", "cuda"}
        Where.

    Returns
    -------
    Verification
        Its record holds ``demo_id, date, machine, device, versions, budget, steps, seeds, seconds, cpu_seconds, load,
        effects, results, summary, failures`` and ``curves``: ``metric -> axis -> arm -> {x, median, low, high, seeds}``

    Raises
    ------
    DemoError
        If the run ends without a result.
    """
    limits = {name: replace(limit, max_seconds=limit.max_seconds * _PATIENCE) for name, limit in spec.budgets.items()}
    handle = start_run(
        replace(spec, budgets=limits), budget=budget, device=device, runs_dir=runs_dir, seeds=seeds, detached=False
    )
    events = list(follow(handle))
    last = events[-1]
    if not isinstance(last, Finished):
        reason = last.reason if isinstance(last, Failed) else "it ended early"
        raise DemoError(f"The demo {spec.id} could not be verified: {reason}")
    return Verification(_record(spec, events, last, budget), _pictures(spec, handle, events))


def write_result(verification: Verification, demos_dir: Path) -> Path:
    """Write ``<demos_dir>/<id>/result.json`` and the pictures beside it, each whole or not at all.

    Returns
    -------
    Path
        Of ``result.json``.

    Raises
    ------
    StorageError
        If one cannot be written.
    """
    folder = demos_dir / str(verification.record["demo_id"])
    text = json.dumps(verification.record, ensure_ascii=False, allow_nan=False) + "\n"
    for name, data in {**verification.pictures, "result.json": text.encode()}.items():
        path = folder / name
        temporary = path.with_suffix(".tmp")
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
    return folder / "result.json"


def load_result(demo_id: str, demos_dir: Path) -> dict[str, Any] | None:
    """Return the recorded result of a demo, ``None`` where there is none."""
    path = demos_dir / demo_id / "result.json"
    if not path.exists():
        return None
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DemoError(f"{path} is not valid JSON ({error}): verify the demo again.") from error
    return record


def _record(spec: DemoSpec, events: Sequence[Event], last: Finished, budget: str) -> dict[str, Any]:
    started = next(event for event in events if isinstance(event, Started))
    points = metric_points(events)
    wanted = {parse_statistic(text).metric for text in (spec.metric, *(effect.metric for effect in spec.effects))}
    curves = {
        name: {axis: _rounded(bands(points, name, axis, most=_RECORDED_POINTS)) for axis in ("steps", "seconds")}
        for name in sorted(wanted)
    }
    record: dict[str, Any] = _finite(
        {
            "demo_id": spec.id,
            "date": datetime.now(UTC).date().isoformat(),
            "machine": started.machine,
            "device": started.device,
            "versions": versions(),
            "budget": budget,
            "steps": spec.budgets[budget].steps,
            "seeds": list(started.seeds),
            "seconds": round(last.time_s, 1),
            "cpu_seconds": round(last.cpu_s, 1),
            "load": round(os.getloadavg()[0], 1),
            "effects": [dict(effect) for effect in last.effects],
            "results": last.results,
            "summary": last.summary,
            "failures": [asdict(event) for event in events if isinstance(event, Failed)],
            "curves": curves,
        }
    )
    return record


def _pictures(spec: DemoSpec, handle: RunHandle, events: Sequence[Event]) -> dict[str, bytes]:
    started = next(event for event in events if isinstance(event, Started))
    folder = trial_folder(handle.folder, spec.effects[0].better, started.seeds[0])
    return {name: (folder / name).read_bytes() for name in PICTURES if (folder / name).exists()}


def _rounded(found: Mapping[str, Any]) -> dict[str, Any]:
    return {arm: {key: _short(value) for key, value in asdict(band).items()} for arm, band in found.items()}


def _short(value: Any) -> Any:
    if isinstance(value, tuple):
        return [float(f"{number:.4g}") for number in value]
    return value


def _finite(value: Any) -> Any:
    """Replace numbers that JSON has no word for by ``None``."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
