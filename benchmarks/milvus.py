"""The store in Milvus beside the embedded one: the same corpus, the same questions, the same ten first?

    python benchmarks/milvus.py [--address milvus://host:19530/database]

Builds the corpus of ``RLMAP_HOME`` a second time into Milvus (unless told otherwise Milvus Lite,
the same client with the engine inside this process) and asks both the test half of the judged
questions. *Overlap* is the share of the first ten passages of one that are among those of the
other. Every quote that the answers over Milvus show is checked in its original file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from rlmap.pipeline.asking import ask_question
from rlmap.pipeline.setting_up import set_up
from rlmap.pipeline.workspace import Workspace, open_workspace
from rlmap.search.expand import expand
from rlmap.search.fuse import retrieve
from rlmap.search.judged import load_questions
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "milvus.json"
FIRST = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", default=None)
    arguments = parser.parse_args()
    settings = load_settings()
    set_up(settings)  # both from the corpus as it is now
    questions = [item.text for item in load_questions(settings.corpus_dir / "queries") if item.split == "test"]
    with tempfile.TemporaryDirectory() as scratch:
        address = arguments.address or f"milvus://{scratch}/store.db"
        copy = Path(scratch) / "home"
        shutil.copytree(settings.home, copy)
        began = time.perf_counter()
        set_up(replace(settings, home=copy, store=address))
        built_s = time.perf_counter() - began
        embedded, milvus = open_workspace(settings), open_workspace(replace(settings, home=copy))
        assert milvus.index.info.store == address
        assert embedded.index.info.passages == milvus.index.info.passages
        report = {
            "what": f"{len(questions)} test questions over {milvus.index.info.passages:,} passages",
            "engine": "Milvus Lite" if arguments.address is None else "Milvus",
            "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}",
            "build_s": round(built_s, 1),
            **compared(embedded, milvus, questions),
            "load_average": round(os.getloadavg()[0], 1),
        }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


def compared(embedded: Workspace, milvus: Workspace, questions: list[str]) -> dict[str, object]:
    overlaps: list[float] = []
    taken: dict[str, list[float]] = {"embedded": [], "milvus": []}
    states: Counter[str] = Counter()
    same_quotes = 0
    for question in questions:
        rankings = {}
        for name, workspace in (("embedded", embedded), ("milvus", milvus)):
            terms = expand(question, workspace.vocabulary)
            began = time.perf_counter()
            hits = retrieve(workspace.index, workspace.encoder, terms, k=FIRST)
            taken[name].append(1000 * (time.perf_counter() - began))
            rankings[name] = [hit.passage_id for hit in hits]
        ours, theirs = rankings["embedded"], rankings["milvus"]
        overlaps.append(len(set(ours) & set(theirs)) / max(len(ours), 1))
        results = [ask_question(workspace, question).answers for workspace in (embedded, milvus)]
        places = [[quote.locator for answer in answers for quote in answer.quotes] for answers in results]
        same_quotes += places[0] == places[1]
        states.update(quote.verification.state for answer in results[1] for quote in answer.quotes)
    return {
        "overlap_at_10": {"mean": round(statistics.mean(overlaps), 4), "least": min(overlaps)},
        "answers_with_the_same_quotes": f"{same_quotes} of {len(questions)}",
        "quotes_over_milvus": dict(states),
        "retrieve_p50_ms": {name: round(statistics.median(values), 1) for name, values in taken.items()},
    }


if __name__ == "__main__":
    main()
