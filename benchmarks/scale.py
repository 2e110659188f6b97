"""What growth costs: dense search from a thousand to a million vectors.

    python benchmarks/scale.py [--sizes 1000 10000 100000 1000000]

Vectors are synthetic with the statistics of real ones: the vectors of the indexed sentences of
``RLMAP_HOME``, each moved by noise of the size of the distance between neighbours. Questions
are made in the same way and are not among the vectors. Recall is the share of the 20 truly
nearest that are among the 20 found.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from rlmap.search.dense import FLAT_LIMIT, DenseIndex
from rlmap.search.encode import Vectors
from rlmap.search.index import open_index
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "scale.json"
QUESTIONS, NEAREST = 200, 20
NOISE = 0.6  # length of the noise beside vectors of length 1: cosines of about 0.86, as between neighbours


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    sizes = parser.parse_args().sizes
    index = open_index(load_settings().index_dir)
    seeds = index.store.sentence_vectors(index.store.passages(np.arange(index.info.passages)))
    generator = np.random.default_rng(0)
    questions = drawn(seeds, QUESTIONS, generator)
    rows = []
    for size in sizes:
        rows.append(measure(drawn(seeds, size, generator), questions))
        print(rows[-1], flush=True)
    report = {
        "what": f"dense search, {QUESTIONS} questions one at a time, exact up to {FLAT_LIMIT:,} vectors",
        "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}",
        "load_average": round(os.getloadavg()[0], 1),
        "sizes": rows,
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"written to {RESULT}")


def drawn(seeds: Vectors, count: int, generator: np.random.Generator) -> Vectors:
    """Return ``count`` vectors of length 1 near random ones of ``seeds``."""
    vectors = seeds[generator.integers(0, len(seeds), count)]
    noise = generator.standard_normal(vectors.shape, dtype=np.float32)
    vectors += noise * np.float32(NOISE / np.sqrt(vectors.shape[1]))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def measure(vectors: Vectors, questions: Vectors) -> dict[str, float | int | str]:
    """Build, save, load and search an index of ``vectors``."""
    began = time.perf_counter()
    built = DenseIndex.build(vectors)
    build_s = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as scratch:
        built.save(Path(scratch))
        disk_mb = sum(path.stat().st_size for path in Path(scratch).iterdir()) / 1e6
        index = DenseIndex.load(Path(scratch))
        taken, recalls = [], []
        for question in questions:
            began, began_cpu = time.perf_counter(), time.thread_time()
            found = index.search(question[None, :], NEAREST)[0]
            taken.append((1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - began_cpu)))
            exact = np.argpartition(-(vectors @ question), NEAREST)[:NEAREST]
            recalls.append(len(set(found.tolist()) & set(exact.tolist())) / NEAREST)
    wall_ms, cpu_ms = np.array(taken).T
    return {
        "vectors": len(vectors),
        "kind": "exact" if len(vectors) <= FLAT_LIMIT else "inverted file, one byte a component",
        "build_s": round(build_s, 1),
        "disk_mb": round(disk_mb),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "p50_ms": round(float(np.median(wall_ms)), 2),
        "p95_ms": round(float(np.quantile(wall_ms, 0.95)), 2),
        "cpu_p50_ms": round(float(np.median(cpu_ms)), 2),
        "recall_at_20": round(float(np.mean(recalls)), 4),
    }


if __name__ == "__main__":
    main()
