"""What the measurements of the app share: a server to measure, and a browser."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

APP = [sys.executable, "-c", "from rlmap.cli import main; main()", "serve", "--port"]
#: Chromium without a screen, without a GPU, and without calls home.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WAIT_MS = 180_000
_WARM_S = 8


def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("install Chromium first, on Debian with `apt-get install chromium`")
    return path


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[str, psutil.Process]]:
    """Run a server on a free port until it answers and has been idle for a while; stop it afterwards."""
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
        time.sleep(_WARM_S)
        yield base, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)
