"""From a goal to a habit: placement, plan, done, review, export; on a data folder of its own."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, serving

pytestmark = pytest.mark.browser
#: Milliseconds; a busy machine draws slowly.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("learner")


@pytest.fixture(scope="module")
def server(folder: Path, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(folder, tmp_path_factory.mktemp("server") / "log.txt") as base:
        yield base


def settle(page: Page) -> None:
    """Wait until the page is drawn: what is clicked while it still grows may have moved away."""
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def show(page: Page, name: str) -> None:
    settle(page)
    page.get_by_role("radio", name=re.compile(name)).click()
    settle(page)


def download(page: Page, label: str) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label).click()
    return Path(waiting.value.path()).read_text(encoding="utf-8")


def a_day_passes(folder: Path) -> None:
    connection = sqlite3.connect(folder / "progress.sqlite")
    past = "2020-01-01T00:00:00+00:00"
    connection.execute("UPDATE card SET due = ?, fsrs = json_set(fsrs, '$.due', ?)", (past, past))
    connection.commit()
    connection.close()


def test_a_path_goes_to_somebody_else_as_a_file_and_as_a_link(visit: Visit, tmp_path: Path) -> None:
    """Before anything is recorded: what is done would be named as known in the file."""
    page = visit.page
    visit.open("/path?goal=discount-factor&maths=2&engineering=3&hours_per_week=3")
    show(page, "Share and export")
    saved = json.loads(download(page, "JSON"))
    link = page.locator("code").first.inner_text()
    other = page.context.browser
    assert other is not None
    elsewhere = other.new_context().new_page()
    elsewhere.goto(link)
    expect(elsewhere.get_by_text(re.compile("^Path to Discount factor.*3 h a week"))).to_be_visible()
    elsewhere.context.close()

    visit.open("/path?goal=softmax")
    show(page, "Share and export")
    upload(page, tmp_path / "broken.json", '{"steps": [')
    expect(page.get_by_text("choose a file saved as JSON")).to_be_visible()
    expect(page.get_by_text(re.compile("^Path to Softmax"))).to_be_visible()
    saved["profile"]["known"].append("phlogiston")
    upload(page, tmp_path / "old.json", json.dumps(saved))
    expect(page.get_by_text("No longer on the map, and left out: phlogiston.")).to_be_visible()
    expect(page.get_by_text(re.compile("^Path to Discount factor.*3 h a week"))).to_be_visible()
    expect(page.locator("code").first).to_have_text(link)
    visit.picture("path-uploaded")


def test_a_learner_is_placed_follows_a_path_reviews_and_takes_it_elsewhere(visit: Visit, folder: Path) -> None:
    page = visit.page
    visit.open("/path?goal=ppo&engineering=3")
    settle(page)
    page.get_by_text("About you").click()
    page.get_by_role("button", name="Find out what I know").click()
    question = page.get_by_role("heading", name=re.compile("can you do this"))
    expect(question).to_be_visible()
    visit.picture("path-placement")
    finished = page.get_by_role("button", name="Use this for my path")
    for number in range(25):
        asked = question.inner_text()
        page.get_by_role("button", name="No" if number % 2 else "Yes", exact=True).click()
        expect(page.get_by_role("heading", name=asked)).to_have_count(0)
        if finished.is_visible():
            break
    visit.picture("path-placed")
    finished.click()
    expect(page.get_by_text(re.compile("^Path to Proximal policy optimization:"))).to_be_visible()
    assert "known=" in page.url

    page.get_by_role("button", name="Follow this path").click()
    expect(page.get_by_text(re.compile("^Behind you: . of"))).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Why is this here?").first.click()
    expect(page.get_by_text(re.compile("is on the path because|is what you set out")).first).to_be_visible()
    visit.picture("path-why")
    page.keyboard.press("Escape")
    settle(page)
    page.get_by_role("button", name="Done", exact=True).first.click()
    expect(page.get_by_text(re.compile("Your plan drops 1 concept"))).to_be_visible()
    visit.picture("path-done")

    show(page, "Calendar")
    expect(page.get_by_text(re.compile("^Week 1, from"))).to_be_visible()
    visit.picture("path-calendar")
    a_day_passes(folder)
    show(page, "Review")
    expect(page.get_by_text(re.compile("due. A good answer"))).to_be_visible()
    visit.picture("path-review")
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.get_by_text(re.compile("comes again on"))).to_be_visible()

    show(page, "Share and export")
    assert download(page, "Markdown").startswith("# Path to Proximal policy optimization")
    saved = json.loads(download(page, "JSON"))
    assert saved["goal"] == ["ppo"]
    assert download(page, "Calendar").startswith("BEGIN:VCALENDAR")
    assert download(page, "Table").startswith("number,kind,concept")
    visit.picture("path-share")
    link = page.locator("code").first.inner_text()
    page.goto(link)
    expect(page.get_by_text(re.compile("^Behind you: . of"))).to_be_visible()


def upload(page: Page, file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text(file.name)).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Use the profile of this file").click()


@pytest.mark.parametrize("visit", [(390, 844)], ids=["phone"], indirect=True)
def test_every_view_of_a_path_fits_a_phone(visit: Visit) -> None:
    visit.open("/path?goal=q-learning")
    for name in ("Steps", "Calendar", "What next", "Review", "Share and export"):
        show(visit.page, name)
        visit.page.wait_for_timeout(800)
        visit.picture(f"phone-path-{name.split()[0].lower()}")
        overflow = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, name
