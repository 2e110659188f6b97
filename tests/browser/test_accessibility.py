"""No page breaks a rule of axe-core that it calls serious or critical, in light or in dark."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "axe"
PAGES = {
    "home": "/",
    "areas": "/map",
    "area": "/map?a=core-rl",
    "concept": "/map?c=discount-factor",
    "not-on-the-map": "/map?c=discount-facter",
    "ask-empty": "/ask",
    "ask": "/ask?q=why+does+PPO+clip",
    "ask-nothing": "/ask?q=best+pizza+in+Naples",
    "path-empty": "/path",
    "path": "/path?goal=discount-factor",
    "demos": "/demos",
    "demo": "/demos?d=discount-factor",
    "sources": "/sources",
    "source": "/sources?s=rlmap-handbook",
    "health": "/health",
}


@pytest.fixture(scope="session")
def axe() -> str:
    """The rules, as one script; npm fetches the version that the lock file pins, once."""
    script = AXE / "node_modules" / "axe-core" / "axe.min.js"
    with FileLock(AXE.parent / ".axe.lock"):
        if not script.exists():
            npm = shutil.which("npm")
            if npm is None:
                pytest.skip("no npm: install it, on Debian with `apt-get install npm`")
            subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=AXE, check=True)
    return script.read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_fault(visit: Visit, axe: str, theme: str) -> None:
    visit.page.emulate_media(color_scheme=theme)
    faults = []
    for name, path in PAGES.items():
        visit.open(path)
        visit.settle()
        visit.page.evaluate(axe)
        found = visit.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        faults += [
            f"{name}: {fault['id']}: {node['html'][:200]}"
            for fault in found["violations"]
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ]
    assert faults == []
