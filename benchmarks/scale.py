"""What growth costs: dense and lexical search from a thousand to a million passages.

    python benchmarks/scale.py [--sizes 1000 10000 100000 1000000]

Vectors are synthetic with the statistics of real ones: the vectors of the indexed sentences of
``RLMAP_HOME``, each moved by noise of the size of the distance between neighbours. Questions
are made in the same way and are not among the vectors. Recall is the share of the 20 truly
nearest that are among the 20 found. Texts are synthetic with the statistics of real ones: as many
words as a real passage, drawn by how often each occurs there; the questions are the judged ones.
Each size is measured in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from rlmap.pipeline.workspace import open_workspace
from rlmap.search.dense import FLAT_LIMIT, DenseIndex
from rlmap.search.encode import Vectors
from rlmap.search.index import open_index
from rlmap.search.lexical import LexicalIndex, StemTable
from rlmap.search.tokens import stems, words
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "scale.json"
QUESTIONS_FILE = Path(__file__).parents[1] / "corpus" / "queries" / "questions.toml"
QUESTIONS, NEAREST, POOL = 200, 20, 100
NOISE = 0.6  # length of the noise beside vectors of length 1: cosines of about 0.86, as between neighbours

Row = dict[str, float | int | str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--part", choices=[*PARTS], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part is not None:
        print(json.dumps(PARTS[arguments.part](arguments.sizes[0])))
        return
    report = {
        "what": f"{QUESTIONS} questions one at a time; dense: exact up to {FLAT_LIMIT:,} vectors, then cells with one "
        f"byte a component and {NEAREST} of {4 * NEAREST} scored again; lexical: the {POOL} best by BM25",
        "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}",
        **{part: [apart(part, size) for size in arguments.sizes] for part in PARTS},
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"written to {RESULT}")


def apart(part: str, size: int) -> Row:
    """Measure one part at one size in a process of its own."""
    command = [sys.executable, __file__, "--part", part, "--sizes", str(size)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    row: Row = json.loads(ran.stdout.splitlines()[-1])
    row["load_average"] = round(os.getloadavg()[0], 1)
    print(part, row, flush=True)
    return row


def drawn(seeds: Vectors, count: int, generator: np.random.Generator) -> Vectors:
    """Return ``count`` vectors of length 1 near random ones of ``seeds``."""
    vectors = seeds[generator.integers(0, len(seeds), count)]
    for start in range(0, count, 100_000):
        some = vectors[start : start + 100_000]
        some += generator.standard_normal(some.shape, dtype=np.float32) * np.float32(NOISE / np.sqrt(some.shape[1]))
        some /= np.linalg.norm(some, axis=1, keepdims=True)
    return vectors


def dense(size: int) -> Row:
    """Build, save, load and search an index of ``size`` vectors."""
    index = open_index(load_settings().index_dir)
    seeds = index.store.sentence_vectors(index.store.passages(np.arange(index.info.passages)))
    generator = np.random.default_rng(0)
    questions, vectors = drawn(seeds, QUESTIONS, generator), drawn(seeds, size, generator)
    began = time.perf_counter()
    built = DenseIndex.build(vectors)
    build_s = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as scratch:
        built.save(Path(scratch))
        disk_mb = _megabytes(Path(scratch))
        found = DenseIndex.load(Path(scratch))
        times = _timed([partial(found.search, question[None, :], NEAREST) for question in questions])
        recalls = []
        for question in questions:
            exact = np.argpartition(-(vectors @ question), NEAREST)[:NEAREST]
            nearest = found.search(question[None, :], NEAREST)[0]
            recalls.append(len(np.intersect1d(nearest, exact)) / NEAREST)
    kind = "exact" if size <= FLAT_LIMIT else f"{found.probes} of {found.cells} cells, one byte a component"
    return {
        "passages": size,
        "kind": kind,
        "build_s": round(build_s, 1),
        "disk_mb": disk_mb,
        "peak_memory_mb": _peak_mb(),
        **times,
        "recall_at_20": round(float(np.mean(recalls)), 4),
    }


def lexical(size: int) -> Row:
    """Build, save, load and ask a BM25 index of ``size`` texts."""
    real = [words(passage.text) for passage in open_workspace(load_settings()).store.iter_passages()]
    generator = np.random.default_rng(0)
    lengths = generator.choice([len(passage) for passage in real], size)
    questions = [stems(entry["text"]) for entry in tomllib.loads(QUESTIONS_FILE.read_text("utf-8"))["question"]]
    began = time.perf_counter()
    built = LexicalIndex.build(_texts(list(itertools.chain.from_iterable(real)), lengths, generator))
    build_s = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bm25"
        built.table.save(folder)
        built.save(folder)
        found = LexicalIndex.load(folder, StemTable.load(folder, size))
        times = _timed([partial(found.best, question, POOL) for question in questions[:QUESTIONS]])
        disk_mb = _megabytes(folder)
    return {
        "passages": size,
        "words_per_passage": round(float(np.mean(lengths)), 1),
        "build_s_with_making_the_texts": round(build_s, 1),
        "disk_mb": disk_mb,
        "peak_memory_mb": _peak_mb(),
        **times,
    }


def _texts(occurrences: Sequence[str], lengths: Sequence[int], generator: np.random.Generator) -> Iterator[str]:
    """Yield texts of words drawn as often as they occur."""
    for length in lengths:
        yield " ".join(occurrences[place] for place in generator.integers(0, len(occurrences), length))


PARTS: dict[str, Callable[[int], Row]] = {"dense": dense, "lexical": lexical}


def _timed(asks: Sequence[Callable[[], object]]) -> Row:
    """Ask everything once to read the files, then once more for the times."""
    for ask in asks:
        ask()
    taken = []
    for ask in asks:
        began, began_cpu = time.perf_counter(), time.thread_time()
        ask()
        taken.append((1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - began_cpu)))
    wall_ms, cpu_ms = np.array(taken).T
    return {
        "p50_ms": round(float(np.median(wall_ms)), 2),
        "p95_ms": round(float(np.quantile(wall_ms, 0.95)), 2),
        "cpu_p50_ms": round(float(np.median(cpu_ms)), 2),
        "cpu_p95_ms": round(float(np.quantile(cpu_ms, 0.95)), 2),
    }


def _megabytes(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
