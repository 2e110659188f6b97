"""What the app opens before the first learner comes, and what it keeps."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rlmap.pipeline.gallery import demo_gallery
from rlmap.pipeline.warming import warm_up
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import Settings


@pytest.fixture
def collector() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_warming_opens_all_that_an_answer_needs_and_exempts_it_from_collection(
    built: Settings, collector: None
) -> None:
    opened = open_workspace(built)
    before = gc.get_freeze_count()
    warm_up(opened)
    assert {"graph", "sources", "store", "index", "encoder", "vocabulary"} <= vars(opened).keys()
    assert gc.get_freeze_count() > before


def test_warming_without_an_index_opens_the_map_alone(built: Settings, tmp_path: Path, collector: None) -> None:
    opened = open_workspace(replace(built, home=tmp_path))
    warm_up(opened)
    assert "graph" in vars(opened)
    assert "index" not in vars(opened)


def test_the_gallery_is_read_once_and_again_when_a_demo_changes(built: Settings, tmp_path: Path) -> None:
    shutil.copytree(built.demos_dir / "discount-factor", tmp_path / "demos" / "discount-factor")
    settings = replace(built, root=tmp_path)
    first = demo_gallery(settings)
    assert list(first.specs) == ["discount-factor"]
    assert demo_gallery(settings) is first
    spec = tmp_path / "demos" / "discount-factor" / "demo.toml"
    spec.write_text(spec.read_text("utf-8").replace('title = "', 'title = "Another: '), encoding="utf-8")
    os.utime(spec, ns=(2**61, 2**61))
    assert demo_gallery(settings).specs["discount-factor"].title.startswith("Another: ")
