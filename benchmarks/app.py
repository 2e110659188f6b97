"""How quick the app is in a real browser, and what thirty learners at once cost.

    python benchmarks/app.py [--sessions 30] [--rounds 7]

Starts the app on the data of ``RLMAP_HOME`` and drives headless Chromium on the same machine. Each
time runs from the click (or the address) until what the learner waits for is on the page. The
first round of every kind is thrown away: it loads what is then kept. Beside each time stands the
processor time that the server and the page's main thread used meanwhile, which a busy machine
changes little: on an idle machine the wait is about so long.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Browser as AsyncBrowser
from playwright.async_api import async_playwright
from playwright.sync_api import Page, expect, sync_playwright

RESULT = Path(__file__).parent / "results" / "app.json"
QUESTIONS = Path(__file__).parents[1] / "corpus" / "queries" / "questions.toml"
MANY_NODES = Path(__file__).parent / "app_many_nodes.py"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WAIT_MS = 180_000
#: What each of the sessions opens, one after the other.
JOURNEY = ("/", "/map", "/map?c=discount-factor", "/ask?q=why+does+PPO+clip", "/path?goal=ppo", "/demos", "/sources")
TITLES = {"Map": "Map", "Ask": "Ask", "Path": "Path", "Demos": "Demos", "Sources": "Sources", "Health": "Health"}
TARGETS_S = {"first_paint": 2.0, "page_to_page": 0.5, "map_to_concept": 0.3, "ask_to_quotes": 0.3}
_FRAMES = """async () => {
  const times = []; let last = performance.now(), stop = false;
  const tick = (now) => { times.push(now - last); last = now; if (!stop) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  window.__frames = () => { stop = true; return times.slice(1); };
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "install Chromium first"
    expect.set_options(timeout=WAIT_MS)
    report: dict[str, Any] = {
        "what": "the app in headless Chromium, seconds from the click to what was waited for",
        "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "load_average_before": round(os.getloadavg()[0], 1),
        "targets_s": TARGETS_S,
    }
    with serving([sys.executable, "-c", "from rlmap.cli import main; main()", "serve", "--port"]) as (base, server):
        with sync_playwright() as playwright:
            page = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS).new_page()
            page.set_default_timeout(WAIT_MS)
            report |= Waits(page, base, server).measure(options.rounds)
        report["sessions"] = asyncio.run(sessions(chromium, base, server, options.sessions))
    many = [sys.executable, "-m", "streamlit", "run", str(MANY_NODES), "--server.port"]
    with serving(many) as (base, _), sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS).new_page()
        page.set_default_timeout(WAIT_MS)
        report["thousand_nodes"] = frames(page, base)
    report["load_average_after"] = round(os.getloadavg()[0], 1)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[str, psutil.Process]]:
    """Run a server on a free port until it answers; stop it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL)
    base = f"http://localhost:{port}"
    try:
        while True:
            try:
                urllib.request.urlopen(f"{base}/_stcore/health", timeout=5).read()
                break
            except OSError:
                assert process.poll() is None, "the server did not start"
                time.sleep(0.2)
        yield base, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


@dataclass(frozen=True)
class Wait:
    """Seconds on the clock, and seconds of processor time of server and page."""

    clock_s: float
    server_s: float
    page_s: float


class Waits:
    """The four waits of a learner, each measured several times."""

    def __init__(self, page: Page, base: str, server: psutil.Process) -> None:
        self.page, self.base, self.server = page, base, server
        self.metrics = page.context.new_cdp_session(page)
        self.metrics.send("Performance.enable")

    def measure(self, rounds: int) -> dict[str, Any]:
        questions = [entry["text"] for entry in tomllib.loads(QUESTIONS.read_text("utf-8"))["question"]]
        found: dict[str, list[Wait]] = {name: [] for name in TARGETS_S}
        by_page: dict[str, list[Wait]] = {name: [] for name in TITLES}
        for number in range(rounds + 1):
            first = self.timed(
                lambda: self.page.goto(self.base),
                lambda: expect(self.page.get_by_label("What do you want to understand?")).to_be_visible(),
            )
            settle(self.page)
            hops = {name: self.hop(name) for name in TITLES}
            concept, answer = self.concept(), self.ask(questions[number])
            if number:
                found["first_paint"].append(first)
                found["map_to_concept"].append(concept)
                found["ask_to_quotes"].append(answer)
                for name, wait in hops.items():
                    by_page[name].append(wait)
                    found["page_to_page"].append(wait)
        report: dict[str, Any] = {name: summary(waits) for name, waits in found.items()}
        report["page_to_page"]["by_page"] = {name: summary(waits) for name, waits in by_page.items()}
        return report

    def hop(self, name: str) -> Wait:
        """Go to another page by its link in the bar; it has arrived when its heading stands there."""
        link = self.page.get_by_test_id("stTopNavLinkContainer").get_by_text(name, exact=True).first
        heading = self.page.get_by_role("heading", level=1, name=TITLES[name], exact=True)
        wait = self.timed(link.click, lambda: expect(heading).to_be_visible())
        settle(self.page)
        return wait

    def concept(self) -> Wait:
        """Choose a concept on the map beside another one."""
        self.page.goto(f"{self.base}/map?c=discount-factor")
        settle(self.page)
        node = self.page.locator('g.node[data-id="value-function"]')
        expect(node).to_be_visible()
        heading = self.page.get_by_role("heading", level=1, name="Value function", exact=True)
        return self.timed(node.click, lambda: expect(heading).to_be_visible())

    def ask(self, question: str) -> Wait:
        """Ask a question on the page of another one; the answer is there with the first quote of it."""
        self.page.goto(f"{self.base}/ask?q=what+is+a+replay+buffer")
        settle(self.page)
        before = self.page.locator("blockquote").first.inner_text()
        box = self.page.get_by_role("textbox").first
        box.fill(question)
        script = "before => { const q = document.querySelector('blockquote'); return q && q.innerText !== before; }"
        return self.timed(lambda: box.press("Enter"), lambda: self.page.wait_for_function(script, arg=before))

    def timed(self, act: Callable[[], object], until: Callable[[], object]) -> Wait:
        """Time an act of the learner until its outcome is there."""
        start, server_s, page_s = time.perf_counter(), self._server_s(), self._page_s()
        act()
        until()
        clock_s = time.perf_counter() - start
        return Wait(clock_s, self._server_s() - server_s, max(0.0, self._page_s() - page_s))

    def _server_s(self) -> float:
        spent = self.server.cpu_times()
        return spent.user + spent.system

    def _page_s(self) -> float:
        """Return what the main thread of the page has spent; a new address starts from nought."""
        found = self.metrics.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in found if metric["name"] == "ThreadTime")


def settle(page: Page) -> None:
    page.locator("[data-testid=stStatusWidget]").wait_for(state="detached")
    page.wait_for_timeout(300)


def summary(waits: list[Wait]) -> dict[str, Any]:
    clock = [wait.clock_s for wait in waits]
    return {
        "runs": len(waits),
        "median_s": round(statistics.median(clock), 3),
        "most_s": round(max(clock), 3),
        "processor_median_s": {
            "server": round(statistics.median(wait.server_s for wait in waits), 3),
            "page": round(statistics.median(wait.page_s for wait in waits), 3),
        },
    }


async def sessions(chromium: str, base: str, server: psutil.Process, count: int) -> dict[str, Any]:
    """Send learners through the app all at once; count what went wrong and what they cost."""
    before = server.memory_info().rss
    start = time.perf_counter()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        outcomes = await asyncio.gather(*(learner(browser, base) for _ in range(count)))
        seconds = time.perf_counter() - start
        after = server.memory_info().rss
        await browser.close()
    return {
        "at_once": count,
        "pages_each": len(JOURNEY),
        "errors": [error for faults in outcomes for error in faults],
        "seconds": round(seconds, 1),
        "server_mb_before": round(before / 1e6),
        "server_mb_after": round(after / 1e6),
        "mb_per_session": round((after - before) / 1e6 / count, 2),
    }


async def learner(browser: AsyncBrowser, base: str) -> list[str]:
    """Walk the journey in a session of one's own; return what was wrong."""
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(600_000)
    faults = []
    for path in JOURNEY:
        await page.goto(base + path)
        await page.get_by_role("heading", level=1).first.wait_for()
        await page.locator("[data-testid=stStatusWidget]").wait_for(state="detached")
        for kind in ("stException", "stConnectionStatus"):
            if await page.get_by_test_id(kind).count():
                faults.append(f"{path}: {kind}")
    return faults


def frames(page: Page, base: str) -> dict[str, Any]:
    """Draw a map of a thousand concepts, then drag and zoom it for some seconds."""
    start = time.perf_counter()
    page.goto(base)
    page.locator("g.node").nth(999).wait_for(state="attached")
    drawn = time.perf_counter() - start
    settle(page)
    box = page.locator("svg[role=group]").bounding_box()
    assert box is not None
    return {"drawn_s": round(drawn, 2), "readable": dragged(page, box), "whole": dragged(page, box, fit=True)}


def dragged(page: Page, box: Any, *, fit: bool = False) -> dict[str, float]:
    if fit:
        page.get_by_role("button", name="Fit the whole map").click()
        page.wait_for_timeout(500)
    page.evaluate(_FRAMES)
    middle = box["x"] + box["width"] / 2, box["y"] + 12
    page.mouse.move(*middle)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(middle[0] - 5 * step, middle[1] + 2 * step)
    page.mouse.up()
    gaps = sorted(page.evaluate("() => window.__frames()"))
    return {
        "frames": len(gaps),
        "median_ms": round(statistics.median(gaps), 1),
        "p95_ms": round(gaps[int(len(gaps) * 0.95)], 1),
    }


if __name__ == "__main__":
    main()
