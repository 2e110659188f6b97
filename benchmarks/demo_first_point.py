"""How long a reader waits: from starting a run to its first event, and to the first point of a curve.

Run: ``python benchmarks/demo_first_point.py``. The first try fills the file cache and is not counted.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from rlmap.demos.device import describe_machine
from rlmap.demos.runner import cancel, follow, start_run
from rlmap.demos.spec import load_specs
from rlmap.types import Metric

DEMOS = ("discount-factor", "sarsa-vs-q", "random-vs-trained")
TRIES = 4


def wait(demo_id: str, runs_dir: Path) -> tuple[float, float]:
    """Return seconds to the first event and to the first point of a curve."""
    spec = load_specs(Path(__file__).resolve().parents[1] / "demos")[demo_id]
    began = time.perf_counter()
    handle = start_run(spec, budget="quick", device="cpu", runs_dir=runs_dir, detached=False)
    first = 0.0
    for event in follow(handle):
        first = first or time.perf_counter() - began
        if isinstance(event, Metric):
            break
    point = time.perf_counter() - began
    cancel(handle)
    return first, point


def main() -> None:
    """Measure, print, and write benchmarks/results/demo_first_point.json."""
    table = {}
    with tempfile.TemporaryDirectory() as folder:
        for demo_id in DEMOS:
            waits = [wait(demo_id, Path(folder)) for _ in range(TRIES)][1:]
            first, point = (round(statistics.median(values), 2) for values in zip(*waits, strict=True))
            table[demo_id] = {"first_event_s": first, "first_point_s": point}
            print(f"{demo_id:20} first event {first:.2f} s, first point {point:.2f} s", flush=True)
    result = {
        "what": "seconds from the start of a run, warm file cache, median of three",
        "machine": describe_machine("cpu"),
        "load": round(os.getloadavg()[0], 1),
        "results": table,
    }
    path = Path(__file__).parent / "results" / "demo_first_point.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
