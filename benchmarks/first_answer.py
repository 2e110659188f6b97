"""From a bare clone to the first answer: ``python benchmarks/first_answer.py``.

Clones this repository into an empty folder with an empty data folder, runs ``make setup`` and asks
one question; then runs ``make setup`` again, which has nothing to do. Downloads are included, so
the figures depend on the network.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "effect of discount rate in RL"


def timed(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[float, str]:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return time.perf_counter() - began, done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        clone = Path(place) / "rlmap"
        environment = {**os.environ, "RLMAP_HOME": str(Path(place) / "home")}
        clone_s, _ = timed(["git", "clone", "-q", str(ROOT), str(clone)], Path(place), environment)
        setup_s, _ = timed(["make", "setup"], clone, environment)
        ask = [str(clone / ".venv/bin/rlmap"), "ask", QUESTION, "--json"]
        cold_s, answer = timed(ask, clone, environment)
        again_s, _ = timed(["make", "setup"], clone, environment)
    payload = json.loads(answer)
    result = {
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "load_at_start": round(os.getloadavg()[1], 1),
        "bare_clone_to_first_answer_s": round(clone_s + setup_s + cold_s, 1),
        "make_setup_s": round(setup_s, 1),
        "first_answer_s": round(cold_s, 2),
        "make_setup_again_s": round(again_s, 1),
        "works_in_the_answer": len(payload["answers"]),
        "state": payload["state"],
    }
    print(json.dumps(result, indent=2))
    (ROOT / "benchmarks/results/first_answer.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
