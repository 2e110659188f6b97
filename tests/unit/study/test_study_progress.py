from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maps import concept, graph_of
from rlmap.errors import BusyError, InputError, StorageError, UnknownNameError
from rlmap.study.plan import plan
from rlmap.study.progress import entries, forget, load_plan, record, save_plan, with_progress
from rlmap.study.review import add_cards, due_cards, review
from rlmap.study.storage import MIGRATIONS, Storage
from rlmap.types import LearnerProfile

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GRAPH = graph_of(concept("a"), concept("b", ["a"]), concept("c", ["b"]))


@pytest.fixture
def storage(tmp_path: Path):
    with Storage(tmp_path / "home" / "progress.sqlite") as opened:
        yield opened


def test_progress_outlives_the_program(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    with Storage(path) as storage:
        record(storage, "a", "roughly", minutes=20, note="Slope is clear.", now=NOW)
        record(storage, "a", "done", minutes=15, now=NOW + timedelta(days=1))
    with Storage(path) as storage:
        (entry,) = entries(storage)
    assert (entry.state, entry.minutes, entry.note) == ("done", 35, "Slope is clear.")
    assert entry.changed_at == NOW + timedelta(days=1)


def test_a_note_can_be_emptied_and_an_entry_forgotten(storage: Storage) -> None:
    record(storage, "a", "done", note="x")
    assert record(storage, "a", "done", note="").note == ""
    assert forget(storage, "a")
    assert not forget(storage, "a")
    assert entries(storage) == ()


def test_bad_entries_are_refused_and_change_nothing(storage: Storage) -> None:
    with pytest.raises(InputError, match="none of done, roughly, skipped"):
        record(storage, "a", "finished")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="give 0 or more"):
        record(storage, "a", "done", minutes=-1)
    assert entries(storage) == ()


def test_the_plan_follows_what_was_done_and_names_what_left_the_map(storage: Storage) -> None:
    record(storage, "a", "done")
    record(storage, "b", "roughly")
    record(storage, "gone", "done")
    profile, vanished = with_progress(GRAPH, LearnerProfile(goals=("c",)), entries(storage))
    assert (profile.known, profile.known_roughly, vanished) == ({"a"}, {"b"}, ("gone",))
    assert [step.concept_id for step in plan(GRAPH, profile).steps if step.kind == "read"] == ["c"]
    assert "gone" in {entry.concept_id for entry in entries(storage)}, "nothing is lost"


def test_the_saved_plan_keeps_the_profile_it_was_made_for(storage: Storage) -> None:
    assert load_plan(storage) is None
    profile = LearnerProfile(goals=("c",), maths=3, hours_per_week=2.5, known_roughly=frozenset({"a"}))
    path = plan(GRAPH, profile)
    save_plan(storage, profile, path)
    save_plan(storage, profile, path)
    saved = load_plan(storage)
    assert saved is not None
    assert saved.profile == profile
    assert saved.steps == tuple((step.kind, step.concept_id) for step in path.steps)


def test_an_older_file_is_brought_up_to_date_with_its_content(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    old = sqlite3.connect(path)
    old.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    old.execute("INSERT INTO progress VALUES ('a', 'done', 5, '', '2026-01-01T00:00:00+00:00')")
    old.commit()
    old.close()
    with Storage(path) as storage:
        assert [entry.concept_id for entry in entries(storage)] == ["a"]
        assert add_cards(storage, GRAPH.concepts["a"], NOW) == 2


def test_files_of_the_future_and_files_that_are_no_database_are_refused_untouched(tmp_path: Path) -> None:
    future = tmp_path / "future.sqlite"
    connection = sqlite3.connect(future)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StorageError, match="written by a newer rlmap"):
        Storage(future)
    text = tmp_path / "text.sqlite"
    text.write_text("not a database " * 100, encoding="utf-8")
    with pytest.raises(StorageError, match="damaged or not a database"):
        Storage(text)
    assert text.read_text(encoding="utf-8").startswith("not a database")
    with pytest.raises(StorageError, match="cannot be opened"):
        Storage(text / "inside" / "progress.sqlite")


WRITER = """
    import sys
    from pathlib import Path
    from rlmap.study.progress import record
    from rlmap.study.storage import Storage
    with Storage(Path(sys.argv[1])) as storage:
        for number in range(15):
            record(storage, f"{sys.argv[2]}{number}", "done", minutes=1)
            record(storage, "shared", "done", minutes=1)
"""


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(path)]
    writers = [subprocess.Popen([*command, name], stderr=subprocess.PIPE) for name in ("x", "y")]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors.decode()
    with Storage(path) as storage:
        found = {entry.concept_id: entry.minutes for entry in entries(storage)}
    assert len(found) == 31
    assert found["shared"] == 30


