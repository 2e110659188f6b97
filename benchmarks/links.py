"""How good the links between concepts and passages are, and how far they reach.

    python benchmarks/links.py --corpus registry

Precision is computed from the judgements in ``corpus/queries/links.tsv``; coverage, and how many edges have a
passage that names both ends, are counted in the corpus of ``RLMAP_HOME``, and kept in the result under the name
that ``--corpus`` gives it, beside the others. ``docs/coverage.md`` lists the concepts that few works explain.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

from rlmap.pipeline.edge_passages import edge_coverage
from rlmap.pipeline.link_quality import coverage_text, link_coverage, link_precision, precision_text
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "links.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="What the corpus of RLMAP_HOME is called in the result.")
    name = parser.parse_args().corpus
    workspace = open_workspace(load_settings())
    started = time.perf_counter()
    measured, coverage = link_precision(workspace), link_coverage(workspace)
    seconds = time.perf_counter() - started
    edges = edge_coverage(workspace)
    pinned = link_precision(workspace, "pinned")
    print(precision_text(measured), "", precision_text(pinned, "editors"), "", coverage_text(coverage), "", sep="\n")
    print(f"{edges.with_passage} of {edges.edges} edges have a passage that names both ends.")
    print(f"All links found in {seconds:.1f} s.")
    report = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    report["precision"], report["precision_pinned"] = asdict(measured), asdict(pinned)
    kept = asdict(coverage) | {"handbook": len(coverage.handbook), "seconds": round(seconds, 1)}
    report.setdefault("coverage", {})[name] = kept
    report.setdefault("edges", {})[name] = asdict(edges)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
