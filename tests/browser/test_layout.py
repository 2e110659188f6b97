"""Every page on a phone, a tablet and a desk: nothing cut off, nothing over another thing, nothing that jumps."""

from __future__ import annotations

import json

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "areas": "/map",
    "area": "/map?a=core-rl",
    "whole-map": "/map?a=all",
    "concept": "/map?c=ppo",
    "ask-empty": "/ask",
    "ask": "/ask?q=why+does+PPO+clip",
    "ask-nothing": "/ask?q=best+pizza+in+Naples",
    "path-empty": "/path",
    "path": "/path?goal=ppo",
    "demos": "/demos",
    "demo": "/demos?d=discount-factor",
    "sources": "/sources",
    "source": "/sources?s=rlmap-handbook",
    "health": "/health",
}
SIZES = {"phone": (390, 844), "tablet": (768, 1024), "desk": (1440, 900)}
#: "Good" in the words of the Core Web Vitals is a cumulative layout shift of at most this.
MOST_SHIFT = 0.1

#: Notes every shift that no input of the last half second explains.
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput)
    window.shifts.push([entry.value, entry.sources.map((s) => s.node?.outerHTML?.slice(0, 160) ?? "")]);
}).observe({ type: "layout-shift", buffered: true });
"""
#: What is wrong with the boxes of the page: words cut off, beyond the edge, or over other words.
FAULTS = """() => {
  const faults = [], wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) faults.push("scrolls sideways");
  const scrolls = (element) => {
    for (let e = element; e; e = e.parentElement) if (["auto", "scroll"].includes(getComputedStyle(e).overflowX)
      && e.scrollWidth > e.clientWidth && e.clientWidth < wide) return true;
    return false;
  };
  const seen = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const main = document.querySelector("[data-testid=stMain]");
  const boxes = [];
  const words = "h1, h2, h3, h4, p, li, button, label, summary, td, th, input, blockquote";
  for (const element of main.querySelectorAll(words)) {
    if (!seen(element) || element.closest("svg, [data-testid=stTooltipContent], .katex")) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const name = `${element.tagName} ${(element.innerText || element.ariaLabel || "").slice(0, 50)}`;
    if ((box.right > wide + 1 || box.left < -1) && !scrolls(element)) faults.push(`beyond the edge: ${name}`);
    const style = getComputedStyle(element);
    const cuts = ["hidden", "clip"].includes(style.overflowX) && element.tagName !== "INPUT";
    if (cuts && element.scrollWidth > element.clientWidth + 2) faults.push(`cut off: ${name}`);
    if (["H1", "H2", "H3", "P", "BUTTON", "INPUT"].includes(element.tagName)) boxes.push([element, box, name]);
  }
  boxes.forEach(([a, boxA, nameA], i) => {
    for (const [b, boxB, nameB] of boxes.slice(i + 1)) {
      if (a.contains(b) || b.contains(a)) continue;
      const across = Math.min(boxA.right, boxB.right) - Math.max(boxA.left, boxB.left);
      const down = Math.min(boxA.bottom, boxB.bottom) - Math.max(boxA.top, boxB.top);
      if (across > 4 && down > 4 && !scrolls(a) && !scrolls(b)) faults.push(`one over the other: ${nameA} / ${nameB}`);
    }
  });
  return [...new Set(faults)];
}"""


def test_every_page_fits_every_size_and_does_not_jump(visit: Visit) -> None:
    visit.page.add_init_script(SHIFTS)
    faults = []
    for name, path in PAGES.items():
        for size, (width, height) in SIZES.items():
            visit.page.set_viewport_size({"width": width, "height": height})
            if size == "tablet":  # between the two others: the page is turned, not loaded again
                visit.settle()
            else:
                visit.open(path)
            visit.picture(f"{size}-{name}")
            faults += [f"{name} on a {size}: {fault}" for fault in visit.page.evaluate(FAULTS)]
            shifts = visit.page.evaluate("window.shifts")
            if size != "tablet" and sum(value for value, _ in shifts) >= MOST_SHIFT:
                faults.append(f"{name} on a {size} jumps: {json.dumps(shifts)[:400]}")
    assert faults == []


def test_words_of_a_large_map_come_as_they_are_moved_into_sight(visit: Visit) -> None:
    visit.open("/map?a=all")
    svg = visit.page.locator("svg[role=group]")
    visit.settle()
    box = svg.bounding_box()
    assert box is not None

    def wordless() -> list[str]:
        """Nodes in sight whose title is not drawn."""
        found: list[str] = svg.evaluate(
            """(svg) => { const edge = svg.getBoundingClientRect();
            return [...svg.querySelectorAll("g.node")].filter((node) => {
              const box = node.querySelector("rect").getBoundingClientRect();
              const across = box.right > edge.left && box.left < edge.right;
              const inSight = across && box.bottom > edge.top && box.top < edge.bottom;
              return inSight && getComputedStyle(node.querySelector("text")).display === "none";
            }).map((node) => node.dataset.id); }"""
        )
        return found

    assert wordless() == []
    hidden = svg.evaluate("svg => svg.querySelectorAll('g.node.off').length")
    assert hidden > 100
    visit.page.mouse.move(box["x"] + 600, box["y"] + 10)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 100, box["y"] + 200, steps=5)
    visit.page.mouse.up()
    visit.settle()
    assert wordless() == []
