"""How long it takes to load and to check the map, and how that grows with the number of concepts.

    python benchmarks/graph_load.py

Writes synthetic maps of 250 to 5,000 concept files to a temporary folder (each concept of about
4 kB needs up to three earlier ones) and measures the best of five runs, files in the page cache,
imports excluded. The map of this checkout is measured in the same way.
"""

from __future__ import annotations

import json
import platform
import random
import tempfile
import time
from pathlib import Path

import rtoml

from rlmap.graph.check import check_graph
from rlmap.graph.load import load_graph

ROOT = Path(__file__).resolve().parents[1]
RESULT = Path(__file__).parent / "results" / "graph_load.json"
SIZES = (250, 500, 1_000, 2_000, 5_000)
RUNS = 5


def main() -> None:
    rows = [measure("the map of this checkout", ROOT / "graph")]
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            write_synthetic(Path(folder), size)
            rows.append(measure(f"synthetic, {size} concepts", Path(folder)))
    print(f"{'map':32} {'concepts':>8} {'load ms':>9} {'check ms':>9} {'check us/concept':>17}")
    for row in rows:
        per_concept = 1_000 * row["check_ms"] / row["concepts"]
        print(f"{row['map']:32} {row['concepts']:8d} {row['load_ms']:9.1f} {row['check_ms']:9.1f} {per_concept:17.1f}")
    RESULT.parent.mkdir(exist_ok=True)
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    RESULT.write_text(json.dumps({"machine": machine, "runs": RUNS, "rows": rows}, indent=2) + "\n", encoding="utf-8")


def measure(name: str, folder: Path) -> dict[str, float | int | str]:
    """Return the best times of loading, and of checking (which loads as well)."""
    concepts = load_graph(folder).concepts.values()
    source_ids = {reading.source_id for concept in concepts for reading in concept.readings}
    demo_ids = {concept.demo_id for concept in concepts if concept.demo_id}
    loads, checks = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        graph = load_graph(folder)
        loads.append(time.perf_counter() - start)
        start = time.perf_counter()
        check_graph(folder, source_ids=source_ids, demo_ids=demo_ids)
        checks.append(time.perf_counter() - start)
    return {
        "map": name,
        "concepts": len(graph.concepts),
        "edges": sum(len(concept.prerequisites) for concept in graph.concepts.values()),
        "load_ms": round(1_000 * min(loads), 2),
        "check_ms": round(1_000 * min(checks), 2),
    }


def write_synthetic(folder: Path, size: int, seed: int = 0) -> None:
    """Write a map whose concept ``i`` needs up to three of the fifty before it."""
    rng = random.Random(seed)
    (folder / "concepts" / "area").mkdir(parents=True)
    (folder / "areas.toml").write_text(rtoml.dumps({"area": {"title": "Area", "summary": "One."}}), encoding="utf-8")
    for index in range(size):
        window = range(max(0, index - 50), index)
        needs = rng.sample(window, min(len(window), rng.randint(1, 3))) if window else []
        path = folder / "concepts" / "area" / f"c{index}.toml"
        path.write_text(rtoml.dumps(synthetic_concept(index, needs)), encoding="utf-8")


def synthetic_concept(index: int, needs: list[int]) -> dict[str, object]:
    sentence = "words that fill a line of a concept file as real ones do "
    reading = {"where": sentence, "why": sentence * 2, "skip": sentence, "minutes": 10}
    return {
        "id": f"c{index}",
        "title": f"Concept number {index}",
        "aliases": [f"alias {index}", f"other alias {index}"],
        "area": "area",
        "formalism": 1,
        "minutes": 30,
        "summary": sentence * 5,
        "goals": [sentence] * 3,
        "mistakes": [sentence * 2] * 2,
        "demo_id": "demo",
        "prerequisites": [{"concept": f"c{need}", "reason": sentence * 2} for need in needs],
        "readings": [
            {**reading, "source": "book", "level": "plain"},
            {**reading, "source": "paper", "level": "formal"},
        ],
        "build": {"task": sentence * 3, "check": sentence * 2, "minutes": 40, "substantial": False},
    }


if __name__ == "__main__":
    main()
