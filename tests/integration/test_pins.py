"""Pins name passages: one whose passage is gone is reported, with its source and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from maps import entry, write_map
from rlmap.corpus.extract import extract_document
from rlmap.corpus.ingest import ingest
from rlmap.corpus.manifest import load_manifest
from rlmap.corpus.split import split_extraction
from rlmap.corpus.store import CorpusStore
from rlmap.pipeline.health import health_facts
from rlmap.pipeline.pins import check_pins
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import Settings
from rlmap.types import Problem

MANIFEST = """
schema = 1
[[source]]
id = "notes"
title = "Notes"
authors = ["rlmap contributors"]
kind = "handbook"
licence = "CC0-1.0"
profile = "handbook"
how_to_read = "Easy."
[source.local]
path = "notes"
[[source]]
id = "unfetched"
title = "A book"
authors = ["rlmap contributors"]
kind = "textbook"
licence = "CC0-1.0"
profile = "personal"
url = "https://example.org"
how_to_read = "Easy."
"""


class Map:
    """A map of one concept, and a corpus of one page with a passage on waiting and one on stopping."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(root=folder, home=folder / "home")
        self.page = self.settings.corpus_dir / "notes" / "page.md"
        self.page.parent.mkdir(parents=True)
        (self.settings.corpus_dir / "sources.toml").write_text(MANIFEST, encoding="utf-8")
        self.read(
            "An agent that waits may find a larger reward later on.", "One that stops keeps all that it has by now."
        )
        self.waiting, self.stopping = (passage.id for passage in CorpusStore(self.settings.corpus_db).passages())

    def read(self, waiting: str, stopping: str) -> None:
        """Write the page and read it into the corpus."""
        self.page.write_text(f"# Waiting\n\n{waiting}\n\n# Stopping\n\n{stopping}\n", encoding="utf-8")
        settings = self.settings
        ingest(
            load_manifest(settings.corpus_dir).sources,
            CorpusStore(settings.corpus_db),
            extract_document,
            split_extraction,
            files_dir=settings.files_dir,
            corpus_dir=settings.corpus_dir,
        )

    def edit(self, pinned: list[str], rejected: list[str]) -> list[Problem]:
        """Choose passages for the concept; return what is wrong with them."""
        write_map(self.settings.graph_dir, [entry("patience", pinned=pinned, rejected=rejected)])
        return check_pins(open_workspace(self.settings))


@pytest.fixture
def tiny(tmp_path: Path) -> Map:
    return Map(tmp_path)


def test_a_pin_whose_passage_is_gone_is_named_with_its_source_and_what_to_do(tiny: Map) -> None:
    pinned, rejected = [f"notes/{tiny.waiting}"], [f"notes/{tiny.stopping}"]
    assert tiny.edit(pinned, rejected) == []
    tiny.read("An agent that is patient may find a larger reward later on.", "One that stops keeps what it has by now.")
    problems = tiny.edit(pinned, rejected)
    assert [(problem.file, problem.field) for problem in problems] == [
        ("concepts/core-rl/patience.toml", "pinned[0]"),
        ("concepts/core-rl/patience.toml", "rejected[0]"),
    ]
    assert tiny.waiting in problems[0].message
    assert "notes" in problems[0].message
    assert "rlmap concept patience --json" in problems[0].fix
    assert {problem.severity for problem in problems} == {"warning"}


def test_a_pin_of_a_source_that_is_not_here_is_not_lost(tiny: Map) -> None:
    assert tiny.edit([f"unfetched/{'0' * 32}"], []) == []


def test_the_health_page_counts_pins_that_hold_and_pins_that_are_lost(tiny: Map) -> None:
    tiny.edit([f"notes/{tiny.waiting}", f"unfetched/{'0' * 32}"], [f"notes/{'1' * 32}"])
    said = health_facts(tiny.settings)["Data"]["Passages chosen by editors"]
    assert said == "1 here, 1 of sources that are not here, 1 lost: rlmap check --corpus names them"


def test_before_anything_is_read_no_pin_is_lost(home: Path, root: Path) -> None:
    said = health_facts(Settings(root=root, home=home))["Data"]["Passages chosen by editors"]
    assert re.fullmatch(r"0 here, \d{3} of sources that are not here, 0 lost", said)


def test_no_pin_of_the_map_is_lost_in_the_default_corpus(built: Settings) -> None:
    assert check_pins(open_workspace(built)) == []
