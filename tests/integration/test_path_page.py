"""The Path page in each of its states, as Streamlit runs it, with a data folder of its own."""

from __future__ import annotations

import csv
import html
import io
import json
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from streamlit.testing.v1 import AppTest

from apps import BOUNDED, open_page
from rlmap.errors import UnknownNameError
from rlmap.path_views import path_payload
from rlmap.pipeline.concepts import concept_answers
from rlmap.pipeline.following import calendar_of, follow_plan, followed_plan, mark
from rlmap.pipeline.path_files import exported_path, imported_profile
from rlmap.pipeline.paths import make_path, shelf
from rlmap.pipeline.workspace import Workspace, open_workspace
from rlmap.settings import Settings, load_settings
from rlmap.types import LearnerProfile
from rlmap.web.path_calendar import timeline

pytestmark = BOUNDED

ENGINEER = {"goal": "ppo", "maths": "2", "engineering": "3", "deep_learning": "2"}


@pytest.fixture
def opened(home: Path) -> Workspace:
    return open_workspace(load_settings())


def open_path(root: Path, **query: str) -> AppTest:
    return open_page(root, "path", **query)


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.header, app.info, app.success, app.warning, app.error)
    return "\n".join(str(element.value) for group in kinds for element in group).replace("\\", "")


def query_of(app: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


def view(app: AppTest, name: str) -> AppTest:
    app.session_state["path_view"] = name
    return app.run()


def test_without_a_goal_some_are_offered(root: Path, home: Path) -> None:
    app = open_path(root)
    assert not app.exception
    assert "Choose a goal" in texts(app)
    app.button("goal-q-learning").click().run()
    assert "Path to Q-learning" in texts(app)
    assert query_of(app)["goal"] == "q-learning"


def test_a_link_holds_the_whole_profile(root: Path, home: Path) -> None:
    app = open_path(root, **ENGINEER, hours_per_week="2.5", known="reward", taste="1")
    assert not app.exception
    assert "2.5 h a week" in texts(app)
    assert app.multiselect("path_known").value == ["reward"]
    again = open_path(root, **query_of(app))
    assert again.multiselect("path_goals").value == ["ppo"]
    assert [again.radio(f"path_{field}").value for field in ("maths", "engineering", "deep_learning")] == [2, 3, 2]


def test_short_names_of_links_still_work(root: Path, home: Path) -> None:
    app = open_path(root, goal="Q-learning", hours="4")
    assert app.multiselect("path_goals").value == ["q-learning"]
    assert "4 h a week" in texts(app)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"goal": "q-lerning"}, "Did you mean q-learning"),
        ({"goal": "ppo", "maths": "9"}, "maths is 9"),
        ({"taste": "x"}, "give a number"),
    ],
)
def test_an_address_that_cannot_be_used_is_explained(root: Path, home: Path, query: dict[str, str], words: str) -> None:
    app = open_path(root, **query)
    assert not app.exception
    assert words in texts(app)
    assert "Choose a goal" in texts(app)


def test_one_stage_is_shown_in_full_and_readings_by_their_authors(root: Path, home: Path) -> None:
    app = open_path(root, **ENGINEER)
    shown = texts(app)
    assert "Stage 1 of" in shown
    assert "Achiam, Spinning Up: Part 1: Key Concepts in RL (2018)" in shown
    assert "on the web" in shown
    assert "1. Reinforcement learning" in shown
    app.button("stage-1").click().run()
    assert "Stage 2 of" in texts(app)


def test_why_and_skip_are_answered_in_place(root: Path, home: Path) -> None:
    shown = texts(open_path(root, **ENGINEER))
    assert "Agent-environment loop is on the path because" in shown
    assert "Without Agent-environment loop" in shown


def test_what_is_done_leaves_the_plan_and_can_be_taken_back(root: Path, opened: Workspace) -> None:
    app = open_path(root, **ENGINEER)
    app.button("done-1-read").click().run()
    assert "Reinforcement learning: done. Your plan drops 1 concept" in texts(app)
    followed = followed_plan(opened)
    assert followed is not None, "the first record keeps the path as the one that is followed"
    assert [entry.concept_id for entry in followed.done] == ["reinforcement-learning"]
    assert "1. Agent-environment loop" in texts(app)
    app.button("back-reinforcement-learning").click().run()
    assert "taken back" in texts(app)
    assert "1. Reinforcement learning" in texts(app)


def test_a_note_and_minutes_are_kept(root: Path, opened: Workspace) -> None:
    app = open_path(root, **ENGINEER)
    app.number_input("minutes-1-read").set_value(40)
    app.text_area("text-1-read").set_value("The loop is clear.")
    app.button("save-1-read").click().run()
    assert "Reinforcement learning (done, 40 min): The loop is clear." in texts(app)


