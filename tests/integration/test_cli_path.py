"""The commands that plan, follow and record, as a learner types them, on an empty data folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rlmap.cli.main import cli
from rlmap.errors import InputError
from rlmap.pipeline.learning import record_progress, reviews_due
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import load_settings

ENGINEER = ("--maths", "2", "--engineering", "3", "--deep-learning", "2")


def run(*arguments: str, answers: str | None = None) -> Result:
    result = CliRunner().invoke(cli, list(arguments), input=answers, catch_exceptions=True)
    if isinstance(result.exception, InputError):
        return result
    assert result.exit_code == 0, result.output
    return result


def test_a_plan_is_followed_from_step_to_step(home: Path) -> None:
    run("path", "--goal", "q-learning", *ENGINEER, "--follow")
    before = json.loads(run("next", "--json").stdout)["plan"]
    assert (before["done"], before["next"]) == ([], "reinforcement-learning")
    told = run("done", "reinforcement-learning", "--minutes", "30").stdout
    assert "Your plan drops 1 concept (Reinforcement learning)" in told
    assert "Next: Agent-environment loop" in told
    after = json.loads(run("next", "--json").stdout)["plan"]
    assert after["done"] == ["reinforcement-learning"]
    assert after["minutes_left"] < before["minutes_left"]
    assert "Behind you: 1 of" in run("next").stdout
    assert "takes in 1 concept" in run("done", "reinforcement-learning", "--forget").stdout


def test_without_a_plan_next_says_how_to_keep_one(home: Path) -> None:
    assert "--follow" in run("next").stdout


def test_placement_asks_and_prints_the_command_for_the_path(home: Path) -> None:
    placed = run("place", "--goal", "q-learning", *ENGINEER, answers="yes\n" + "no\n" * 30)
    last = placed.stdout.strip().splitlines()[-1]
    assert last.startswith("rlmap path --goal q-learning --maths 2 --engineering 3 --deep-learning 2")
    planned = run(*last.split()[1:], "--json")
    assert json.loads(planned.stdout)["goal"] == ["q-learning"]


def test_a_path_is_questioned(home: Path) -> None:
    goal = ("path", "--goal", "q-learning", *ENGINEER)
    assert "Reward is on the path because" in run(*goal, "--why", "reward").stdout
    assert "would lack ground" in run(*goal, "--without", "reward").stdout
    assert "weeks later" in run(*goal, "--what-if", "2").stdout
    assert "Week 1, from 2027-01-04" in run(*goal, "--calendar", "--start", "2027-01-04").stdout


def test_a_saved_path_is_planned_again(home: Path, tmp_path: Path) -> None:
    saved = tmp_path / "path.json"
    run("path", "--goal", "q-learning", *ENGINEER, "--output", str(saved))
    steps = json.loads(saved.read_text(encoding="utf-8"))["steps"]
    assert json.loads(run("path", "--from", str(saved), "--json").stdout)["steps"] == steps
    saved.write_text("{}", encoding="utf-8")
    assert "no list of steps" in str(run("path", "--from", str(saved)).exception)


def test_a_paper_is_a_goal_and_comes_last(home: Path) -> None:
    payload = json.loads(run("path", "--paper", "sac", *ENGINEER, "--json").stdout)
    assert payload["steps"][-1]["kind"] == "paper"
    assert {reading["source_id"] for reading in payload["steps"][-1]["readings"]} == {"sac"}
    assert "no source named 'sca'" in str(run("path", "--paper", "sca").exception)


def test_a_concept_is_recorded_with_its_review_cards_or_not_at_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = open_workspace(load_settings())

    def broken(*_: object) -> int:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("rlmap.pipeline.learning.add_cards", broken)
    with pytest.raises(RuntimeError):
        record_progress(workspace, "reward", "done")
    monkeypatch.undo()
    monkeypatch.setenv("RLMAP_HOME", str(home))
    assert "Nothing is recorded" not in run("next").stdout
    assert json.loads(run("next", "--json").stdout)["known"] == 0
    record_progress(workspace, "reward", "done")
    assert reviews_due(workspace) == ()
