"""Commands as a user types them, each in its own process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from rlmap.settings import Settings

RLMAP = [sys.executable, "-c", "from rlmap.cli import main; main()"]


def run(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RLMAP_HOME": str(home), **more}
    command = [*RLMAP, *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=300)


def test_an_unknown_concept_names_the_nearest(built: Settings) -> None:
    outcome = run("concept", "discount-facter", home=built.home)
    assert outcome.returncode == 2
    assert "discount-factor" in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_a_concept_shows_reasons_and_quotes(built: Settings) -> None:
    outcome = run("concept", "gamma", "--json", home=built.home)
    payload = json.loads(outcome.stdout)
    assert payload["id"] == "discount-factor"
    assert all(edge["reason"] for edge in payload["prerequisites"])
    assert payload["unlocks"]
    assert payload["answers"]
    assert payload["evidence"]["return"]["quotes"][0]["verified"]
    assert {"Discount factor"} == {quantity["name"] for quantity in payload["notation"]}
    assert payload["demo_id"] == "discount-factor"
    assert all(reading["citation"] and reading["where"] and reading["url"] for reading in payload["readings"])


def test_a_path_respects_every_prerequisite(built: Settings) -> None:
    outcome = run("path", "--goal", "ppo", "--maths", "1", "--engineering", "3", "--json", home=built.home)
    payload = json.loads(outcome.stdout)
    assert payload["goal"] == ["ppo"]
    assert payload["total_minutes"] == sum(step["minutes"] for step in payload["steps"])
    assert all(step["because"] for step in payload["steps"])


def test_ask_without_a_corpus_says_what_to_do(tmp_path: Path) -> None:
    outcome = run("ask", "what is gamma", home=tmp_path / "empty")
    assert outcome.returncode == 2
    assert "rlmap setup" in outcome.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    outcome = run("setup", home=blocked / "home")
    assert outcome.returncode == 2
    assert "RLMAP_HOME" in outcome.stderr


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        outcome = run("serve", "--port", str(taken.getsockname()[1]), home=tmp_path)
    assert outcome.returncode == 2
    assert "--port" in outcome.stderr


def test_an_unreadable_pdf_is_refused_in_one_sentence(own_home: Settings, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + b"\x00" * 500)
    outcome = run("corpus", "add", str(broken), "--json", home=own_home.home)
    report = json.loads(outcome.stdout) if outcome.returncode == 0 else None
    said = outcome.stderr if report is None else " ".join(report["problems"])
    assert "broken" in said


def test_check_finds_nothing_wrong_in_the_data_of_the_project(built: Settings) -> None:
    outcome = run("check", "--json", home=built.home)
    payload = json.loads(outcome.stdout)
    errors = [problem for problem in payload["problems"] if problem["severity"] == "error"]
    assert errors == []


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["corpus", "--help"], ["demo", "--help"]])
def test_help_is_there(arguments: list[str], tmp_path: Path) -> None:
    outcome = run(*arguments, home=tmp_path)
    assert outcome.returncode == 0
    assert "Usage" in outcome.stdout


@pytest.mark.parametrize(
    "arguments",
    [("corpus", "status"), ("corpus", "export"), ("check",)],
)
def test_json_is_json_and_nothing_else(built: Settings, arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments, "--json", home=built.home)
    assert outcome.returncode == 0
    assert json.loads(outcome.stdout)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("corpus", "add", "no/such/file.pdf"), "no/such/file.pdf"),
        (("corpus", "add", "ftp://example.org/a.pdf"), "ftp://example.org/a.pdf"),
        (("corpus", "remove", "own-nothing"), "own-nothing"),
        (("corpus", "fetch", "--profile", "everything"), "everything"),
        (("corpus", "fetch", "--mirror", "no/such/folder"), "no/such/folder"),
        (("corpus", "recheck", "pyproject.toml"), "pyproject.toml"),
    ],
)
def test_bad_input_ends_with_one_sentence_and_status_2(built: Settings, arguments: tuple[str, ...], named: str) -> None:
    outcome = run(*arguments, home=built.home)
    assert outcome.returncode == 2
    assert named in outcome.stderr
    assert "Traceback" not in outcome.stderr
