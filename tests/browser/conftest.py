"""A real browser on a real server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, sync_playwright

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
#: A busy machine takes tens of seconds to import all that the app needs.
_START_S = 120
#: Chromium must not call home: every request that it makes is counted by the tests.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Visit:
    """A page of the app in the browser, and every address that it asked for."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)

    def settle(self) -> None:
        """Wait until the page has stopped running, no part is a placeholder and the last animation has ended."""
        self.page.wait_for_function(
            "() => !document.querySelector('[data-testid=stStatusWidget], [data-testid=stSkeleton]')"
        )
        self.page.wait_for_timeout(200)  # what follows a click has begun
        self.page.wait_for_function(
            """() => !document.querySelector('[data-testid=stStatusWidget], [data-testid=stSkeleton]')
            && document.getAnimations().every((animation) => animation.playState !== "running")"""
        )

    def picture(self, name: str) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        self.settle()
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium: install it, on Debian with `apt-get install chromium`")
    return path


@contextmanager
def serving(home: Path, log: Path) -> Iterator[str]:
    """Serve the app on a data folder; gives its address. What it prints goes into ``log``.

    A file never fills up: with a pipe that nobody empties, a server that has much to say stands still.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "RLMAP_HOME": str(home)}
    command = [sys.executable, "-c", "from rlmap.cli import main; main()", "serve", "--port", str(port)]
    with log.open("wb") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)
    base = f"http://localhost:{port}"
    try:
        _wait_until_served(base, process, log)
        yield base
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            pytest.fail(f"the app did not stop within 20 s of being asked to; its last words: {_end_of(log)}")


def _wait_until_served(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            urllib.request.urlopen(f"{base}/_stcore/health", timeout=2).read()
            return
        except OSError:
            if process.poll() is not None:
                pytest.fail(f"the app ended with status {process.returncode} before it served: {_end_of(log)}")
            if time.monotonic() > deadline:
                pytest.fail(f"the app did not serve within {_START_S} s; its last words: {_end_of(log)}")
            time.sleep(0.2)


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-3000:]


@pytest.fixture(scope="session")
def fresh_home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as a set-up leaves it: the corpus and the index, and nothing of any learner."""
    folder = tmp_path_factory.mktemp("fresh")
    for name in ("corpus.sqlite", "files", "index", "model"):
        (folder / name).symlink_to(built_home / name)
    return folder


@pytest.fixture(scope="session")
def server(fresh_home: Path, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(fresh_home, tmp_path_factory.mktemp("server") / "log.txt") as base:
        yield base


@pytest.fixture(params=[(1280, 900)], ids=["desktop"])
def visit(server: str, chromium: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    width, height = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(60_000)
        visit = Visit(page, server)

        def note(asked: Request) -> None:
            visit.requests.append(asked.url)

        page.on("request", note)
        yield visit
        browser.close()


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(visit: Visit) -> Iterator[None]:
    yield
    outside = [url for url in visit.requests if not url.startswith((visit.base, "data:", "blob:"))]
    assert outside == []
