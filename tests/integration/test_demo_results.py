"""Verify, compare and sweep from the command line, and damaged files among good ones."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from rlmap.cli.main import cli
from rlmap.errors import RlmapError
from rlmap.pipeline.demo_results import recorded
from rlmap.pipeline.demos import demo_problems, demo_spec, demo_specs
from rlmap.settings import Settings, load_settings


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["demo", *arguments])


@pytest.fixture
def settings(root: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data root of its own, so that records can be written."""
    own = tmp_path / "root"
    for name in ("gradient-descent", "discount-factor"):
        shutil.copytree(root / "demos" / name, own / "demos" / name)
    for name in ("graph", "corpus"):
        (own / name).symlink_to(root / name)
    monkeypatch.setattr("rlmap.settings.data_root", lambda: own)
    return load_settings()


def test_verifying_records_what_held(settings: Settings) -> None:
    path = settings.demos_dir / "gradient-descent" / "result.json"
    path.unlink(missing_ok=True)
    outcome = run("verify", "gradient-descent", "--seeds", "7,8", "--json")
    assert outcome.exit_code == 0, outcome.output
    record = json.loads(outcome.stdout)[0]
    assert record == json.loads(path.read_text())
    assert record["seeds"] == [7, 8]
    assert all(effect["holds"] for effect in record["effects"])
    result = recorded(settings, demo_spec(settings, "gradient-descent"))
    assert result is not None
    assert result.held


def test_an_effect_that_is_not_there_is_recorded_and_ends_with_status_1(settings: Settings) -> None:
    toml = settings.demos_dir / "gradient-descent" / "demo.toml"
    text = toml.read_text()
    start = text.index("margin = ")
    toml.write_text(text[:start] + "margin = 1000000.0" + text[text.index("\n", start) :])
    outcome = run("verify", "gradient-descent", "--seeds", "7")
    assert outcome.exit_code == 1
    assert "Not observed this time" in outcome.stdout
    record = json.loads((settings.demos_dir / "gradient-descent" / "result.json").read_text())
    assert [effect["holds"] for effect in record["effects"]].count(False) == 1


def test_a_wrong_name_or_seed_verifies_nothing(settings: Settings) -> None:
    for arguments, words in ((["gradient-decent"], "gradient-descent"), (["--seeds", "one"], "whole numbers")):
        with pytest.raises(RlmapError, match=words):
            CliRunner().invoke(cli, ["demo", "verify", *arguments], catch_exceptions=False)


def test_arms_are_compared_and_written_to_files(settings: Settings, tmp_path: Path) -> None:
    outcome = run("compare", "discount-factor", "--json", "--out", str(tmp_path / "curves.csv"))
    assert outcome.exit_code == 0, outcome.output
    found = json.loads(outcome.stdout)
    by_arm = {row["arm"]: row for row in found["rows"]}
    assert by_arm["gamma-0-98"]["at_steps"] > by_arm["gamma-0-5"]["at_steps"]
    with (tmp_path / "curves.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["axis"] for row in rows} == {"steps", "seconds"}
    assert {row["arm"] for row in rows} == set(by_arm)
    assert run("compare", "discount-factor", "--out", str(tmp_path / "curves.png")).exit_code == 0
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.width > 800
    table = run("compare", "discount-factor").stdout
    assert "gamma = 0.98" in table


def test_a_sweep_writes_its_trials_and_their_front(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    arguments = ["--over", "rate=0.01:0.3:log", "--trials", "2", "--method", "random", "--out", str(out), "--json"]
    spec = demo_spec(settings, "gradient-descent")
    name = next(iter(spec.arms[0].settings))
    arguments[1] = f"{name}=0.01:0.3:log"
    outcome = run("sweep", "gradient-descent", *arguments)
    assert outcome.exit_code == 0, outcome.output
    trials = json.loads(outcome.stdout)["trials"]
    assert [trial["trial"] for trial in trials] == [1, 2]
    assert all(0.01 <= trial["values"][name] <= 0.3 and trial["score"] is not None for trial in trials)
    assert any(trial["on_front"] for trial in trials)
    assert json.loads((out / "sweep.json").read_text())["trials"] == trials
    assert len((out / "sweep.csv").read_text().splitlines()) == 3
    with Image.open(out / "pareto.png") as picture:
        assert picture.width > 400


def test_one_damaged_demo_leaves_the_others_and_is_named(settings: Settings) -> None:
    (settings.demos_dir / "gradient-descent" / "demo.toml").write_text('id = "gradient-descent"\ntitle = ')
    assert set(demo_specs(settings)) == {"discount-factor"}
    assert [Path(problem.file).parent.name for problem in demo_problems(settings)] == ["gradient-descent"]
    outcome = run("list")
    assert outcome.exit_code == 0
    assert "discount-factor" in outcome.stdout
    assert "gradient-descent/demo.toml" in outcome.stderr
    with pytest.raises(RlmapError, match=r"gradient-descent cannot be used.*TOML"):
        demo_spec(settings, "gradient-descent")
