"""The document on scale says what follows from the results that are committed."""

from __future__ import annotations

import runpy
from pathlib import Path


def test_the_tables_follow_from_the_results(root: Path) -> None:
    script = runpy.run_path(str(root / "benchmarks" / "scale_paper.py"), run_name="scale_paper")
    text = script["generated"](script["measured_rates"]())
    assert text in (root / "docs" / "scale.md").read_text(encoding="utf-8"), "run benchmarks/scale_paper.py --write"
