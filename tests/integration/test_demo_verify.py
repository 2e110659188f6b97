"""Verifying a demo: a real run on seeds that it was not tuned with, and the record of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rlmap.demos.spec import load_specs
from rlmap.demos.verify import load_result, main, verify_demo
from rlmap.errors import DemoError


@pytest.fixture
def demos(root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "demos"
    shutil.copytree(root / "demos" / "estimator-variance", folder / "estimator-variance")
    return folder


def test_a_record_says_what_held_on_which_seeds(demos: Path, tmp_path: Path) -> None:
    assert load_result("estimator-variance", demos) is None
    status = main([str(demos), str(tmp_path / "runs"), "estimator-variance"])
    record = load_result("estimator-variance", demos)
    assert record is not None
    assert record["seeds"] == [101, 102, 103, 104, 105]
    for effect in record["effects"]:
        assert effect["holds"] == (effect["difference"] >= effect["margin"])
    assert (status == 0) == all(effect["holds"] for effect in record["effects"])
    arms = {arm.id for arm in load_specs(demos)["estimator-variance"].arms}
    for by_axis in record["curves"].values():
        assert set(by_axis["steps"]) == set(by_axis["seconds"]) == arms
    json.dumps(record, allow_nan=False)


def test_a_damaged_record_is_named(demos: Path) -> None:
    (demos / "estimator-variance" / "result.json").write_text("{")
    with pytest.raises(DemoError, match="verify the demo again"):
        load_result("estimator-variance", demos)


def test_chosen_seeds_are_used(demos: Path, tmp_path: Path) -> None:
    record = verify_demo(load_specs(demos)["estimator-variance"], tmp_path / "runs", seeds=(7,))
    assert record["seeds"] == [7]
