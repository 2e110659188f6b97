"""The store: what goes in comes out, and nothing is half there."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlmap.corpus.database import SCHEMA_VERSION, Database
from rlmap.corpus.store import CorpusStore
from rlmap.errors import BusyError, StorageError, UnknownNameError
from rlmap.types import Block, Document, Extraction, LocalFile, Locator, PackageFile, Page, Passage, Source, WebFile

Make = Callable[..., Source]


def read_of(document: Document, text: str) -> tuple[Extraction, list[Passage]]:
    """What a reader and a splitter would give: one passage for each half of ``text``."""
    half = len(text) // 2
    blocks = (Block(0, half, "prose", ("A", "B")), Block(half, len(text), "garbage", (), "broken encoding"))
    pages = (Page(0, "iv", 0, len(text), 612.0, 792.0, 90),)
    extraction = Extraction(document.id, "plain", "1", text, repr((document.id, text)), pages, blocks)
    spans = [(0, half), (half, len(text))]
    passages = [
        Passage(f"{document.id}:{a}:{b}", Locator(document.id, a, b), ("A", "B"), "prose", 0.25) for a, b in spans
    ]
    return extraction, passages


def document_of(source: Source, name: str = "a.md", sha256: str = "0" * 64) -> Document:
    return Document(f"{source.id}/{name}", source.id, f"/files/{name}", name, "text/markdown", sha256, "Title")


@pytest.fixture
def store(tmp_path: Path) -> CorpusStore:
    return CorpusStore(tmp_path / "home" / "corpus.sqlite")


@pytest.mark.parametrize(
    "location",
    [
        None,
        WebFile("https://example.org/a", 12, False),
        LocalFile("handbook", ("**/*.md",)),
        PackageFile("p", "1", "p-1.whl", ("a", "b"), ("c",)),
    ],
)
def test_a_source_comes_back_as_it_was(store: CorpusStore, web_source: Make, location: object) -> None:
    source = replace(web_source("x"), location=location, title="Ünïcode — “quoted”")  # type: ignore[arg-type]
    store.put_sources([source])
    assert store.sources() == (source,)
    assert store.source(source.id) == source


@settings(max_examples=40)
@given(text=st.text(st.characters(), min_size=2, max_size=80))
def test_any_text_comes_back_character_for_character(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    store = CorpusStore(tmp_path_factory.mktemp("any") / "corpus.sqlite")
    source = Source("s", "w", "T", (), None, "own", "", "", "own", None, "text/plain", None)
    document = document_of(source)
    extraction, passages = read_of(document, text)
    store.put_sources([source])
    store.save(document, extraction, passages, "plain 1")
    assert store.extraction(document.id) == extraction
    assert store.passages() == tuple(passages)
    assert [store.text(p.locator) for p in passages] == [text[: len(text) // 2], text[len(text) // 2 :]]
    store.close()


def test_passages_come_in_the_order_asked_for(store: CorpusStore, web_source: Make) -> None:
    source = web_source("x")
    store.put_sources([source])
    document = document_of(source)
    extraction, passages = read_of(document, "some words to quote")
    store.save(document, extraction, passages, "plain 1")
    ids = [passages[1].id, passages[0].id, passages[1].id]
    assert [p.id for p in store.passages(ids)] == ids
    with pytest.raises(UnknownNameError):
        store.passages([passages[0].id, "no such passage"])
    with pytest.raises(UnknownNameError):
        store.text(Locator(document.id, 0, 10_000))
    with pytest.raises(UnknownNameError):
        store.document("no/such/document")


def test_passages_for_the_index_carry_their_work_and_say_nothing_twice(store: CorpusStore, web_source: Make) -> None:
    first, same_work, other = (web_source("x", id=i, work_id=w) for i, w in (("a", "w"), ("b", "w"), ("c", "v")))
    store.put_sources([first, same_work, other])
    for source, text in ((first, "the same words"), (same_work, "The   same\nWORDS"), (other, "the same words")):
        document = document_of(source)
        extraction, _ = read_of(document, text)
        store.save(
            document, extraction, [Passage(source.id, Locator(document.id, 0, len(text)), (), "prose", 0.0)], "e"
        )
    assert [(p.source.work_id, p.document.source_id, p.text) for p in store.iter_passages()] == [
        ("w", "a", "the same words"),
        ("v", "c", "the same words"),
    ]


def test_a_source_that_is_gone_takes_everything_with_it(store: CorpusStore, web_source: Make) -> None:
    kept, gone = web_source("x", id="kept"), web_source("y", id="gone")
    store.put_sources([kept, gone])
    for source in (kept, gone):
        document = document_of(source)
        store.save(document, *read_of(document, f"words of {source.id}"), engine="plain 1")
    before = store.fingerprint()
    store.put_sources([kept])
    assert [d.source_id for d in store.documents()] == ["kept"]
    assert {p.locator.document_id for p in store.passages()} == {"kept/a.md"}
    assert store.fingerprint() != before
    with pytest.raises(UnknownNameError):
        store.extraction("gone/a.md")


def test_the_fingerprint_depends_on_what_is_said_and_not_on_the_order_of_writing(
    tmp_path: Path, web_source: Make
) -> None:
    prints = []
    for n, names in enumerate((("a.md", "b.md"), ("b.md", "a.md"))):
        store = CorpusStore(tmp_path / f"{n}.sqlite")
        store.put_sources([web_source("x")])
        for name in names:
            document = document_of(web_source("x"), name)
            store.save(document, *read_of(document, f"words in {name}"), engine="plain 1")
        prints.append(store.fingerprint())
    assert prints[0] == prints[1]


def test_saving_again_replaces_and_a_failed_save_changes_nothing(store: CorpusStore, web_source: Make) -> None:
    source = web_source("x")
    store.put_sources([source])
    document = document_of(source)
    store.save(document, *read_of(document, "the first words"), engine="plain 1")
    extraction, passages = read_of(document, "other words now")
    with pytest.raises(StorageError):
        store.save(document, extraction, [passages[0], passages[0]], "plain 2")
    assert store.extraction(document.id).text == "the first words"
    store.save(document, extraction, passages, "plain 2")
    assert store.extraction(document.id).text == "other words now"
    assert len(store.passages()) == 2


def test_it_may_be_read_from_several_threads(store: CorpusStore, web_source: Make) -> None:
    source = web_source("x")
    store.put_sources([source])
    document = document_of(source)
    store.save(document, *read_of(document, "words for all threads"), engine="plain 1")
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(store.extraction(document.id).text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["words for all threads"] * 8


def test_all_that_quoting_takes_comes_in_one_question(store: CorpusStore, web_source: Make) -> None:
    source = web_source("x")
    store.put_sources([source])
    first, second = document_of(source, "a.md"), document_of(source, "b.md", "1" * 64)
    for document in (first, second):
        store.save(document, *read_of(document, f"words of {document.member}"), engine="plain 1")
    ids = [passage.id for passage in (*store.passages_of(second.id), *store.passages_of(first.id))]
    quotable = store.quotable(ids)
    assert list(quotable) == ids
    for passage_id, found in quotable.items():
        assert found.passage == store.passage(passage_id)
        assert found.document == store.document(found.passage.locator.document_id)
        assert found.extraction == store.extraction(found.document.id)
        assert found.source == source
    with pytest.raises(UnknownNameError):
        store.quotable([ids[0], "none"])


def test_a_file_of_another_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"another version of rlmap.*rlmap setup"):
        CorpusStore(path)
    assert path.read_bytes() == before


def test_a_file_of_the_version_before_keeps_what_it_holds(tmp_path: Path, web_source: Make) -> None:
    path = tmp_path / "corpus.sqlite"
    store = CorpusStore(path)
    source = web_source("x")
    store.put_sources([source])
    document = document_of(source)
    store.save(document, *read_of(document, "words of before"), engine="plain 1")
    store.close()
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE readings; PRAGMA user_version = 1;")
    connection.close()
    store = CorpusStore(path)
    assert store.extraction(document.id).text == "words of before"
    store.keep_readings(document, {0: b"page"}, "reader")
    assert store.reading(document, 0, "reader") == b"page"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    path.write_bytes(b"this is not a database, but a longer text file\n" * 50)
    with pytest.raises(StorageError, match="damaged or not a corpus"):
        CorpusStore(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(StorageError, match="RLMAP_HOME"):
        CorpusStore(folder / "corpus.sqlite")


def test_a_path_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError, match=str(tmp_path)):
        CorpusStore(tmp_path / "file" / "corpus.sqlite")


def test_a_writer_that_does_not_let_go_is_another_process_at_work(
    tmp_path: Path, web_source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rlmap.corpus.database._BUSY_MS", 50)
    store = CorpusStore(tmp_path / "corpus.sqlite")
    other = Database(tmp_path / "corpus.sqlite")
    with other.transaction(), pytest.raises(BusyError, match="Another process"):
        store.put_sources([web_source("x")])
    store.put_sources([web_source("x")])
