"""Search time beside peers: the same passages, the same vectors, the same questions, one run.

    make bench-peers        (installs the peers into an environment of their own first)

Encoding is excluded: every system is given the vectors of passages and questions. Each returns its
20 best passages by its own hybrid of dense and BM25 search, in one thread, one question at a time.
The systems take turns, so that a busy machine is busy for all of them: twenty questions each, and each has
its own data in the processor's caches, as it would without the others; then one question each, and the
caches are full of what the others read, which costs the quickest most. Times are medians over the
questions, after a round that is not counted. On a busy machine only processor time
compares: who needs longer than a slice of time waits for the others, too. Ids are compared with those of
rlmap, to show that all of them search the same passages.

- rlmap: candidates of both indices, each then scored by both and by its closest sentence, fused
  (``find_candidates``, what ``rlmap ask`` runs). No expansion, which is not search.
- txtai: ``Embeddings(hybrid=True)``: Faiss and txtai's own BM25, convex combination, its defaults.
- LanceDB: a local table, exact vector search and its full-text index, reciprocal rank fusion.
- Haystack: ``InMemoryDocumentStore`` with an embedding and a BM25 retriever, reciprocal rank fusion.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
import tomllib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import lancedb as lance
import numpy as np
from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from txtai import Embeddings

from rlmap.pipeline.workspace import open_workspace
from rlmap.search.encode import Vectors
from rlmap.search.fuse import find_candidates
from rlmap.search.index import SearchIndex
from rlmap.settings import load_settings
from rlmap.types import SearchTerm

RESULT = Path(__file__).parent / "results" / "peers.json"
QUESTIONS_FILE = Path(__file__).parents[1] / "corpus" / "queries" / "questions.toml"
K = 20
#: Questions that a system is asked before it is the next one's turn.
TURNS = (20, 1)
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "TOKIO_WORKER_THREADS", "LANCE_CPU_THREADS")

Search = Callable[[str], list[str]]
Corpus = tuple[list[str], list[str], Vectors]


class KnownVectors:
    """An encoder that has encoded everything already."""

    def __init__(self, name: str, vectors: dict[str, np.ndarray]) -> None:
        self.name, self._vectors = name, vectors
        self.dim = self.batch = len(next(iter(vectors.values())))

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vectors[text] for text in texts])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=100)
    count = parser.parse_args().questions
    if any(os.environ.get(name) != "1" for name in THREADS):
        raise SystemExit(
            f"Set {', '.join(THREADS)} to 1, as `make bench-peers` does: the libraries read them at import."
        )
    workspace = open_workspace(load_settings())
    questions = [entry["text"] for entry in tomllib.loads(QUESTIONS_FILE.read_text("utf-8"))["question"]][:count]
    asked = dict(zip(questions, workspace.encoder.encode(questions), strict=True))
    passages = workspace.index.store.passages(np.arange(workspace.index.info.passages))
    texts = [workspace.store.text(passage.locator) for passage in workspace.store.passages(passages.ids.tolist())]
    corpus = (passages.ids.tolist(), texts, passages.vectors)
    with tempfile.TemporaryDirectory() as scratch:
        systems: dict[str, Search] = {"rlmap": rlmap(workspace.index, asked)}
        for name, make in (("txtai", txtai), ("lancedb", lancedb), ("haystack", haystack)):
            began = time.perf_counter()
            systems[name] = make(corpus, asked, Path(scratch))
            print(f"{name} holds {len(corpus[0])} passages after {time.perf_counter() - began:.0f} s", flush=True)
        report = {f"turns_of_{turn}": measured(systems, questions, turn) for turn in TURNS}
    report = {
        "what": f"{len(questions)} questions over {len(texts):,} passages, {K} best, vectors given, one thread",
        "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "versions": {name: version(name) for name in ("txtai", "lancedb", "haystack-ai", "faiss-cpu", "bm25s")},
        **report,
        "load_average": round(os.getloadavg()[0], 1),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


def measured(systems: dict[str, Search], questions: list[str], turn: int) -> dict[str, object]:
    taken: dict[str, list[float]] = {name: [] for name in systems}
    cpu: dict[str, list[float]] = {name: [] for name in systems}
    found: dict[str, list[set[str]]] = {name: [] for name in systems}
    for counted in (False, True):
        for start in range(0, len(questions), turn):
            for name, search in systems.items():
                for question in questions[start : start + turn]:
                    began, began_cpu = time.perf_counter(), time.process_time()
                    ids = search(question)
                    if counted:
                        taken[name].append(1000 * (time.perf_counter() - began))
                        cpu[name].append(1000 * (time.process_time() - began_cpu))
                        found[name].append(set(ids))
    shared = {
        name: [len(ours & theirs) / K for ours, theirs in zip(found["rlmap"], ids, strict=True)]
        for name, ids in found.items()
    }
    medians, cpu_medians = (
        {name: statistics.median(values) for name, values in times.items()} for times in (taken, cpu)
    )
    return {
        "p50_ms": {name: round(value, 2) for name, value in medians.items()},
        "p95_ms": {name: round(float(np.quantile(values, 0.95)), 2) for name, values in taken.items()},
        "cpu_p50_ms": {name: round(value, 2) for name, value in cpu_medians.items()},
        "times_the_wall_time_of_rlmap": {name: round(value / medians["rlmap"], 1) for name, value in medians.items()},
        "times_the_cpu_time_of_rlmap": {
            name: round(value / cpu_medians["rlmap"], 1) for name, value in cpu_medians.items()
        },
        "share_of_rlmaps_20": {name: round(statistics.mean(values), 2) for name, values in shared.items()},
    }


def rlmap(index: SearchIndex, asked: dict[str, np.ndarray]) -> Search:
    encoder = KnownVectors(index.info.encoder, asked)

    def search(question: str) -> list[str]:
        return find_candidates(index, encoder, [SearchTerm(question, "question")]).passages.ids[:K].tolist()

    return search


def txtai(corpus: Corpus, asked: dict[str, np.ndarray], _: Path) -> Search:
    ids, texts, vectors = corpus
    known = {**dict(zip(texts, vectors, strict=True)), **asked}
    embeddings = Embeddings(
        method="external", transform=lambda some: np.stack([known[text] for text in some]), hybrid=True, content=False
    )
    embeddings.index(zip(ids, texts, [None] * len(ids), strict=True))

    def search(question: str) -> list[str]:
        return [id_ for id_, _ in embeddings.search(question, K)]

    return search


def lancedb(corpus: Corpus, asked: dict[str, np.ndarray], scratch: Path) -> Search:
    rows = [{"id": id_, "text": text, "vector": vector} for id_, text, vector in zip(*corpus, strict=True)]
    table = lance.connect(str(scratch / "lance")).create_table("passages", rows)
    table.create_fts_index("text")

    def search(question: str) -> list[str]:
        found = table.search(query_type="hybrid").vector(asked[question]).text(question).select(["id"]).limit(K)
        return found.to_arrow()["id"].to_pylist()

    return search


def haystack(corpus: Corpus, asked: dict[str, np.ndarray], _: Path) -> Search:
    store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
    store.write_documents(
        [Document(id=id_, content=text, embedding=vector.tolist()) for id_, text, vector in zip(*corpus, strict=True)]
    )
    lexical, dense = InMemoryBM25Retriever(store, top_k=K), InMemoryEmbeddingRetriever(store, top_k=K)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=K)

    def search(question: str) -> list[str]:
        found = [
            lexical.run(query=question)["documents"],
            dense.run(query_embedding=asked[question].tolist())["documents"],
        ]
        return [document.id for document in joiner.run(documents=found)["documents"]]

    return search


if __name__ == "__main__":
    main()
