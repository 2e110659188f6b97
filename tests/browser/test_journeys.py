"""What a learner does, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_question_leads_to_a_highlighted_quote(visit: Visit) -> None:
    visit.open("/")
    visit.picture("home")
    visit.page.get_by_label("What do you want to understand?").fill("effect of discount rate in RL")
    visit.page.get_by_role("button", name="Ask", exact=True).click()
    quotes = visit.page.locator("blockquote")
    expect(quotes.nth(2)).to_be_visible()
    visit.picture("ask")
    quoted = quotes.first.inner_text().split()[0]
    visit.page.get_by_role("button", name="Show on the page").first.click()
    mark = visit.page.locator("mark")
    expect(mark).to_be_visible()
    expect(mark).to_contain_text(re.compile(re.escape(quoted.strip("“”$")), re.IGNORECASE))
    visit.picture("ask-highlight")


def test_the_map_leads_from_concept_to_concept(visit: Visit) -> None:
    visit.open("/?c=discount-factor")
    node = visit.page.locator('g.node[data-id="value-function"]')
    expect(node).to_be_visible()
    visit.picture("concept")
    node.click()
    expect(visit.page.get_by_role("heading", level=1, name="Value function")).to_be_visible()
    assert "c=value-function" in visit.page.url


def test_the_map_can_be_walked_by_keyboard(visit: Visit) -> None:
    visit.open("/?c=discount-factor")
    visit.page.locator('g.node[data-id="discount-factor"]').focus()
    visit.page.keyboard.press("ArrowLeft")
    chosen = visit.page.evaluate(
        "() => { let e = document.activeElement; while (e && e.shadowRoot) e = e.shadowRoot.activeElement;"
        " return e.dataset.id; }"
    )
    assert chosen in {"return", "geometric-series"}
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", level=1).first).not_to_have_text("Discount factor")


def test_a_path_is_planned(visit: Visit) -> None:
    visit.open("/path?goal=ppo&maths=1&engineering=3")
    expect(visit.page.get_by_text("Agent-environment loop").first).to_be_visible()
    visit.picture("path")


def test_a_demo_runs_and_shows_its_curves(visit: Visit) -> None:
    visit.open("/demos?d=discount-factor")
    visit.page.get_by_role("button", name="Run the experiment").click()
    expect(visit.page.get_by_role("button", name="Stop")).to_be_visible()
    expect(visit.page.locator("[data-testid=stVegaLiteChart]")).to_have_count(2, timeout=150_000)  # recorded, and live
    visit.picture("demo-running")
    expect(visit.page.get_by_role("button", name="Save as PNG")).to_be_visible(timeout=150_000)
    expect(visit.page.get_by_text(re.compile("bserved.*: difference"))).to_have_count(2, timeout=60_000)
    visit.picture("demo-finished")


@pytest.mark.parametrize("visit", [(390, 844)], ids=["phone"], indirect=True)
@pytest.mark.parametrize("path", ["/", "/ask?q=why+clip+in+PPO", "/map?c=ppo", "/path?goal=ppo", "/demos", "/sources"])
def test_a_phone_never_scrolls_sideways(visit: Visit, path: str) -> None:
    visit.open(path)
    visit.picture("phone-" + re.sub(r"\W+", "-", path).strip("-"))
    overflow = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