def test_skipping_is_recorded_as_such(root: Path, opened: Workspace) -> None:
    app = open_path(root, **ENGINEER)
    app.button("skipped-1-read").click().run()
    followed = followed_plan(opened)
    assert followed is not None
    assert [entry.state for entry in followed.done] == ["skipped"]


def test_nothing_is_left_to_do(root: Path, home: Path) -> None:
    app = open_path(root, goal="reward", known="reward")
    assert not app.exception
    assert "Nothing is left to do" in texts(app)


def test_the_calendar_says_what_another_pace_would_do(root: Path, home: Path) -> None:
    app = view(open_path(root, **ENGINEER), "Calendar")
    assert not app.exception
    weeks = len([element for element in app.expander if element.label.startswith("Week ")])
    app.slider[0].set_value(3.0).run()
    assert "at 3 h by" in texts(app)
    assert "weeks later" in texts(app)
    assert len([element for element in app.expander if element.label.startswith("Week ")]) > weeks


def test_the_chart_holds_every_step_in_order(opened: Workspace) -> None:
    path = make_path(opened, LearnerProfile(goals=("ppo",)))
    table = timeline(path, calendar_of(path))
    assert list(dict.fromkeys(table["step"])) == list(dict.fromkeys(step.title for step in path.steps))
    assert (table["start"] < table["end"]).all()
    assert table["start"].is_monotonic_increasing
    assert len(set(table["stage"])) == len(path.stages)


def test_placement_asks_until_it_knows_and_its_result_can_be_edited(root: Path, opened: Workspace) -> None:
    app = open_path(root, goal="ppo")
    start = next(button for button in app.button if button.label.startswith("Find out what I know"))
    start.click().run()
    assert "can you do this?" in texts(app)
    first = app.header[0].value
    app.button("answer-yes").click().run()
    assert app.header[0].value != first
    next(button for button in app.button if button.label == "One question back").click().run()
    assert app.header[0].value == first
    for _ in range(25):
        if not [button for button in app.button if button.key == "answer-yes"]:
            break
        app.button("answer-yes").click().run()
    assert "you know" in texts(app)
    before = app.multiselect("placed_known").value
    assert len(before) > 10
    app.multiselect("placed_known").set_value([concept for concept in before if concept != "reward"]).run()
    next(button for button in app.button if button.label == "Use this for my path").click().run()
    assert not app.exception
    assert set(app.multiselect("path_known").value) == set(before) - {"reward"}
    assert "Path to Proximal policy optimization" in texts(app)


def test_reviews_come_when_they_are_due(root: Path, opened: Workspace) -> None:
    mark(opened, "reward", "done")
    app = view(open_path(root, goal="return"), "Review")
    assert "Nothing is due" in texts(app)
    a_day_passes(opened)
    app = view(open_path(root, goal="return"), "Review")
    assert "Reward: can you do this?" in texts(app)
    due = len(opened.graph.concepts["reward"].goals)
    assert f"{due} due" in texts(app)
    app.button("rate-good").click().run()
    assert "Reward comes again on" in texts(app)
    assert f"{due - 1} due" in texts(app)


def a_day_passes(opened: Workspace) -> None:
    connection = sqlite3.connect(opened.settings.progress_db)
    connection.execute(
        "UPDATE card SET due = '2020-01-01T00:00:00+00:00', fsrs = json_set(fsrs, '$.due', '2020-01-01T00:00:00+00:00')"
    )
    connection.commit()
    connection.close()


def test_what_next_names_ready_concepts_other_ways_and_branches(root: Path, home: Path) -> None:
    app = view(open_path(root, goal="ppo", engineering="3"), "What next")
    assert not app.exception
    shown = texts(app)
    assert "Where it leads" in shown
    assert "Other ways in" in shown
    app.button("branch-infrastructure").click().run()
    assert app.multiselect("path_goals").value == ["ppo", "infrastructure"]


def test_a_plan_that_names_what_left_the_map_says_so_and_goes_on(root: Path, opened: Workspace) -> None:
    follow_plan(opened, LearnerProfile(goals=("ppo",), known=frozenset({"reward"})))
    connection = sqlite3.connect(opened.settings.progress_db)
    connection.execute("UPDATE plan SET profile = replace(profile, '\"reward\"', '\"phlogiston\"')")
    connection.execute("INSERT INTO progress VALUES ('aether', 'done', 5, '', '2026-01-01T00:00:00+00:00')")
    connection.commit()
    connection.close()
    app = open_path(root)
    assert not app.exception
    assert "No longer on the map" in texts(app)
    assert "aether, phlogiston" in texts(app)
    followed = followed_plan(opened)
    assert followed is not None
    assert followed.path.steps


