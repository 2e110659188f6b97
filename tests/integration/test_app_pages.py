"""Every page of the app, run as Streamlit runs it, on the real corpus."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps import BOUNDED, open_page
from rlmap.pipeline.learning import known_concepts
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import Settings

pytestmark = BOUNDED

DISCOUNT = "effect of discount rate in RL"


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.title, app.header)
    return "\n".join(str(element.value) for group in kinds for element in group)


@pytest.mark.parametrize("page", ["home", "map", "ask", "path", "demos", "sources", "health"])
def test_a_page_opens_without_an_error(root: Path, built: Settings, page: str) -> None:
    app = open_page(root, page)
    assert not app.exception
    assert not app.error
    assert app.title


def test_ask_shows_quotes_of_several_works_with_their_place(root: Path, built: Settings) -> None:
    app = open_page(root, "ask", q=DISCOUNT)
    assert not app.exception
    shown = [element.value for element in app.markdown if element.value.startswith("> ")]
    assert len(shown) >= 3
    assert "verified in the original file" in texts(app)
    assert len([button for button in app.button if button.label == "Show on the page"]) >= 3


def test_ask_says_when_nothing_was_found(root: Path, built: Settings) -> None:
    app = open_page(root, "ask", q="best pizza in Naples")
    assert not app.exception
    assert "Nothing found" in app.warning[0].value


def test_ask_shows_the_words_of_a_question_never_its_markup(root: Path, built: Settings) -> None:
    app = open_page(root, "ask", q="<img src=x onerror=alert(1)> policy gradient")
    assert not app.exception
    assert "<img" not in texts(app)


def test_map_opens_the_concept_of_the_address(root: Path, built: Settings) -> None:
    app = open_page(root, "map", c="discount-factor")
    assert not app.exception
    assert app.title[0].value == "Discount factor"
    assert "You should be able to" in texts(app)


def test_map_names_the_nearest_concepts_of_a_wrong_address(root: Path, built: Settings) -> None:
    app = open_page(root, "map", c="discount-facter")
    assert not app.exception
    assert "discount-factor" in app.error[0].value.replace("\\", "")
    assert app.title


def test_an_address_is_shown_as_words_never_as_a_link(root: Path, built: Settings) -> None:
    app = open_page(root, "map", c="[here](javascript:alert(1))")
    assert "[here](" not in app.error[0].value


def test_path_shows_the_steps_to_a_goal(root: Path, built: Settings) -> None:
    app = open_page(root, "path", goal="ppo", maths="1", engineering="3")
    assert not app.exception
    assert "Path to Proximal policy optimization" in texts(app)
    assert len([element for element in app.expander if "Stage" in element.label]) >= 4


def test_a_demo_says_what_it_varies(root: Path, built: Settings) -> None:
    app = open_page(root, "demos", d="discount-factor")
    assert not app.exception
    assert "What is varied" in texts(app)
    assert any(button.label == "Run the experiment" for button in app.button)


def test_without_an_index_a_page_offers_to_set_up(root: Path, home: Path) -> None:
    app = open_page(root, "ask", q=DISCOUNT)
    assert not app.exception
    assert "There is no index" in app.info[0].value
    assert "Set up now" in [button.label for button in app.button]


def concept_tab(root: Path, concept: str, tab: str) -> AppTest:
    """Open a concept's page at one of its tabs."""
    app = open_page(root, "map", c=concept)
    app.session_state["concept-tab"] = tab
    app.run()
    assert not app.exception
    assert not app.error
    return app


def test_a_concept_shows_reasons_with_evidence(root: Path, built: Settings) -> None:
    app = concept_tab(root, "value-function", "Needs and unlocks")
    assert {"Needs", "Unlocks"} <= {element.value for element in app.header}
    assert any(element.value.startswith("> “") for element in app.markdown)


def test_a_concept_shows_how_works_say_and_write_it(root: Path, built: Settings) -> None:
    app = concept_tab(root, "value-function", "In other works")
    assert len([element for element in app.markdown if element.value.startswith("> ")]) >= 3
    assert "verified in the original file" in texts(app)
    assert "| **this map** |" in texts(concept_tab(root, "value-function", "Notation"))


def test_a_concept_says_what_to_read_and_build(root: Path, built: Settings) -> None:
    shown = texts(concept_tab(root, "value-function", "Read and build"))
    assert "*Skip:*" in shown
    assert "It works when" in shown


def test_a_concept_shows_what_came_out_of_its_experiment(root: Path, built: Settings) -> None:
    app = concept_tab(root, "discount-factor", "Read and build")
    assert len(app.get("image")) == 1


def test_works_that_only_mention_a_concept_stand_apart(root: Path, built: Settings) -> None:
    app = concept_tab(root, "actor-critic", "In other works")
    assert "Mentioned in" in [header.value for header in app.header]


def test_an_article_names_sources_by_their_titles(root: Path, built: Settings) -> None:
    shown = texts(open_page(root, "map", c="discount-factor"))
    assert "`gae`" not in shown
    assert "[High\\-Dimensional Continuous Control" in shown


def test_what_is_marked_as_known_is_known_and_can_be_taken_back(root: Path, own_home: Settings) -> None:
    app = open_page(root, "map", c="reward")
    app.button(key="mark-known").click().run()
    assert known_concepts(open_workspace(own_home)) == {"reward"}
    assert "You know it" in app.button(key="mark-known").label
    app.button(key="mark-known").click().run()
    assert known_concepts(open_workspace(own_home)) == frozenset()


def test_without_an_index_the_map_is_there_all_the_same(root: Path, home: Path) -> None:
    app = open_page(root, "map", c="discount-factor")
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Discount factor"
    assert "rlmap setup" in concept_tab(root, "discount-factor", "In other works").info[0].value
    first = open_page(root, "home")
    assert "Set up now" in [button.label for button in first.button]


def test_home_leads_back_to_where_you_were(root: Path, own_home: Settings) -> None:
    open_page(root, "map", c="discount-factor")
    app = open_page(root, "home")
    assert "Continue where you were" in texts(app)


@pytest.mark.parametrize(
    "question",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE passages; --",
        "../../etc/passwd",
        "x" * 3000,
        "\x1b[31m",
        "強化学習とは",
    ],
)
def test_ask_takes_any_text_without_running_it(root: Path, built: Settings, question: str) -> None:
    app = open_page(root, "ask", q=question)
    assert not app.exception
    assert not re.search(r"(?<!\\)<script", texts(app)), "shown, never run: its brackets are escaped"
    assert app.error or app.warning or any(element.value.startswith("> ") for element in app.markdown)


def test_ask_offers_follow_ups_and_shows_what_they_find(root: Path, built: Settings) -> None:
    app = open_page(root, "ask", q="what is a policy")
    before = {element.value for element in app.markdown if element.value.startswith("**")}
    pills = next(group for group in app.button_group if group.label == "Follow up")
    app = pills.set_value("another").run()
    assert not app.exception
    after = {element.value for element in app.markdown if element.value.startswith("**")}
    assert after
    assert not before & after
