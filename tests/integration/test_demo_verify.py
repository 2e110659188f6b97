"""Verifying a demo: a real run on seeds that it was not tuned with, and the record of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from rlmap.demos.spec import load_specs
from rlmap.demos.verify import FRESH_SEEDS, load_result, verify_demo, write_result
from rlmap.errors import DemoError

QUICK = "gradient-descent"


@pytest.fixture
def demos(root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "demos"
    for name in (QUICK, "deep-sea"):
        shutil.copytree(root / "demos" / name, folder / name)
        (folder / name / "result.json").unlink(missing_ok=True)
    return folder


def test_a_record_says_what_held_on_which_seeds(demos: Path, tmp_path: Path) -> None:
    spec = load_specs(demos)[QUICK]
    assert load_result(QUICK, demos) is None
    path = write_result(verify_demo(spec, tmp_path / "runs"), demos)
    record = load_result(QUICK, demos)
    assert record is not None
    assert path == demos / QUICK / "result.json"
    assert tuple(record["seeds"]) == FRESH_SEEDS
    for effect in record["effects"]:
        assert effect["holds"] == (effect["difference"] >= effect["margin"])
    arms = {arm.id for arm in spec.arms}
    for by_axis in record["curves"].values():
        assert set(by_axis["steps"]) == set(by_axis["seconds"]) == arms
    assert record["cpu_seconds"] > 0
    json.dumps(record, allow_nan=False)


def test_pictures_of_the_arm_that_should_do_best_stand_beside_the_record(demos: Path, tmp_path: Path) -> None:
    verification = verify_demo(load_specs(demos)["deep-sea"], tmp_path / "runs", seeds=(7,))
    assert verification.record["seeds"] == [7]
    write_result(verification, demos)
    with Image.open(demos / "deep-sea" / "policy.gif") as film:
        assert film.n_frames > 1


def test_a_damaged_record_is_named(demos: Path) -> None:
    (demos / QUICK / "result.json").write_text("{")
    with pytest.raises(DemoError, match="verify the demo again"):
        load_result(QUICK, demos)