KILLED = """
    import sys, time
    from pathlib import Path
    from rlmap.study.progress import record
    from rlmap.study.storage import Storage
    storage = Storage(Path(sys.argv[1]))
    record(storage, "kept", "done")
    with storage.writing() as connection:
        connection.execute("INSERT INTO progress VALUES ('half', 'done', 1, '', '2026-01-01T00:00:00+00:00')")
        print("ready", flush=True)
        time.sleep(60)
"""


def test_a_crash_in_the_middle_of_a_change_leaves_the_change_out(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        os.kill(writer.pid, signal.SIGKILL)
    with Storage(path) as storage:
        assert [entry.concept_id for entry in entries(storage)] == ["kept"]


def test_a_file_that_another_program_holds_is_said_to_be_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rlmap.study.storage._WAIT_S", 0.1)
    path = tmp_path / "progress.sqlite"
    busy = pytest.raises(BusyError, match="Another program is writing")
    with Storage(path) as storage, Storage(path) as other, storage.writing(), busy:
        record(other, "a", "done")


def test_an_error_inside_a_change_undoes_all_of_it(storage: Storage) -> None:
    def change() -> None:
        with storage.writing() as connection:
            connection.execute("INSERT INTO progress VALUES ('half', 'done', 1, '', '')")
            connection.execute("INSERT INTO progress VALUES ('half', 'wrong', 1, '', '')")

    with pytest.raises(StorageError):
        change()
    assert entries(storage) == ()


def test_goals_come_due_later_the_better_they_are_known(storage: Storage) -> None:
    goal = GRAPH.concepts["a"].goals[0]
    assert add_cards(storage, GRAPH.concepts["a"], NOW) == 2
    assert add_cards(storage, GRAPH.concepts["a"], NOW) == 0
    assert due_cards(storage, GRAPH, NOW) == ()
    tomorrow = NOW + timedelta(days=1)
    assert [card.goal for card in due_cards(storage, GRAPH, tomorrow)] == list(GRAPH.concepts["a"].goals)
    first = review(storage, GRAPH, "a", goal, "good", now=tomorrow).next_due
    second = review(storage, GRAPH, "a", goal, "good", now=first).next_due
    assert first - tomorrow < second - first
    failed = review(storage, GRAPH, "a", goal, "again", now=second).next_due
    assert failed - second <= timedelta(days=1)


def test_an_advanced_review_counts_for_what_it_is_made_of(storage: Storage) -> None:
    for concept_id in ("a", "b", "c"):
        add_cards(storage, GRAPH.concepts[concept_id], NOW)
    tomorrow = NOW + timedelta(days=1)
    failed = review(storage, GRAPH, "c", GRAPH.concepts["c"].goals[1], "again", now=tomorrow)
    assert failed.by_use == (), "what failed has exercised nothing"
    outcome = review(storage, GRAPH, "c", GRAPH.concepts["c"].goals[0], "good", now=tomorrow)
    assert {card.concept_id for card in outcome.by_use} == {"b"}
    assert {card.concept_id for card in due_cards(storage, GRAPH, tomorrow)} == {"a"}


def test_only_the_goals_an_edge_names_are_exercised(storage: Storage) -> None:
    edge = {"concept": "a", "reason": "It adds two of them.", "goals": [1]}
    graph = graph_of(concept("a"), concept("b", prerequisites=[edge]))
    for concept_id in ("a", "b"):
        add_cards(storage, graph.concepts[concept_id], NOW)
    outcome = review(storage, graph, "b", graph.concepts["b"].goals[0], "easy", now=NOW + timedelta(days=1))
    assert [(card.concept_id, card.goal) for card in outcome.by_use] == [("a", "Use a.")]


def test_reviews_of_what_is_not_there_are_refused(storage: Storage) -> None:
    add_cards(storage, GRAPH.concepts["a"], NOW)
    with pytest.raises(UnknownNameError, match="no review card"):
        review(storage, GRAPH, "a", "Fly.", "good")
    with pytest.raises(InputError, match="none of again, hard, good, easy"):
        review(storage, GRAPH, "a", GRAPH.concepts["a"].goals[0], "great")  # type: ignore[arg-type]
    without_a = graph_of(concept("b"))
    assert due_cards(storage, without_a, NOW + timedelta(days=9)) == ()


def test_a_damaged_plan_is_said_to_be_so(storage: Storage) -> None:
    with storage.writing() as connection:
        connection.execute("INSERT INTO plan VALUES (1, ?, '[]')", (json.dumps({"maths": 9, "goals": ["a"]}),))
    with pytest.raises(StorageError, match="make a new one"):
        load_plan(storage)
