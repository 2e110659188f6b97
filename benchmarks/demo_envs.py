"""Steps per second of every environment alone, as copies grow, on one core.

Run: ``python benchmarks/demo_envs.py``. Actions are drawn before the clock starts.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
from gymnasium.spaces import Discrete

from rlmap.demos import catalogue
from rlmap.demos.device import describe_machine

COPIES = (64, 256, 1024, 4096, 16384)
SECONDS = 0.4


def steps_per_second(name: str, copies: int) -> float:
    """Step one environment for a while; the best of three tries."""
    env = catalogue.env_class(name)(num_envs=copies, seed=0)
    env.reset(0)
    rng = np.random.default_rng(0)
    space = env.single_action_space
    if isinstance(space, Discrete):
        actions = [rng.integers(0, space.n, env.num_agents) for _ in range(16)]
    else:
        shape = (env.num_agents, *space.shape)
        actions = [rng.uniform(space.low, space.high, shape).astype(np.float32) for _ in range(16)]
    best = 0.0
    for _ in range(3):
        steps, began = 0, time.process_time()
        while time.process_time() - began < SECONDS:
            for action in actions:
                env.step(action)
            steps += 16
        best = max(best, steps * env.num_agents / (time.process_time() - began))
    return best


def main() -> None:
    """Measure, print, and write benchmarks/results/demo_envs.json."""
    table = {}
    for name in catalogue.module_names("envs"):
        table[name] = {str(copies): round(steps_per_second(name, copies)) for copies in COPIES}
        print(name.ljust(14), *(f"{copies}: {value / 1e6:6.2f} M/s" for copies, value in table[name].items()))
    result = {"what": "agent steps per CPU second, one core", "machine": describe_machine("cpu"), "results": table}
    path = Path(__file__).parent / "results" / "demo_envs.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
