"""Fifty people asking at the same time: the HTTP service under load.

    python benchmarks/concurrent_askers.py [--askers 50] [--questions 4]

Starts ``rlmap serve --api`` over the corpus of ``RLMAP_HOME`` on this machine, lets every asker send
its questions one after the other without a pause, and stops the service. The service runs on the
same machine as the askers. Before the clock starts one question is asked, which opens the index.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np

RESULT = Path(__file__).parent / "results" / "concurrent_askers.json"
QUESTIONS_FILE = Path(__file__).parents[1] / "corpus" / "queries" / "questions.toml"
PATIENCE_S = 120.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--askers", type=int, default=50)
    parser.add_argument("--questions", type=int, default=4, help="for each asker")
    arguments = parser.parse_args()
    questions = [entry["text"] for entry in tomllib.loads(QUESTIONS_FILE.read_text("utf-8"))["question"]]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("rlmap")), "serve", "--api", "--port", str(port)]
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_for(base, service)
        ask(base, ["what is a reward"])
        shares = [
            [questions[(asker + arguments.askers * turn) % len(questions)] for turn in range(arguments.questions)]
            for asker in range(arguments.askers)
        ]
        began = time.perf_counter()
        with ThreadPoolExecutor(arguments.askers) as pool:
            answers = [answer for own in pool.map(lambda share: ask(base, share), shares) for answer in own]
        whole_s = time.perf_counter() - began
        memory_mb = peak_memory_mb(service.pid)
    finally:
        service.terminate()
        service.wait(30)
    taken_ms = [1000 * taken for _, taken in answers]
    report = {
        "what": f"{arguments.askers} askers at the same time, {arguments.questions} questions each, over HTTP",
        "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}",
        "answers": dict(Counter(state for state, _ in answers)),
        "errors": sum(state.startswith("error") for state, _ in answers),
        "p50_ms": round(float(np.quantile(taken_ms, 0.5))),
        "p95_ms": round(float(np.quantile(taken_ms, 0.95))),
        "most_ms": round(max(taken_ms)),
        "answers_per_s": round(len(answers) / whole_s, 1),
        "peak_memory_mb": memory_mb,
        "load_average": round(os.getloadavg()[0], 1),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


def wait_for(base: str, service: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and service.poll() is None:
        try:
            httpx.get(f"{base}/openapi.json").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("`rlmap serve --api` did not start: run it by hand to see why.")


def ask(base: str, questions: list[str]) -> list[tuple[str, float]]:
    """Ask one after the other; return the state of each answer, or the error, and the seconds it took."""
    answers = []
    with httpx.Client(base_url=base, timeout=PATIENCE_S) as client:
        for question in questions:
            began = time.perf_counter()
            try:
                response = client.get("/ask", params={"question": question})
                state = response.json()["state"] if response.is_success else f"error {response.status_code}"
            except httpx.TransportError as error:
                state = f"error {type(error).__name__}"
            answers.append((state, time.perf_counter() - began))
    return answers


def peak_memory_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


if __name__ == "__main__":
    main()
