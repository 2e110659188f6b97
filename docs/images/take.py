"""Take the pictures of the guide anew, in real Chromium, on the data of ``RLMAP_HOME``: ``make pictures``."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "benchmarks"))

from app_server import APP, ARGUMENTS, WAIT_MS, chromium, serving  # noqa: E402 - the folder is added above

_WIDTH = 1280
#: Address and height in pixels.
PICTURES = {
    "ask": ("/ask?q=effect+of+discount+rate+in+RL", 1450),
    "map": ("/map?a=policy-gradient", 860),
    "concept": ("/map?c=discount-factor", 1250),
    "path": ("/path?goal=ppo&engineering=3", 1150),
    "demo": ("/demos?d=discount-factor", 1000),
    "reader": ("/sources?s=rlmap-handbook", 900),
}


def main() -> None:
    """Take every picture."""
    with serving(APP) as (base, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for name, (path, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": _WIDTH, "height": height}, color_scheme="light")
            page.set_default_timeout(WAIT_MS)
            page.goto(base + path)
            page.get_by_role("heading", level=1).first.wait_for()
            page.wait_for_function("() => document.querySelector('[data-test-script-state=notRunning]')")
            if page.get_by_test_id("stAlertContentError").count():
                sys.exit(f"{name}: the page shows an error")
            page.wait_for_timeout(2000)  # charts and films are drawn after the page
            page.screenshot(path=HERE / f"{name}.png")
            page.close()


if __name__ == "__main__":
    main()
