from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from maps import concept, graph_of
from rlmap.errors import InputError
from rlmap.study.calendar import SLACK, weeks_of, what_if
from rlmap.study.export import CardQuote, anki_package, path_calendar, path_csv, read_path
from rlmap.study.plan import plan
from rlmap.study.profile_link import profile_from_payload, profile_from_query, profile_payload, profile_to_query
from rlmap.types import LearnerProfile, StudyPath

GRAPH = graph_of(concept("a", title="=a()"), concept("b", ["a"], minutes=500), concept("c", ["b"]))
START = date(2026, 3, 2)


@pytest.fixture
def path() -> StudyPath:
    return plan(GRAPH, LearnerProfile(goals=("c",), hours_per_week=2.0))


def test_weeks_hold_the_whole_path_in_order_and_leave_slack(path: StudyPath) -> None:
    weeks = weeks_of(path, START)
    minutes: dict[int, int] = {}
    for week in weeks:
        assert week.minutes == sum(portion.minutes for portion in week.portions) <= 120 * (1 - SLACK)
        assert week.minutes + week.slack_minutes == 120
        assert week.starts == START + timedelta(weeks=week.number - 1)
        for portion in week.portions:
            minutes[portion.number] = minutes.get(portion.number, 0) + portion.minutes
    assert list(minutes) == list(range(1, len(path.steps) + 1))
    assert list(minutes.values()) == [step.minutes for step in path.steps]
    split = [portion for week in weeks for portion in week.portions if portion.parts > 1]
    assert split, "a step of 500 minutes cannot fit a week of 120"
    assert [portion.part for portion in split[: split[0].parts]] == list(range(1, split[0].parts + 1))


def test_a_slower_pace_ends_later_by_whole_weeks(path: StudyPath) -> None:
    own, other, weeks = what_if(path, START, 1.0)
    assert other - own == timedelta(weeks=weeks)
    assert weeks > 0
    assert what_if(path, START, 40.0)[2] < 0
    with pytest.raises(InputError, match="hours per week"):
        weeks_of(path, START, 0)


def test_a_path_without_steps_has_no_week() -> None:
    empty = plan(GRAPH, LearnerProfile(goals=("c",), known=frozenset({"c"})))
    assert weeks_of(empty, START) == ()
    assert what_if(empty, START, 1.0) == (START, START, 0)


def test_the_table_has_a_row_for_each_step_and_no_cell_that_computes(path: StudyPath) -> None:
    rows = list(csv.DictReader(io.StringIO(path_csv(path, {"plain-book": "Doe, A plain book"}))))
    assert [int(row["number"]) for row in rows] == list(range(1, len(path.steps) + 1))
    assert [row["concept"] for row in rows] == [step.concept_id for step in path.steps]
    assert rows[0]["title"] == "'=a()"
    assert rows[0]["readings"].startswith("Doe, A plain book, section 1 (skip: The appendix.)")


def events_of(path: StudyPath, start: date = START) -> dict[str, dict[str, object]]:
    """Return when each step is done and what it is, by the lasting id of its calendar entry."""
    data = path_calendar(weeks_of(path, start), datetime(2026, 3, 1, tzinfo=UTC))
    return {
        str(event["uid"]): {
            "days": (event.decoded("dtstart"), event.decoded("dtend") - timedelta(days=1)),
            "summary": str(event["summary"]),
            "description": str(event["description"]),
        }
        for event in Calendar.from_ical(data).walk("VEVENT")
    }


def test_the_calendar_is_read_back_with_its_steps_on_the_days_of_their_weeks(path: StudyPath) -> None:
    events = list(events_of(path).values())
    assert [event["summary"] for event in events] == [step.title for step in path.steps]
    spans: dict[int, list[date]] = {}
    for week in weeks_of(path, START):
        for portion in week.portions:
            spans.setdefault(portion.number, []).append(week.starts)
    before = START
    for step, event, starts in zip(path.steps, events, spans.values(), strict=True):
        first, last = event["days"]
        assert before <= first <= last
        assert starts[0] <= first < starts[0] + timedelta(weeks=1)
        assert starts[-1] <= last < starts[-1] + timedelta(weeks=1)
        assert step.because in event["description"]
        before = first


def test_a_plan_that_has_changed_moves_the_calendar_entries_of_the_one_before() -> None:
    before = events_of(plan(GRAPH, LearnerProfile(goals=("c",), hours_per_week=2.0)))
    later = date(2026, 6, 1)
    changed = plan(GRAPH, LearnerProfile(goals=("c",), known=frozenset({"a"}), hours_per_week=5.0))
    after = events_of(changed, later)
    assert len(after) == len(changed.steps), "no two steps share an id"
    same = {(event["summary"], uid) for uid, event in after.items()} & {
        (event["summary"], uid) for uid, event in before.items()
    }
    assert {step.title for step in changed.steps if step.kind == "read"} <= {summary for summary, _ in same}
    assert all(after[uid]["days"][0] >= later > before[uid]["days"][0] for _, uid in same)


def test_a_concept_that_is_checked_twice_has_two_calendar_entries(path: StudyPath) -> None:
    twice = replace(path, steps=(*path.steps, path.steps[-1]))
    assert len(events_of(twice)) == len(path.steps) + 1


