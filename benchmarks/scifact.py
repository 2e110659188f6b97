"""Retrieval quality on SciFact, out of the box, beside BM25, dense and rank fusion.

    python benchmarks/scifact.py FILE [--work-dir DIR]

FILE is SciFact as gzipped JSON: ``corpus`` (id to title and text), ``queries`` (id to text),
``qrels`` (id to relevant ids). Nothing of the retriever was tuned on it. The index is kept in
the work folder, so that a second run takes seconds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rlmap.corpus.sentences import sentence_spans
from rlmap.search.build import build_index
from rlmap.search.encode import load_encoder
from rlmap.search.export import export_model
from rlmap.search.fuse import retrieve
from rlmap.search.index import open_index
from rlmap.search.lexical import Rows
from rlmap.search.metrics import bootstrap_interval, ndcg_at, recall_at
from rlmap.search.store import Filter
from rlmap.search.tokens import stems
from rlmap.types import IndexRecord, SearchTerm

RESULT = Path(__file__).parent / "results" / "scifact.json"
RRF_K = 60
DEPTH = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--work-dir", type=Path, default=Path.home() / ".cache" / "rlmap-scifact")
    arguments = parser.parse_args()
    data = json.loads(gzip.decompress(arguments.file.read_bytes()))
    export_model(arguments.work_dir / "model")
    encoder = load_encoder(arguments.work_dir / "model")
    began = time.perf_counter()
    build_index(records_of(data["corpus"]), index_dir=arguments.work_dir / "index", encoder=encoder, progress=tell)
    built_s = time.perf_counter() - began
    index = open_index(arguments.work_dir / "index")

    def ids(rows: Rows) -> list[str]:
        return index.store.passages(rows).ids.tolist()

    def bm25(question: str) -> list[str]:
        return ids(index.store.best([stems(question)], DEPTH, Filter())[0])

    def dense(question: str) -> list[str]:
        return ids(index.store.nearest(encoder.encode([question]), DEPTH, Filter())[0])

    def rank_fusion(question: str) -> list[str]:
        scores: dict[str, float] = {}
        for ranking in (bm25(question), dense(question)):
            for rank, document in enumerate(ranking, 1):
                scores[document] = scores.get(document, 0.0) + 1 / (RRF_K + rank)
        return sorted(scores, key=lambda document: (-scores[document], document))

    def ours(question: str) -> list[str]:
        return [hit.passage_id for hit in retrieve(index, encoder, [SearchTerm(question, "question")], k=DEPTH)]

    systems = {"bm25": bm25, "dense": dense, "rrf": rank_fusion, "rlmap": ours}
    report = {
        "what": "SciFact, 5,183 abstracts, 300 claims, no expansion, no weight fitted on it",
        "encoder": encoder.name,
        "machine": f"{platform.machine()}, {platform.system()}",
        "build_s": round(built_s, 1),
        "systems": {name: measure(system, data) for name, system in systems.items()},
    }
    for name, row in report["systems"].items():
        low, high = row["ndcg_at_10_interval"]
        print(f"{name:6} nDCG@10 {row['ndcg_at_10']:.4f} [{low:.3f}, {high:.3f}]  recall@20 {row['recall_at_20']:.3f}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"written to {RESULT}")


def records_of(corpus: dict[str, dict[str, str]]) -> list[IndexRecord]:
    """Make a record of each abstract: the title is its context, its sentences are cut as everywhere."""
    return [
        IndexRecord(
            passage_id=document_id,
            work_id=document_id,
            source_id=document_id,
            kind="paper",
            year=None,
            formalism=0.0,
            text=document["text"],
            context=document["title"],
            sentences=tuple(document["text"][start:end] for start, end in sentence_spans(document["text"])),
        )
        for document_id, document in corpus.items()
    ]


def measure(system: Callable[[str], list[str]], data: dict[str, dict]) -> dict[str, object]:
    """Return the measures of one system over all questions."""
    began = time.perf_counter()
    rankings = {query_id: system(text) for query_id, text in data["queries"].items()}
    taken_s = time.perf_counter() - began
    grades = {query_id: dict.fromkeys(relevant, 1) for query_id, relevant in data["qrels"].items()}
    ndcg = [ndcg_at(10, rankings[query_id], grades[query_id]) for query_id in data["queries"]]
    recall = [recall_at(20, rankings[query_id], grades[query_id]) for query_id in data["queries"]]
    return {
        "ndcg_at_10": round(float(np.mean(ndcg)), 4),
        "ndcg_at_10_interval": [round(bound, 4) for bound in bootstrap_interval(ndcg)],
        "recall_at_20": round(float(np.mean(recall)), 4),
        "mean_ms": round(1000 * taken_s / len(rankings), 2),
    }


def tell(stage: str, done: int, total: int) -> None:
    print(f"\r{stage} {done:,}/{total:,}", end="" if done < total else "\n", flush=True)


if __name__ == "__main__":
    main()
