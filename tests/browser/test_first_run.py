"""What a person sees who starts the app with nothing fetched: the map works, the rest is one press away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("server") / "log.txt") as base:
        yield base


def test_a_set_up_is_started_followed_and_stopped_on_the_page(visit: Visit) -> None:
    visit.open("/")
    visit.page.get_by_role("button", name="Set up now").click()
    expect(visit.page.get_by_text("Fetching the sources")).to_be_visible(timeout=60_000)
    visit.picture("first-run")
    visit.page.get_by_text("Explore the map").click()  # nothing is blocked meanwhile
    expect(visit.page.get_by_role("heading", level=1, name="Map")).to_be_visible(timeout=20_000)
    visit.open("/ask?q=what+is+GAE")
    visit.page.get_by_role("button", name="Stop").click(timeout=60_000)
    expect(visit.page.get_by_role("button", name="Set up now")).to_be_visible(timeout=60_000)
