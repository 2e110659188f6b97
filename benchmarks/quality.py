"""Quality of answers on the judged questions, beside what search is made of.

    python benchmarks/quality.py [--split test]

The same as ``rlmap eval --output benchmarks/results/quality.json`` on the corpus and index of
``RLMAP_HOME``. Judgments about documents that are not in it are left out, so numbers belong to
the corpus that is printed with them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rlmap.pipeline.evaluating import evaluate, evaluation_text
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import load_settings

RESULT = Path(__file__).parent / "results" / "quality.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=["dev", "test"], default="test")
    split = parser.parse_args().split
    report = evaluate(open_workspace(load_settings()), split=split)
    print(evaluation_text(report))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report.payload(), indent=2) + "\n", encoding="utf-8")
    print(f"written to {RESULT}")


if __name__ == "__main__":
    main()
