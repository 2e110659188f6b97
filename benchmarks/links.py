"""How good the links between concepts and passages are, and how far they reach.

    python benchmarks/links.py --corpus registry

Precision is computed from the judgements in ``corpus/queries/links.tsv``; coverage is counted in the corpus
of ``RLMAP_HOME``, and kept in the result under the name that ``--corpus`` gives it, beside the others.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from rlmap.pipeline.link_quality import coverage_text, link_coverage, link_precision, precision_text
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "links.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="What the corpus of RLMAP_HOME is called in the result.")
    name = parser.parse_args().corpus
    workspace = open_workspace(load_settings())
    measured, coverage = link_precision(workspace), link_coverage(workspace)
    print(precision_text(measured), "", coverage_text(coverage), sep="\n")
    report = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {"coverage": {}}
    report["precision"] = asdict(measured)
    report["coverage"][name] = asdict(coverage)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