def notes_of(package: bytes, folder: Path) -> dict[str, list[str]]:
    """Return the fields of each note of an Anki package by the note's lasting id."""
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extract("collection.anki2", folder)
    connection = sqlite3.connect(folder / "collection.anki2")
    rows = connection.execute("SELECT guid, flds FROM notes ORDER BY id").fetchall()
    connection.close()
    return {guid: fields.split("\x1f") for guid, fields in rows}


def test_anki_cards_are_goals_with_quotes_and_their_sources(tmp_path: Path) -> None:
    quotes = {"a": [CardQuote("A slope < 1 & falling.\nIt ends.", "A Book, p. 3", "https://book.example/?a=1&b=2")]}
    fields = list(notes_of(anki_package(GRAPH, ["a", "b"], quotes, "Path to c"), tmp_path / "deck").values())
    assert [field[0] for field in fields] == [*GRAPH.concepts["a"].goals, *GRAPH.concepts["b"].goals]
    assert fields[0][3] == (
        "<blockquote>A slope &lt; 1 &amp; falling.<br>It ends.<br><small>"
        '<a href="https://book.example/?a=1&amp;b=2">A Book, p. 3</a></small></blockquote>'
    )
    assert fields[2][3] == ""


def test_an_address_that_is_no_web_page_is_no_link_on_a_card(tmp_path: Path) -> None:
    quotes = {"a": [CardQuote("Words.", "A Book", "javascript:alert(1)")]}
    fields = list(notes_of(anki_package(GRAPH, ["a"], quotes, "Path"), tmp_path / "deck").values())
    assert fields[0][3] == "<blockquote>Words.<br><small>A Book</small></blockquote>"


def test_a_second_deck_updates_the_cards_of_the_first(tmp_path: Path) -> None:
    before = notes_of(anki_package(GRAPH, ["a", "b"], {}, "Path to c"), tmp_path / "first")
    quotes = {"a": [CardQuote("Words.", "A Book")]}
    after = notes_of(anki_package(GRAPH, ["b", "a", "c"], quotes, "Path to c"), tmp_path / "second")
    assert before.keys() < after.keys()
    assert all(after[guid][:3] == fields[:3] for guid, fields in before.items())


@given(
    st.builds(
        LearnerProfile,
        goals=st.lists(st.sampled_from(["a", "b-c", "π & co"]), min_size=1, unique=True).map(tuple),
        maths=st.integers(0, 3),
        engineering=st.integers(0, 3),
        deep_learning=st.integers(0, 3),
        known=st.frozensets(st.sampled_from(["x", "y"])),
        known_roughly=st.frozensets(st.sampled_from(["z"])),
        unknown=st.frozensets(st.sampled_from(["w"])),
        hours_per_week=st.sampled_from([0.5, 2.25, 40.0]),
        taste=st.sampled_from([-1.0, -0.25, 0.0, 1.0]),
    )
)
def test_a_profile_survives_files_and_links(profile: LearnerProfile) -> None:
    assert profile_from_payload(json.loads(json.dumps(profile_payload(profile)))) == profile
    assert profile_from_query(profile_to_query(profile)) == profile


def test_links_hold_only_what_differs_and_ignore_other_keys() -> None:
    assert profile_to_query(LearnerProfile(goals=("ppo",), maths=3)) == {"goals": ["ppo"], "maths": ["3"]}
    assert profile_from_query({"goals": ["ppo"], "c": ["return"]}) == LearnerProfile(goals=("ppo",))


def test_a_saved_path_is_read_back(path: StudyPath) -> None:
    saved = {
        "goal": list(path.profile.goals),
        "profile": {key: value for key, value in profile_payload(path.profile).items() if key != "goals"},
        "steps": [{"kind": step.kind, "concept_id": step.concept_id, "title": step.title} for step in path.steps],
        "total_minutes": path.total_minutes,
    }
    read = read_path(json.dumps(saved))
    assert read.profile == path.profile
    assert read.steps == tuple((step.kind, step.concept_id) for step in path.steps)
    assert plan(GRAPH, read.profile) == path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no list of steps"),
        ('{"steps": [{"kind": "read"}]}', "Step 1 of the path lacks"),
        ('{"steps": [], "goal": "ppo"}', "goals is not a list"),
        ('{"steps": [], "goal": ["ppo"], "profile": {"maths": "3"}}', "maths is '3'"),
        ('{"steps": [], "goal": ["ppo"], "profile": {"maths": true}}', "maths is True"),
        ('{"steps": [], "goal": ["ppo"], "profile": {"hours_per_week": -1}}', "hours_per_week is -1.0"),
        ('{"steps": [], "goal": ["ppo"], "profile": {"colour": 1}}', "key 'colour'"),
        ('{"steps": [], "goal": []}', "no goal"),
    ],
)
def test_a_file_that_is_no_path_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_path(text)


def test_links_that_were_tampered_with_are_refused() -> None:
    with pytest.raises(InputError, match="value of maths is 'abc'"):
        profile_from_query({"goals": ["a"], "maths": ["abc"]})
    with pytest.raises(InputError, match="maths is 7"):
        profile_from_query({"goals": ["a"], "maths": ["7"]})
