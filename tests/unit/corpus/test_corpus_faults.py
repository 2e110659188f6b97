"""Killed processes and full disks: what was whole before stays whole, and the next run completes."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import sha256
from rlmap.corpus.documents import documents_of
from rlmap.corpus.extract import extract_document
from rlmap.corpus.fetch import fetch_sources
from rlmap.corpus.ingest import ingest
from rlmap.corpus.own import add_own, load_own
from rlmap.corpus.split import split_extraction
from rlmap.corpus.store import CorpusStore
from rlmap.errors import StorageError
from rlmap.types import Document, Extraction, Source, WebFile

Make = Callable[..., Source]
FORK = multiprocessing.get_context("fork")


class Build:
    """A mirror of documents that are fetched and read by a process of its own."""

    def __init__(self, folder: Path, template: Source) -> None:
        self.home = folder / "home"
        self.mirror = folder / "mirror"
        self.mirror.mkdir()
        self.sources: list[Source] = []
        for number in range(24):
            text = f"# Article {number}\n\n" + "".join(
                f"Sentence {line} of article {number} says something about the value of waiting.\n\n"
                for line in range(40)
            )
            (self.mirror / f"doc{number:02}.md").write_text(text, encoding="utf-8")
            source = replace(template, id=f"doc{number:02}", work_id=f"doc{number:02}", sha256=sha256(text.encode()))
            self.sources.append(replace(source, location=WebFile("http://no-such-host.invalid/a.md")))

    def run(self, slowly: bool = False) -> None:
        def extract(document: Document) -> Extraction:
            if slowly:
                time.sleep(0.04)
            return extract_document(document)

        files = self.home / "files"
        report = fetch_sources(self.sources, files_dir=files, corpus_dir=self.home, mirror=self.mirror)
        assert report.failures == ()
        store = CorpusStore(self.home / "corpus.sqlite")
        ingest(self.sources, store, extract, split_extraction, files_dir=files, corpus_dir=self.home)

    def fingerprint(self) -> str:
        return CorpusStore(self.home / "corpus.sqlite").fingerprint()


@pytest.fixture
def build(tmp_path: Path, web_source: Make) -> Build:
    return Build(tmp_path, web_source("http://no-such-host.invalid/a.md"))


def killed_after(target: Callable[[], object], seconds: float) -> bool:
    """Run ``target`` in a process and kill it; return whether it was killed before it had ended."""
    process = FORK.Process(target=target)
    process.start()
    time.sleep(seconds)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    return process.exitcode == -signal.SIGKILL


def test_killed_at_any_moment_the_next_run_completes_with_the_same_result(build: Build, tmp_path: Path) -> None:
    build.run()
    expected = build.fingerprint()
    chance = random.Random(2024)
    killed = 0
    for number in range(18):
        build.home = tmp_path / f"home{number // 3}"  # three kills on the way to one corpus
        killed += killed_after(lambda: build.run(slowly=True), chance.uniform(0.0, 0.35))
        half = CorpusStore(build.home / "corpus.sqlite")
        for document in half.documents():
            extraction = half.extraction(document.id)
            assert extraction.text == Path(document.path).read_text(encoding="utf-8")
        if number % 3 == 2:
            build.run()
            assert build.fingerprint() == expected
            assert not list((build.home / "files").glob("*/.*.part"))
    assert killed >= 9  # the last of three may find nothing left to do and end by itself


def in_a_small_disk(target: Callable[[], object], size_bytes: int) -> str:
    """Run ``target`` where no file may grow beyond ``size_bytes``; return the error it raised."""
    receiving, sending = FORK.Pipe(duplex=False)

    def run() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))
        try:
            target()
        except StorageError as error:
            sending.send(str(error))
        else:
            sending.send("")

    process = FORK.Process(target=run)
    process.start()
    process.join(60)
    return str(receiving.recv()) if receiving.poll() else f"the process ended with {process.exitcode}"


def test_a_full_disk_while_fetching_is_one_clear_sentence_and_leaves_no_half_file(build: Build) -> None:
    message = in_a_small_disk(build.run, 1_000)
    assert "no space left" in message
    for source in build.sources:
        assert not (build.home / "files" / source.id / f"{source.id}.md").exists()
    build.run()
    assert len(CorpusStore(build.home / "corpus.sqlite").documents()) == 24


def test_a_full_disk_while_reading_keeps_the_corpus_that_was_there(build: Build) -> None:
    build.run()
    expected = build.fingerprint()
    size = (build.home / "corpus.sqlite").stat().st_size
    (build.mirror / "doc00.md").write_text("# New\n\n" + "A wholly new sentence about planning. " * 4000)
    changed = sha256((build.mirror / "doc00.md").read_bytes())
    build.sources[0] = replace(build.sources[0], sha256=changed)
    assert "no space left" in in_a_small_disk(build.run, size)
    store = CorpusStore(build.home / "corpus.sqlite")
    assert {document.source_id for document in store.documents()} >= {source.id for source in build.sources[1:]}
    build.run()
    assert len(store.documents()) == 24
    assert build.fingerprint() != expected


def test_a_full_disk_while_unpacking_leaves_no_members(tmp_path: Path, package_source: Make, tar_gz: Make) -> None:
    data = tar_gz({"pkg-1.0/big.md": b"# Big\n\n" + b"words and words " * 20_000})  # type: ignore[call-arg]
    source = package_source(data)
    folder = tmp_path / "files" / "pkg"
    folder.mkdir(parents=True)
    (folder / "pkg-1.0.tar.gz").write_bytes(data)  # type: ignore[arg-type]
    message = in_a_small_disk(lambda: documents_of(source, tmp_path / "files", tmp_path), 50_000)
    assert "no space left" in message
    assert [path.name for path in folder.iterdir()] == ["pkg-1.0.tar.gz"]
    assert len(documents_of(source, tmp_path / "files", tmp_path)) == 1


def test_a_full_disk_does_not_lose_the_list_of_own_documents(tmp_path: Path) -> None:
    own_file = tmp_path / "own.json"
    notes = tmp_path / "notes.md"
    notes.write_text("# Notes\n\nThe first document that was added by its user.\n")
    add_own(str(notes), own_file=own_file, files_dir=tmp_path / "files")
    more = tmp_path / "more.md"
    more.write_text("# More\n\nAnother document of the user.\n")
    message = in_a_small_disk(lambda: add_own(str(more), own_file=own_file, files_dir=tmp_path / "files"), 200)
    assert "no space left" in message
    assert [source.id for source in load_own(own_file)] == ["own-notes"]
