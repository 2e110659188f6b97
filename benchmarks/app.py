"""How quick the app is in a real browser, and what thirty learners at once cost.

    python benchmarks/app.py [--sessions 30] [--rounds 7]

Starts the app on the data of ``RLMAP_HOME`` and drives headless Chromium on the same machine. Each
time is taken inside the page: from the click, the key or the start of the navigation until the
frame in which what the learner waits for stands there. The first round of every kind is thrown
away: it loads what is then kept. Beside each time stands the processor time that the server and the
page's main thread used meanwhile, which a busy machine changes little: on an idle machine the wait
is about so long.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from app_frames import frames
from app_server import APP, ARGUMENTS, WAIT_MS, chromium, serving
from app_sessions import sessions
from playwright.sync_api import Page, sync_playwright

RESULT = Path(__file__).parent / "results" / "app.json"
#: All of them are answered with quotes by the default corpus (docs/handbook-review.md).
QUESTIONS = (
    "effect of discount rate in RL",
    "why does PPO clip the probability ratio",
    "does potential-based shaping keep the optimal policy",
    "agent cannot see the full state",
    "when is SARSA safer than Q-learning",
    "what are options",
    "how does V-trace correct policy lag",
    "what makes a process Markov",
)
MANY_NODES = Path(__file__).parent / "app_many_nodes.py"
TITLES = ("Map", "Ask", "Path", "Demos", "Sources", "Health")
TARGETS_S = {"first_paint": 2.0, "page_to_page": 0.5, "map_to_concept": 0.3, "ask_to_quotes": 0.3}

#: Notes in the page when a learner last acted: the clock starts with the event, not with the robot that causes it.
STOPWATCH = """
window.acted = 0;
for (const kind of ["click", "keydown"])
  addEventListener(kind, (event) => { window.acted = event.timeStamp; }, { capture: true });
window.stands = (text) => [...document.querySelectorAll("h1")]
  .some((heading) => heading.innerText.trim() === text && heading.getClientRects().length);
"""
#: Asked anew before each frame is drawn; gives the milliseconds since the learner acted.
_SEARCH_BOX = """() => {
  const box = document.querySelector("input[aria-label='What do you want to understand?']");
  return box?.getClientRects().length ? performance.now() : 0; }"""
_HEADING = "(title) => window.stands(title) ? performance.now() - window.acted : 0"
_CONCEPT = """([title, id]) => {
  if (!window.stands(title)) return 0;
  for (const host of document.querySelectorAll("*"))
    if (host.shadowRoot?.querySelector(`g.node.selected[data-id='${id}']`)) return performance.now() - window.acted;
  return document.querySelector(`g.node.selected[data-id='${id}']`) ? performance.now() - window.acted : 0; }"""
_QUOTES = """(before) => {
  const quote = document.querySelector("blockquote");
  return quote && quote.innerText !== before ? performance.now() - window.acted : 0; }"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=("waits", "sessions", "frames"), help="print this part and write nothing")
    options = parser.parse_args()
    report: dict[str, Any] = {
        "what": "the app in headless Chromium, seconds from the click to the frame that shows what was waited for",
        "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "load_average_before": round(os.getloadavg()[0], 1),
        "targets_s": TARGETS_S,
    }
    if options.only != "frames":
        with serving(APP) as (base, server):
            if options.only != "sessions":
                with sync_playwright() as playwright:
                    report |= Waits(_page(playwright), base, server).measure(options.rounds)
            if options.only != "waits":
                report["sessions"] = asyncio.run(sessions(base, server, options.sessions))
    if options.only in (None, "frames"):
        many = [sys.executable, "-m", "streamlit", "run", str(MANY_NODES), "--server.port"]
        with serving(many) as (base, _), sync_playwright() as playwright:
            report["thousand_nodes"] = frames(_page(playwright), base)
    report["load_average_after"] = round(os.getloadavg()[0], 1)
    text = json.dumps(report, indent=2)
    if options.only is None:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text + "\n", encoding="utf-8")
    print(text)


def _page(playwright: Any) -> Page:
    browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    page: Page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(WAIT_MS)
    page.add_init_script(STOPWATCH)
    return page


@dataclass(frozen=True)
class Wait:
    """Seconds in the page, and seconds of processor time of server and page."""

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
        found: dict[str, list[Wait]] = {name: [] for name in TARGETS_S}
        by_page: dict[str, list[Wait]] = {name: [] for name in TITLES}
        for number in range(rounds + 1):
            first = self._timed(lambda: self.page.goto(self.base, wait_until="commit"), _SEARCH_BOX)
            hops = {name: self._hop(name) for name in TITLES}
            concept, answer = self._concept(), self._ask(QUESTIONS[number % len(QUESTIONS)])
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

    def _hop(self, name: str) -> Wait:
        """Go to another page by its link in the bar; it has arrived when its heading stands there."""
        link = self.page.get_by_test_id("stTopNavLinkContainer").get_by_text(name, exact=True).first
        return self._timed(link.click, _HEADING, name)

    def _concept(self) -> Wait:
        """Choose a concept on the map beside another one: its page has come, and the map is around it."""
        self.page.goto(f"{self.base}/map?c=discount-factor")
        node = self.page.locator('g.node[data-id="value-function"]')
        node.wait_for()
        settle(self.page)
        return self._timed(node.click, _CONCEPT, ["Value function", "value-function"])

    def _ask(self, question: str) -> Wait:
        """Ask a question on the page of another one; the answer is there with the first quote of it."""
        self.page.goto(f"{self.base}/ask?q=what+is+a+replay+buffer")
        before = self.page.locator("blockquote").first.inner_text()
        settle(self.page)
        box = self.page.get_by_label("Your question")
        box.fill(question)
        self.page.wait_for_timeout(500)  # the form hears of the words a moment after they stand in the box
        return self._timed(lambda: box.press("Enter"), _QUOTES, before)

    def _timed(self, act: Callable[[], object], arrived: str, argument: object = None) -> Wait:
        """Time an act of the learner until its outcome is there."""
        server_s, page_s = self._server_s(), self._page_s()
        act()
        clock_ms: float = self.page.wait_for_function(arrived, arg=argument).json_value()
        server_s, page_s = self._server_s() - server_s, self._page_s() - page_s
        settle(self.page)
        # The page's own clock starts from nought at a new address.
        return Wait(clock_ms / 1000, server_s, page_s if page_s >= 0 else self._page_s())

    def _server_s(self) -> float:
        spent = self.server.cpu_times()
        return spent.user + spent.system

    def _page_s(self) -> float:
        """Return what the main thread of the page has spent; a new address starts from nought."""
        found = self.metrics.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in found if metric["name"] == "ThreadTime"))


def settle(page: Page) -> None:
    """Wait until the app is at rest: what is typed into a page that still grows may be lost."""
    page.wait_for_function("() => document.querySelector('[data-test-script-state=notRunning]')")
    page.wait_for_timeout(400)


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


if __name__ == "__main__":
    main()
