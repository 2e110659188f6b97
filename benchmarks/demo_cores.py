"""Steps per second as copies grow (64 to 16,384) and as processes grow (one a core), plotted.

Run: ``python benchmarks/demo_cores.py``. Each process steps an environment of its own and trains nothing; what grows
with cores is the sum over processes.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from rlmap.demos.device import describe_machine
from rlmap.demos.envs.cartpole import CartPole
from rlmap.demos.envs.grid import GridWorld

COPIES = (64, 256, 1024, 4096, 16384)
ENVS = {"grid": GridWorld, "cartpole": CartPole}
SECONDS = 1.0
RESULTS = Path(__file__).parent / "results"


def speed(name: str, copies: int) -> float:
    """Return steps a wall-clock second of one process."""
    env = ENVS[name](num_envs=copies)
    env.reset(0)
    rng = np.random.default_rng(0)
    actions = [rng.integers(0, env.single_action_space.n, copies) for _ in range(8)]
    env.step(actions[0])
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        for action in actions:
            env.step(action)
        steps += len(actions) * copies
    return steps / (time.perf_counter() - began)


def together(name: str, copies: int, processes: int) -> float:
    """Return the sum over processes that step at the same time."""
    context = multiprocessing.get_context("fork")
    with context.Pool(processes) as pool:
        return sum(pool.starmap(speed, [(name, copies)] * processes, chunksize=1))


def main() -> None:
    """Measure, print, plot, and write benchmarks/results/demo_cores.json and .png."""
    cores = [1 << power for power in range((os.cpu_count() or 1).bit_length())]
    table = {
        name: {str(count): {str(copies): round(together(name, copies, count)) for copies in COPIES} for count in cores}
        for name in ENVS
    }
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    panel = figure.subplots()
    for name, by_cores in table.items():
        for count, speeds in by_cores.items():
            values = [value / 1e6 for value in speeds.values()]
            panel.plot(COPIES, values, marker="o", label=f"{name}, {count} process{'es' if count != '1' else ''}")
            print(
                f"{name}, {count} processes:",
                *(f"{value:.1f}" for value in values),
                "million steps a second",
                flush=True,
            )
    panel.set(xscale="log", xlabel="copies in a process", ylabel="million steps a second")
    panel.grid(alpha=0.25)
    panel.legend(frameon=False)
    figure.savefig(RESULTS / "demo_cores.png", dpi=110)
    result = {
        "what": "environment steps per wall-clock second, environment alone, by processes and copies",
        "machine": describe_machine("cpu"),
        "load": round(os.getloadavg()[0], 1),
        "results": table,
    }
    (RESULTS / "demo_cores.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