def test_a_plan_whose_goal_left_the_map_is_kept_and_named(opened: Workspace) -> None:
    follow_plan(opened, LearnerProfile(goals=("ppo",)))
    connection = sqlite3.connect(opened.settings.progress_db)
    connection.execute("UPDATE plan SET profile = replace(profile, '\"ppo\"', '\"pqo\"')")
    connection.commit()
    connection.close()
    followed = followed_plan(opened)
    assert followed is not None
    assert (followed.path.steps, followed.vanished) == ((), ("pqo",))


def test_export_and_import_bring_the_same_path_back(root: Path, opened: Workspace) -> None:
    app = view(open_path(root, **ENGINEER), "Share and export")
    assert not app.exception
    link = app.code[0].value
    assert "goal=ppo&maths=2&engineering=3&deep_learning=2" in link
    path = make_path(opened, LearnerProfile(goals=("ppo",), maths=2, engineering=3, deep_learning=2))
    saved = json.dumps(path_payload(path, shelf(opened)))
    profile, vanished = imported_profile(opened, saved)
    again = make_path(opened, profile)
    assert (profile, vanished) == (LearnerProfile(goals=("ppo",), maths=2, engineering=3, deep_learning=2), ())
    assert again.steps == path.steps


def saved_long_ago(opened: Workspace, *goals: str) -> str:
    """Return the JSON of a path to PPO, changed as if the map had lost concepts since."""
    path = make_path(opened, LearnerProfile(goals=("ppo",), maths=2, engineering=3, deep_learning=2))
    payload = path_payload(path, shelf(opened))
    payload["goal"] = list(goals)
    payload["profile"]["known"] += ["phlogiston"]
    payload["steps"].append({"kind": "read", "concept_id": "phlogiston"})
    return json.dumps(payload)


def test_a_file_that_names_a_vanished_concept_is_used_without_it(opened: Workspace) -> None:
    profile, vanished = imported_profile(opened, saved_long_ago(opened, "caloric", "ppo"))
    assert vanished == ("caloric", "phlogiston")
    assert profile.goals == ("ppo",)
    assert profile.known == frozenset()


def test_a_file_whose_goals_have_all_vanished_is_refused_by_name(opened: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="caloric"):
        imported_profile(opened, saved_long_ago(opened, "caloric"))


def test_a_link_that_names_a_vanished_concept_is_used_without_it(root: Path, home: Path) -> None:
    app = open_path(root, goal="ppo", known="phlogiston")
    assert not app.exception
    assert "No longer on the map, and left out: phlogiston." in texts(app)
    assert "Path to Proximal policy optimization" in texts(app)
    assert "phlogiston" not in str(query_of(app))


def test_a_path_in_use_is_read_by_other_programs(built: Settings, tmp_path: Path) -> None:
    opened = open_workspace(built)
    path = make_path(opened, LearnerProfile(goals=("discount-factor",), engineering=2))
    concepts = list(dict.fromkeys(step.concept_id for step in path.steps))

    events = Calendar.from_ical(exported_path(opened, path, "ics")).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == [step.title for step in path.steps]
    weeks = calendar_of(path)
    assert events[0].decoded("dtstart") == weeks[0].starts
    assert weeks[-1].starts < events[-1].decoded("dtend") <= weeks[-1].starts + timedelta(weeks=1)
    rows = list(csv.DictReader(io.StringIO(exported_path(opened, path, "csv").decode())))
    assert [row["title"] for row in rows] == [step.title for step in path.steps]

    with zipfile.ZipFile(io.BytesIO(exported_path(opened, path, "apkg"))) as package:
        package.extract("collection.anki2", tmp_path)
    connection = sqlite3.connect(tmp_path / "collection.anki2")
    fields = [row[0].split("\x1f") for row in connection.execute("SELECT flds FROM notes ORDER BY id")]
    cards = connection.execute("SELECT count(*) FROM cards").fetchone()[0]
    connection.close()
    assert cards == len(fields) == sum(len(opened.graph.concepts[concept_id].goals) for concept_id in concepts)
    quoted = [field for field in fields if field[3]]
    assert quoted, "the sources that are here say something about the concepts of this path"
    for _, title, _, back in quoted:
        concept = next(c for c in opened.graph.concepts.values() if c.title == html.unescape(title))
        first = next(a for a in concept_answers(opened, concept) if a.quotes[0].verified)
        assert back.startswith(f"<blockquote>{html.escape(first.quotes[0].display)}".replace("\n", "<br>"))
        assert html.escape(first.source.title) in back
        assert ET.fromstring(f"<card>{back.replace('<br>', '<br/>')}</card>").findall("blockquote/small")
