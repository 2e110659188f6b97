"""The page on coverage says what the committed result says."""

from __future__ import annotations

import json
import runpy
from pathlib import Path


def test_the_page_on_coverage_follows_from_the_result(root: Path) -> None:
    script = runpy.run_path(str(root / "benchmarks" / "links.py"), run_name="links")
    report = json.loads((root / "benchmarks" / "results" / "links.json").read_text(encoding="utf-8"))
    page = (root / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert script["generated"](report) in page, "run benchmarks/links.py for each corpus"
