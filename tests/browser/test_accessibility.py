"""No page breaks a rule of axe-core that it calls serious or critical, in light or in dark."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Page, expect

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
#: The views of a path but the first, which a page above shows, and the words that each begins with.
VIEWS_OF_A_PATH = {
    "Calendar": "What if I had this many hours a week?",
    "What next": "Ready now",
    "Review": "Nothing is due",
    "Share and export": "As a link",
}


#: npm itself tries for minutes where its registry does not answer.
_FETCH_S = 300


@pytest.fixture(scope="session")
def axe() -> str:
    """The rules, as one script; npm fetches the version that the lock file pins, once."""
    script = AXE / "node_modules" / "axe-core" / "axe.min.js"
    with FileLock(AXE.parent / ".axe.lock", timeout=_FETCH_S):
        if not script.exists():
            npm = shutil.which("npm")
            if npm is None:
                pytest.skip("no npm: install it, on Debian with `apt-get install npm`")
            subprocess.run(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=AXE, check=True, timeout=_FETCH_S
            )
    return script.read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_fault(visit: Visit, axe: str, theme: str) -> None:
    visit.page.emulate_media(color_scheme=theme)
    found = []
    for name, path in PAGES.items():
        visit.open(path)
        visit.settle()
        found += faults(visit.page, axe, name) + jumps(visit.page, name)
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_view_of_a_path_has_a_serious_fault(visit: Visit, axe: str, theme: str) -> None:
    page = visit.page
    page.emulate_media(color_scheme=theme)
    visit.open("/path?goal=discount-factor")
    visit.settle()
    found = []
    for name, first_words in VIEWS_OF_A_PATH.items():
        page.get_by_role("radio", name=name).click()
        expect(page.get_by_text(first_words).first).to_be_visible(timeout=60_000)
        visit.settle()
        found += faults(page, axe, name) + jumps(page, name)
    page.get_by_text("About you").click()
    visit.settle()
    page.get_by_role("button", name="Find out what I know").click()
    expect(page.get_by_role("heading", name=re.compile("can you do this"))).to_be_visible(timeout=60_000)
    visit.settle()
    found += faults(page, axe, "placement") + jumps(page, "placement")
    assert found == []


def jumps(page: Page, name: str) -> list[str]:
    """Return the headings that are more than one level below the heading before them."""
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => [+h.tagName[1], h.innerText])")
    return [
        f"{name}: {words!r} is h{level} after h{above}"
        for (above, _), (level, words) in pairwise(levels)
        if level > above + 1
    ]


def faults(page: Page, axe: str, name: str) -> list[str]:
    """Return what axe-core calls serious or critical about the page as it is."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{name}: {fault['id']}: {node['html'][:200]}"
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
