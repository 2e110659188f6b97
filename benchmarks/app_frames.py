"""How smoothly a map of a thousand concepts is moved, for :mod:`app`."""

from __future__ import annotations

import statistics
import time
from typing import Any

from playwright.sync_api import Page

_STEPS = 60
#: Times between frames, and what the page's main thread spent, while something else goes on.
_FRAMES = """async () => {
  const times = []; let last = performance.now(), stop = false;
  const tick = (now) => { times.push(now - last); last = now; if (!stop) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  window.__frames = () => { stop = true; return times.slice(1); };
}"""


def frames(page: Page, base: str) -> dict[str, Any]:
    """Draw the map, then drag and zoom it, near enough to read and as a whole."""
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable")

    def processor_s() -> float:
        found = metrics.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in found if metric["name"] == "ThreadTime"))

    start = time.perf_counter()
    page.goto(base)
    page.locator("g.node").nth(999).wait_for(state="attached")
    drawn = time.perf_counter() - start
    page.wait_for_timeout(1500)
    report: dict[str, Any] = {"drawn_s": round(drawn, 2)}
    for name in ("readable", "whole"):
        if name == "whole":
            page.get_by_role("button", name="Fit the whole map").click()
            page.wait_for_timeout(500)
        for act in (_drag, _zoom):
            page.evaluate(_FRAMES)
            spent = processor_s()
            act(page)
            gaps = sorted(page.evaluate("() => window.__frames()"))
            report[f"{name}_{act.__name__.strip('_')}"] = {
                "frames": len(gaps),
                "median_ms": round(statistics.median(gaps), 1),
                "p95_ms": round(gaps[int(len(gaps) * 0.95)], 1),
                "page_processor_ms_per_frame": round(1000 * (processor_s() - spent) / len(gaps), 1),
            }
            page.wait_for_timeout(300)
    return report


def _box(page: Page) -> Any:
    box = page.locator("svg[role=group]").bounding_box()
    assert box is not None
    return box


def _drag(page: Page) -> None:
    box = _box(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(_STEPS):
        page.mouse.move(x - 5 * step, y + 2 * step)
    page.mouse.up()


def _zoom(page: Page) -> None:
    box = _box(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.down("Control")
    for step in range(_STEPS // 2):
        page.mouse.wheel(0, 40 if step % 4 < 2 else -40)
    page.keyboard.up("Control")
