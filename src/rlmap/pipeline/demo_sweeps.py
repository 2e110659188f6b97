"""Sweeps of a demo's settings, written to files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from rlmap.demos.figures import pareto_png
from rlmap.demos.samplers import read_range
from rlmap.demos.sweep import Method, TrialRow, sweep
from rlmap.errors import StorageError
from rlmap.pipeline.demo_results import csv_file
from rlmap.pipeline.demos import demo_spec
from rlmap.settings import Settings
from rlmap.types import Device

__all__ = ["TrialRow", "sweep_demo"]


def sweep_demo(
    settings: Settings,
    demo_id: str,
    ranges: Sequence[str],
    *,
    trials: int,
    method: Method | None = None,
    metric: str | None = None,
    seeds: int = 1,
    steps: int | None = None,
    device: Device = "cpu",
    folder: Path | None = None,
    on_trial: Callable[[TrialRow], None] | None = None,
) -> tuple[list[TrialRow], Path]:
    """Sweep one or two settings of a demo and write ``sweep.json``, ``sweep.csv`` and ``pareto.png``.

    Parameters
    ----------
    folder : Path, optional
        Where to write; by default a new folder below the data folder.

    Returns
    -------
    list of TrialRow, Path
        The trials with the Pareto front marked, and the folder.
    """
    spec = demo_spec(settings, demo_id)
    read = [read_range(text, spec) for text in ranges]
    settings.ensure_home()
    target = folder or settings.home / "sweeps" / f"{datetime.now():%Y%m%d-%H%M%S}-{demo_id}"
    try:
        target.mkdir(parents=True, exist_ok=True)  # before hours of work, not after
    except OSError as error:
        raise StorageError(f"The folder {target} cannot be made: {error.strerror}.") from error
    rows = sweep(
        spec,
        read,
        trials=trials,
        runs_dir=settings.runs_dir,
        method=method,
        metric=metric,
        seeds=tuple(range(1, seeds + 1)),
        steps=steps,
        device=device,
        on_trial=on_trial,
    )
    score = metric or spec.effects[0].metric
    payload = {"demo_id": demo_id, "score": score, "ranges": [asdict(one) for one in read]}
    flat = [{**{k: v for k, v in asdict(row).items() if k != "values"}, **row.values} for row in rows]
    files = {
        "sweep.json": json.dumps({**payload, "trials": [asdict(row) for row in rows]}, indent=1).encode(),
        "sweep.csv": csv_file(flat),
        "pareto.png": pareto_png(flat, score),
    }
    for name, data in files.items():
        (target / name).write_bytes(data)
    return rows, target
