"""Coming back to where you were."""

from __future__ import annotations

import pytest

from rlmap.pipeline.visits import Visit, recent_visits, remember_visit, visit_title
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import Settings, load_settings


@pytest.fixture
def settings(home: object) -> Settings:
    return load_settings()


def test_the_latest_visit_comes_first_and_only_once(settings: Settings) -> None:
    remember_visit(settings, "map", {"c": ["ppo"]})
    remember_visit(settings, "ask", {"q": ["why clip"]})
    remember_visit(settings, "map", {"c": ["ppo"]})
    assert recent_visits(settings) == (Visit("map", {"c": ("ppo",)}), Visit("ask", {"q": ("why clip",)}))


def test_a_changed_profile_replaces_the_earlier_visit_of_the_same_goal(settings: Settings) -> None:
    remember_visit(settings, "path", {"goal": ["ppo"], "maths": ["1"]})
    remember_visit(settings, "path", {"goal": ["ppo"], "maths": ["3"]})
    assert recent_visits(settings) == (Visit("path", {"goal": ("ppo",), "maths": ("3",)}),)


@pytest.mark.parametrize(
    ("page", "query"), [("map", {}), ("map", {"a": ["core-rl"]}), ("ask", {"q": [""]}), ("health", {})]
)
def test_a_page_with_nothing_open_is_not_remembered(settings: Settings, page: str, query: dict[str, list[str]]) -> None:
    remember_visit(settings, page, query)
    assert recent_visits(settings) == ()


def test_only_a_few_are_kept(settings: Settings) -> None:
    for number in range(30):
        remember_visit(settings, "ask", {"q": [f"question {number}"]})
    assert len(recent_visits(settings)) == 6
    assert recent_visits(settings)[0].subject == ("question 29",)


@pytest.mark.parametrize(
    "damage", ["", "{", "[1]", '[{"page": "map"}]', '{"page": "map"}', '[{"page": "map", "query": 3}]']
)
def test_a_damaged_list_is_written_anew(settings: Settings, damage: str) -> None:
    settings.ensure_home()
    settings.visits_file.write_text(damage, encoding="utf-8")
    assert recent_visits(settings) == ()
    remember_visit(settings, "map", {"c": ["ppo"]})
    assert len(recent_visits(settings)) == 1


def test_a_title_is_in_words_and_missing_for_what_is_gone(settings: Settings) -> None:
    workspace = open_workspace(settings)
    assert visit_title(workspace, Visit("map", {"c": ("ppo",)})) == "Proximal policy optimization"
    assert visit_title(workspace, Visit("map", {"c": ("no-such-concept",)})) is None
    assert visit_title(workspace, Visit("path", {"goal": ("ppo",)})) == "Path to Proximal policy optimization"
    assert visit_title(workspace, Visit("demos", {"d": ("discount-factor",)})) == "How far ahead does the agent look?"
    assert visit_title(workspace, Visit("ask", {"q": ("x" * 300,)})) == "x" * 79 + "…"
