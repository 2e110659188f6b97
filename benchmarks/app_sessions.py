"""Thirty learners at once, for :mod:`app`: a few in Chromium, the others on Streamlit's own protocol.

A session costs the server the same whether a browser draws what it sends or not; thirty browsers on
the same machine would measure the browsers. So most learners are WebSocket clients that ask for
each page as the browser does and read all that is sent. The few in Chromium check that what the
others are sent is a page.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psutil
from app_server import ARGUMENTS, chromium
from playwright.async_api import Browser, async_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

#: What each learner opens, one after the other.
JOURNEY = ("/", "/map", "/map?c=discount-factor", "/ask?q=why+does+PPO+clip", "/path?goal=ppo", "/demos", "/sources")
_PAUSE_S = (3.0, 9.0)
_PATIENCE_S = 240.0


@dataclass
class Walk:
    """What one learner met: seconds by address, and what was wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)


async def sessions(base: str, server: psutil.Process, count: int, in_chromium: int = 3) -> dict[str, Any]:
    """Send learners through the app all at once, first without a pause, then reading for some seconds."""
    before = server.memory_info().rss
    report: dict[str, Any] = {"at_once": count, "of_them_in_chromium": in_chromium, "pages_each": len(JOURNEY)}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for name, pause in (("without_a_pause", (0.0, 0.0)), ("reading_3_to_9_s", _PAUSE_S)):
            start, spent = time.perf_counter(), _processor_s(server)
            walks = await asyncio.gather(
                *(_by_protocol(base, pause, seed) for seed in range(count - in_chromium)),
                *(_in_chromium(browser, base, pause, seed) for seed in range(in_chromium)),
            )
            report[name] = {
                "errors": [fault for walk in walks for fault in walk.faults],
                "seconds": round(time.perf_counter() - start, 1),
                "server_processor_s": round(_processor_s(server) - spent, 1),
                "page_is_sent_s": _waits(walks[: count - in_chromium]),
            }
        await browser.close()
        held = await asyncio.gather(*(_open_and_hold(base) for _ in range(count)))
        together = server.memory_info().rss
        await asyncio.gather(*(connection.close() for connection in held))
    report["server_mb_before"] = round(before / 1e6)
    report["server_mb_with_all"] = round(together / 1e6)
    report["mb_per_session"] = round((together - before) / 1e6 / count, 2)
    return report


async def _by_protocol(base: str, pause: Sequence[float], seed: int) -> Walk:
    draw, walk = random.Random(seed), Walk()
    async with connect(_address(base), subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]  # a plain text is one
        for path in JOURNEY:
            await asyncio.sleep(draw.uniform(*pause))
            start = time.perf_counter()
            walk.faults += [f"{path}: {fault}" for fault in await _open(connection, path)]
            walk.seconds[path].append(time.perf_counter() - start)
    return walk


async def _open(connection: ClientConnection, path: str) -> list[str]:
    """Ask for a page and read all that is sent of it; returns what was wrong."""
    address = urlsplit(path)
    asked = ClientState(query_string=address.query, page_name=address.path.strip("/"))
    await connection.send(BackMsg(rerun_script=asked).SerializeToString())
    faults, elements = [], 0
    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(connection.recv(decode=False), _PATIENCE_S))
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            elements += 1
            if message.delta.new_element.WhichOneof("type") == "exception":
                faults.append(message.delta.new_element.exception.message)
        elif kind == "page_not_found":
            faults.append("not found")
        elif kind == "script_finished":
            if elements < 2:
                faults.append("an empty page")
            return faults


async def _open_and_hold(base: str) -> ClientConnection:
    """Walk the journey and stay: the session lives until the connection is closed."""
    connection = await connect(_address(base), subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]  # as above
    for path in JOURNEY:
        await _open(connection, path)
    return connection


async def _in_chromium(browser: Browser, base: str, pause: Sequence[float], seed: int) -> Walk:
    draw, walk = random.Random(-seed), Walk()
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(_PATIENCE_S * 1000)
    for path in JOURNEY:
        await asyncio.sleep(draw.uniform(*pause))
        await page.goto(base + path)
        await page.get_by_role("heading", level=1).first.wait_for()
        await page.locator("[data-testid=stStatusWidget]").wait_for(state="detached")
        for kind in ("stException", "stConnectionStatus"):
            if await page.get_by_test_id(kind).count():
                walk.faults.append(f"{path}: {kind}")
    await context.close()
    return walk


def _waits(walks: Iterable[Walk]) -> Mapping[str, Any]:
    by_path: dict[str, list[float]] = defaultdict(list)
    for walk in walks:
        for path, seconds in walk.seconds.items():
            by_path[path] += seconds
    every = sorted(second for seconds in by_path.values() for second in seconds)
    return {
        "median": round(statistics.median(every), 3),
        "p95": round(every[int(len(every) * 0.95)], 3),
        "most": round(every[-1], 3),
        "median_by_page": {path: round(statistics.median(seconds), 3) for path, seconds in by_path.items()},
    }


def _address(base: str) -> str:
    return f"{base.replace('http', 'ws', 1)}/_stcore/stream"


def _processor_s(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return spent.user + spent.system
