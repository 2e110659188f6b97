"""How good the links between concepts and passages are, and how far they reach.

    python benchmarks/links.py --corpus registry

Precision is computed from the judgements in ``corpus/queries/links.tsv``; coverage, and how many edges have a
passage that names both ends, are counted in the corpus of ``RLMAP_HOME``, and kept in the result under the name
that ``--corpus`` gives it, beside the others. The table and the lists of ``docs/coverage.md`` are written from
the result; a test compares the document with it.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rlmap.pipeline.edge_passages import edge_coverage
from rlmap.pipeline.link_quality import coverage_text, link_coverage, link_precision, precision_text
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import load_settings

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "links.json"
DOCUMENT = ROOT / "docs" / "coverage.md"
BEGIN, END = "<!-- written by benchmarks/links.py -->", "<!-- end of what is written -->"

#: What each corpus is called in the document, and how many works are wanted there, the handbook counted.
CORPORA = {"registry": ("the package index alone", 2), "full": ("all sources that can be had", 3)}


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
    text = DOCUMENT.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    written = json.loads(RESULT.read_text(encoding="utf-8"))  # numbers as keys are text there
    DOCUMENT.write_text(before + generated(written) + after, encoding="utf-8")


def generated(report: dict[str, Any]) -> str:
    """Return what the document states of the result: a table, and the concepts that too few works explain."""
    coverage, edges = report["coverage"], report["edges"]
    rows = [
        "| corpus | passages | works | explained by | with the handbook | beside it | edges with a passage |",
        "|---|---|---|---|---|---|---|",
    ]
    lists = []
    for name, (title, wanted) in CORPORA.items():
        found, ends = coverage[name], edges[name]
        rows += [
            f"| {title} | {found['passages']:,} | {found['works']} | {least} or more "
            f"| {found['with_handbook'][str(least)]:.1%} | {found['outside'][str(least)]:.1%} "
            f"| {ends['with_passage']} of {ends['edges']} |"
            for least in (1, 2, 3)
        ]
        below = [f"`{concept}`" for concept, works in found["explained"].items() if works + 1 < wanted]
        lists.append(f"**{title[0].upper()}{title[1:]}**, fewer than {wanted}: {', '.join(sorted(below))}.")
    return "\n".join([BEGIN, "", *rows, "", "\n\n".join(lists), "", END])


if __name__ == "__main__":
    main()
