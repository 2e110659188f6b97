"""How long a question takes, and how much memory: cold in a fresh process, and warm.

    python benchmarks/ask_speed.py [--questions FILE]

Measures the installed ``rlmap ask`` on the index of ``RLMAP_HOME``. *Cold* is a fresh process
from start to printed answer, files in the page cache. *Warm* is question to verified quotes in
a process that was warmed up as the app is and has answered before; every question is new to it.
Half of the judged questions are meant to have no answer, which is quick to say; those that are
answered are also counted alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rlmap.pipeline.asking import ask_question
from rlmap.pipeline.warming import warm_up
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "ask_speed.json"
QUESTIONS = Path(__file__).parents[1] / "corpus" / "queries" / "questions.toml"
COLD_RUNS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    arguments = parser.parse_args()
    questions = [entry["text"] for entry in tomllib.loads(arguments.questions.read_text("utf-8"))["question"]]
    cold_s, cold_cpu_s, memory_mb = zip(*(cold(question) for question in questions[:COLD_RUNS]), strict=True)
    taken = warm(questions)
    index = open_workspace(load_settings()).index.info
    report = {
        "what": f"rlmap ask over {index.passages:,} passages of {index.works} works",
        "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "cold_s": {"runs": COLD_RUNS, "median": round(statistics.median(cold_s), 3), "most": round(max(cold_s), 3)},
        "cold_cpu_s": {"median": round(statistics.median(cold_cpu_s), 3)},
        "warm": summary(taken),
        "warm_answered": summary([one for one in taken if one.answered]),
        "load_average": round(os.getloadavg()[0], 1),
        "memory_mb": {"cold_median": round(statistics.median(memory_mb)), "cold_most": round(max(memory_mb))},
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


def cold(question: str) -> tuple[float, float, float]:
    """Return seconds, processor seconds and peak memory in MB of one answer in a fresh process."""
    began = time.perf_counter()
    command = [str(Path(sys.executable).with_name("rlmap")), "ask", question]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    taken_s = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"rlmap ask {question!r} failed: run it by hand to see why.")
    return taken_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class Taken(NamedTuple):
    """Milliseconds, and those of the processor, that one question took."""

    wall_ms: float
    cpu_ms: float
    answered: bool


def warm(questions: list[str]) -> list[Taken]:
    """Ask each question once, after warming up as the app does."""
    workspace = open_workspace(load_settings())
    warm_up(workspace)
    taken = []
    for question in questions:
        began, began_cpu = time.perf_counter(), time.process_time()
        result = ask_question(workspace, question)
        wall_ms, cpu_ms = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - began_cpu)
        taken.append(Taken(wall_ms, cpu_ms, result.state != "nothing"))
    print(f"peak memory of the warm process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return taken


def summary(taken: Sequence[Taken]) -> dict[str, float]:
    wall, cpu = [one.wall_ms for one in taken], [one.cpu_ms for one in taken]
    return {
        "questions": len(taken),
        "p50_ms": round(float(np.quantile(wall, 0.5)), 1),
        "p95_ms": round(float(np.quantile(wall, 0.95)), 1),
        "cpu_p50_ms": round(float(np.quantile(cpu, 0.5)), 1),
        "cpu_p95_ms": round(float(np.quantile(cpu, 0.95)), 1),
    }


if __name__ == "__main__":
    main()
