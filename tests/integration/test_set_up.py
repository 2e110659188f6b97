"""A set-up does what is not done yet, and an interrupted one leaves what served before."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from rlmap.corpus.store import CorpusStore
from rlmap.errors import InputError
from rlmap.pipeline.asking import ask_question
from rlmap.pipeline.library import corpus_status, status_text, verify_corpus, verify_text
from rlmap.pipeline.recheck import recheck_quotes
from rlmap.pipeline.setting_up import OFFLINE_PROFILES, set_up
from rlmap.pipeline.workspace import open_workspace
from rlmap.search.builds import current_build
from rlmap.settings import Settings

QUESTION = "effect of discount rate in RL"


def encoded(settings: Settings) -> set[bytes]:
    with closing(sqlite3.connect(settings.index_dir / "vectors.sqlite")) as database:
        return {key for (key,) in database.execute("SELECT key FROM vectors")}


def entry(source_id: str, more: str) -> str:
    """Return a table of the manifest."""
    facts = 'authors = ["rlmap contributors"]\nlicence = "CC0-1.0"\nhow_to_read = "Easy."\nmedia_type = "text/markdown"'
    return f'[[source]]\nid = "{source_id}"\ntitle = "{source_id}"\n{facts}\n{more}\n'


@pytest.fixture
def small(tmp_path: Path, built: Settings) -> Settings:
    """Settings of a corpus with a folder of three pages and two sources that nobody serves."""
    corpus = tmp_path / "root" / "corpus"
    pages = corpus / "handbook"
    pages.mkdir(parents=True)
    (corpus.parent / "graph").symlink_to(built.graph_dir)
    for name in ("alpha", "beta", "gamma"):
        rules = (f"The {name} rule number {n} says when an agent may stop waiting." for n in range(4))
        (pages / f"{name}.md").write_text(f"# {name}\n\n" + "\n\n".join(rules) + "\n", encoding="utf-8")
    far = 'kind = "docs"\nprofile = "open"\nurl = "http://no-such-host.invalid/"\n[source.web]\nurl = '
    handbook = 'kind = "handbook"\nprofile = "handbook"\n[source.local]\npath = "handbook"'
    (corpus / "sources.toml").write_text(
        "schema = 1\n"
        + entry("rlmap-handbook", handbook)
        + entry("far", f'sha256 = "{"1" * 64}"\n{far}"http://no-such-host.invalid/far.md"')
        + entry("large", f'sha256 = "{"2" * 64}"\non_request = "huge"\n{far}"http://no-such-host.invalid/large.md"'),
        encoding="utf-8",
    )
    settings = Settings(root=corpus.parent, home=tmp_path / "small")
    settings.home.mkdir()
    settings.model_dir.symlink_to(built.model_dir)
    return settings


def test_open_works_are_fetched_by_default_but_those_on_request_only_when_asked_for(small: Settings) -> None:
    (problem,) = set_up(small).problems
    assert problem.startswith("far: no-such-host.invalid cannot be reached")
    (again,) = set_up(small).problems
    assert "could not be reached lately" in again
    asked = set_up(small, extra_profiles={"open"}).problems
    assert [problem.partition(":")[0] for problem in asked] == ["far", "large"]
    assert set_up(small, default_profiles=OFFLINE_PROFILES).problems == ()


def test_only_a_changed_file_is_read_and_only_new_passages_are_encoded(small: Settings) -> None:
    first = set_up(small, default_profiles=OFFLINE_PROFILES)
    assert (first.documents_read, first.documents_unchanged) == (3, 0)
    before, build = encoded(small), current_build(small.index_dir)
    second = set_up(small, default_profiles=OFFLINE_PROFILES)
    assert (second.documents_read, second.documents_unchanged) == (0, 3)
    assert (encoded(small), current_build(small.index_dir)) == (before, build)

    page = small.corpus_dir / "handbook" / "beta.md"
    more = (
        "\n## Patience\n\nAn agent without patience discounts the future heavily and takes what is near. "
        "One that waits looks further ahead, learns more slowly, and ends with the larger sum of rewards.\n"
    )
    page.write_text(page.read_text("utf-8") + more, encoding="utf-8")
    third = set_up(small, default_profiles=OFFLINE_PROFILES)
    assert (third.documents_read, third.documents_unchanged) == (1, 2)
    assert third.passages == first.passages + 1
    # Its passage with its heading, and its two sentences.
    assert len(encoded(small) - before) == 3
    assert encoded(small) > before
    assert current_build(small.index_dir) != build


def test_the_index_that_serves_may_know_passages_that_are_gone(own_home: Settings) -> None:
    before = ask_question(open_workspace(own_home), QUESTION)
    gone = before.answers[0].quotes[0].locator.document_id
    CorpusStore(own_home.corpus_db).forget([gone])
    after = ask_question(open_workspace(own_home), QUESTION)
    quotes = [quote for answer in after.answers for quote in answer.quotes]
    assert quotes
    assert all(quote.locator.document_id != gone for quote in quotes)


def test_killed_at_any_moment_the_index_serves_and_the_next_run_completes(
    built: Settings, root: Path, tmp_path: Path
) -> None:
    """The same with 100 points is a benchmark, whose result is kept."""
    result = tmp_path / "kill.json"
    command = [sys.executable, str(root / "benchmarks" / "kill.py"), "--points", "2", "--seed", "5"]
    options = ["--model", str(built.model_dir), "--result", str(result)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=500)
    assert result.exists(), done.stderr
    assert json.loads(result.read_text(encoding="utf-8"))["faults"] == []
    assert done.returncode == 0


def test_saved_quotes_stand_move_or_are_orphaned(built: Settings, small: Settings, tmp_path: Path) -> None:
    set_up(small, default_profiles=OFFLINE_PROFILES)
    store = CorpusStore(small.corpus_db)
    quotes = []
    for document in store.documents():
        text = store.extraction(document.id).text
        start = text.index("rule number 2") - 10
        place = {"document_id": document.id, "start": start, "end": start + 40, "text": text[start : start + 40]}
        quotes.append({**place, "prefix": text[start - 20 : start], "suffix": text[start + 40 : start + 60]})
    saved = tmp_path / "answer.json"
    saved.write_text(json.dumps({"answers": [{"quotes": quotes}]}), encoding="utf-8")
    pages = small.corpus_dir / "handbook"
    for name, old, new in (("alpha", "# alpha", "# A longer title"), ("beta", "number 2", "number 3")):
        text = (pages / f"{name}.md").read_text(encoding="utf-8")
        (pages / f"{name}.md").write_text(text.replace(old, new), encoding="utf-8")
    set_up(small, default_profiles=OFFLINE_PROFILES)
    checks = recheck_quotes(open_workspace(small), saved)
    assert [check.state for check in checks] == ["moved", "orphaned", "stands"]
    assert store.extraction(quotes[0]["document_id"]).text[checks[0].start : checks[0].end] == quotes[0]["text"]
    saved.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="no saved answer"):
        recheck_quotes(open_workspace(small), saved)


def test_what_is_left_out_is_said_with_its_reason(small: Settings) -> None:
    ruins = "Th3 ag:nt r~c€iv ~s a rew@rd | wh;n .t w@its f0r th~ l@ter of tw0 s;gnals , but n0t n0w ." * 6
    (small.corpus_dir / "handbook" / "ruins.md").write_text(f"# Ruins\n\n{ruins}\n", encoding="utf-8")
    set_up(small, default_profiles=OFFLINE_PROFILES)
    rows = {row.source_id: row for row in corpus_status(small)}
    ((reason, count),) = rows["rlmap-handbook"].left_out
    assert count == 1
    text = status_text(list(rows.values()))
    assert f"left out: {reason} (1)" in text
    assert "huge" in rows["large"].reason
    assert "--profile open" in rows["large"].reason


def test_verification_counts_what_stands_and_says_why_something_is_withdrawn(small: Settings) -> None:
    set_up(small, default_profiles=OFFLINE_PROFILES)
    (row,) = verify_corpus(small)
    assert row.verified > 0
    assert (row.picture, row.withdrawn) == (0, 0)
    page = small.corpus_dir / "handbook" / "alpha.md"
    page.write_text(page.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
    (after,) = verify_corpus(small)
    assert (3 * after.verified, 3 * after.withdrawn) == (2 * row.verified, row.verified)
    assert "has changed since it was read" in verify_text([after])
