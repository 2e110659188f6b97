"""Questions over Milvus: the same passages first, and every quote still checked in its file."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import rtoml

from rlmap.pipeline.asking import ask_question
from rlmap.pipeline.setting_up import set_up
from rlmap.pipeline.workspace import Workspace, open_workspace
from rlmap.search.expand import expand
from rlmap.search.fuse import retrieve
from rlmap.search.judged import load_questions
from rlmap.settings import Settings

#: About a fifth of the default corpus: both stores are built in seconds.
KEPT = ("tianshou", "torchrl", "obp", "garage", "control", "sample-factory", "imitation")
QUESTIONS = 20


@pytest.fixture
def small(own_home: Settings, tmp_path: Path) -> Settings:
    """A copy of the built data folder, cut down to a few sources."""
    root = tmp_path / "root"
    (root / "corpus").mkdir(parents=True)
    for folder in ("graph", "demos"):
        (root / folder).symlink_to(own_home.root / folder)
    for path in own_home.corpus_dir.iterdir():
        if path.name != "sources.toml":
            (root / "corpus" / path.name).symlink_to(path)
    manifest = tomllib.loads((own_home.corpus_dir / "sources.toml").read_text(encoding="utf-8"))
    manifest["source"] = [entry for entry in manifest["source"] if entry["id"] in KEPT]
    rtoml.dump(manifest, root / "corpus" / "sources.toml")
    return replace(own_home, root=root)


@pytest.mark.slow
def test_questions_are_answered_alike_from_milvus(small: Settings, tmp_path: Path) -> None:
    pytest.importorskip("milvus_lite", reason="the engine inside this process is for Linux and macOS only")
    set_up(small)
    in_milvus = replace(small, home=tmp_path / "in-milvus", store=f"milvus://{tmp_path / 'store.db'}")
    shutil.copytree(small.home, in_milvus.home)
    report = set_up(in_milvus)
    again = replace(in_milvus, store=None)
    assert set_up(again).passages == report.passages  # stays where it is
    embedded, milvus = open_workspace(small), open_workspace(again)
    assert milvus.index.info.store == in_milvus.store
    assert milvus.index.info.passages == embedded.index.info.passages > 200

    questions = [item.text for item in load_questions(small.corpus_dir / "queries") if item.split == "test"]
    overlaps, quotes = [], 0
    for question in questions[:QUESTIONS]:
        ours, theirs = first_ten(embedded, question), first_ten(milvus, question)
        overlaps.append(len(ours & theirs) / len(ours))
        for answer in ask_question(milvus, question).answers:
            for quote in answer.quotes:
                assert quote.verification.state in {"verified", "picture"}
                quotes += 1
    assert sum(overlaps) / len(overlaps) >= 0.95
    assert quotes >= 10


def first_ten(workspace: Workspace, question: str) -> set[str]:
    terms = expand(question, workspace.vocabulary)
    return {hit.passage_id for hit in retrieve(workspace.index, workspace.encoder, terms, k=10)}
