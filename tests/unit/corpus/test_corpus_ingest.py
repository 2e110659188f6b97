"""Reading documents into the store: only what changed, and every failure with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rlmap.corpus.display import display_of
from rlmap.corpus.extract import extract_document
from rlmap.corpus.fetch import fetch_sources
from rlmap.corpus.ingest import IngestReport, ingest
from rlmap.corpus.lock import building
from rlmap.corpus.split import split_extraction
from rlmap.corpus.status import corpus_status
from rlmap.corpus.store import CorpusStore
from rlmap.errors import BusyError, ExtractError
from rlmap.types import Document, Extraction, PartOf, Source

Make = Callable[..., Source]
ARTICLE = "# Discounting\n\nA reward that comes later counts less: the agent may never see it.\n"


class Corpus:
    """A folder of notes, its store, and a reader that remembers what it was asked to read."""

    def __init__(self, folder: Path, source: Source) -> None:
        self.notes = folder / "notes"
        self.notes.mkdir()
        self.source = source
        self.store = CorpusStore(folder / "home" / "corpus.sqlite")
        self.asked: list[str] = []
        self.folder = folder

    def write(self, name: str, text: str) -> None:
        (self.notes / name).write_text(text, encoding="utf-8")

    def read(self, document: Document) -> Extraction:
        self.asked.append(document.member)
        return extract_document(document)

    def ingest(self, *more: Source) -> IngestReport:
        self.asked.clear()
        return ingest(
            [self.source, *more],
            self.store,
            self.read,
            split_extraction,
            files_dir=self.folder / "files",
            corpus_dir=self.folder,
        )

    def texts(self) -> list[str]:
        return [" ".join(stored.text.split()) for stored in self.store.iter_passages()]


@pytest.fixture
def corpus(tmp_path: Path, local_source: Make) -> Corpus:
    made = Corpus(tmp_path, local_source(tmp_path / "notes", id="notes"))
    for name in ("a", "b", "c"):
        made.write(f"{name}.md", f"{ARTICLE}\nThis is said in the article named {name}, and nowhere else at all.\n")
    return made


def test_every_passage_is_a_slice_of_the_file(corpus: Corpus) -> None:
    corpus.ingest()
    for stored in corpus.store.iter_passages():
        file = Path(stored.document.path).read_text(encoding="utf-8")
        where = stored.passage.locator
        assert file[where.start : where.end] == stored.text == corpus.store.text(where)
        assert hashlib.sha256(file.encode()).hexdigest() == stored.document.sha256


def test_only_what_changed_is_read_again(corpus: Corpus) -> None:
    assert corpus.ingest().read == 3
    before = corpus.store.fingerprint()
    report = corpus.ingest()
    assert (report.read, report.unchanged, corpus.asked) == (0, 3, [])
    assert corpus.store.fingerprint() == before
    corpus.write("b.md", f"{ARTICLE}\nNow it says something different from what it said before today.\n")
    assert corpus.ingest().read == 1
    assert corpus.asked == ["b.md"]
    assert corpus.store.fingerprint() != before


def test_a_newer_reader_reads_everything_again(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.ingest()
    monkeypatch.setattr("rlmap.corpus.ingest.engine_of", lambda document: "markdown of tomorrow")
    assert corpus.ingest().read == 3


def test_plain_text_is_read_again_as_what_the_source_says_it_is(corpus: Corpus) -> None:
    corpus.write(
        "d.txt", "Value\n=====\n\nSee :ref:`returns` first: a ``value`` is the return that is expected from a state.\n"
    )
    corpus.ingest()
    assert corpus.store.document("notes/d.txt").media_type == "text/plain"
    corpus.source = replace(corpus.source, text_as="text/x-rst")
    corpus.ingest()
    assert corpus.asked == ["d.txt"]
    document, (passage,) = corpus.store.document("notes/d.txt"), corpus.store.passages_of("notes/d.txt")
    shown = display_of(document, corpus.store.extraction(document.id), passage.locator).text
    assert shown == "See returns first: a value is the return that is expected from a state."
    assert passage.section_path == ("Value",)


def test_files_and_sources_that_are_gone_disappear(corpus: Corpus, local_source: Make, tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Other\n\nAnother file explains what a policy is, in one plain sentence.\n", encoding="utf-8")
    extra = local_source(other, id="other")
    corpus.ingest(extra)
    (corpus.notes / "a.md").unlink()
    corpus.ingest()
    assert {document.id for document in corpus.store.documents()} == {"notes/b.md", "notes/c.md"}
    assert not any("named a" in text or "policy" in text for text in corpus.texts())


def test_the_same_bytes_are_read_once_and_take_over_when_the_first_is_gone(corpus: Corpus) -> None:
    for name in ("copy.md", "zopy.md"):
        corpus.write(name, (corpus.notes / "b.md").read_text(encoding="utf-8"))
    report = corpus.ingest()
    assert (report.read, report.duplicates) == (3, 2)
    (corpus.notes / "b.md").unlink()
    report = corpus.ingest()
    assert (report.read, report.duplicates) == (1, 1)
    assert corpus.asked == ["copy.md"]
    assert sum("named b" in text for text in corpus.texts()) == 1


def test_one_file_with_several_posts_is_several_sources(tmp_path: Path, local_source: Make, web_source: Make) -> None:
    page = tmp_path / "files" / "blog" / "blog.md"
    page.parent.mkdir(parents=True)
    posts = {"On waiting": "Waiting costs reward when the discount is small.", "On noise": "Noise hides which arm won."}
    page.write_text(
        "".join(f"# {title}\n\n{text} It is told in a whole sentence.\n\n" for title, text in posts.items())
    )
    whole = web_source("https://example.org/blog", id="blog", work_id="blog")
    post = replace(whole, id="waiting", title="On waiting", location=PartOf("blog", "On waiting"))
    store = CorpusStore(tmp_path / "corpus.sqlite")

    def read(*sources: Source) -> dict[str, list[str]]:
        places = {"files_dir": tmp_path / "files", "corpus_dir": tmp_path}
        assert not fetch_sources(sources, **places).failures
        ingest(sources, store, extract_document, split_extraction, **places)
        said: dict[str, list[str]] = {source.id: [] for source in sources}
        for stored in store.iter_passages():
            said[stored.source.id].append(stored.passage.section_path[0])
        return said

    assert read(whole) == {"blog": ["On waiting", "On noise"]}
    assert read(post, whole) == {"waiting": ["On waiting"], "blog": ["On noise"]}
    assert store.document("waiting").path == str(page)
    assert read(whole) == {"blog": ["On waiting", "On noise"]}


def test_a_document_that_cannot_be_read_is_reported_and_the_rest_goes_on(corpus: Corpus, tmp_path: Path) -> None:
    (corpus.notes / "bad.md").write_bytes(b"\x00\x01\x02")
    report = corpus.ingest()
    assert report.read == 3
    ((failed, reason),) = report.failed
    assert failed == "notes/bad.md"
    assert "NUL" in reason
    (row,) = corpus_status([corpus.source], corpus.store, tmp_path / "files", tmp_path)
    assert (row.state, row.documents, row.failures) == ("read", 3, report.failed)
    assert corpus.ingest().failed == ()
    assert corpus.asked == []


def test_a_source_that_is_not_here_keeps_its_reason(corpus: Corpus, web_source: Make, tmp_path: Path) -> None:
    absent = web_source("https://example.org/a.md", id="absent")
    assert corpus.ingest(absent).missing_sources == ("absent",)
    assert corpus.store.source_states()["absent"][0] == "missing"
    never = web_source("http://no-such-host.invalid/b.md", id="never")
    fetch_sources([never], files_dir=tmp_path / "files", corpus_dir=tmp_path)
    personal = web_source("https://example.org/c.pdf", id="mine", profile="personal")
    rows = corpus_status([absent, never, personal], corpus.store, tmp_path / "files", tmp_path)
    assert [row.state for row in rows] == ["missing", "not fetched", "not fetched"]
    assert "no-such-host.invalid cannot be reached" in rows[1].reason
    assert "hold the rights" in rows[2].reason


def test_an_error_of_the_reader_leaves_what_was_read_before(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(document: Document) -> Extraction:
        if document.member == "b.md":
            raise KeyboardInterrupt
        return extract_document(document)

    monkeypatch.setattr(corpus, "read", read)
    with pytest.raises(KeyboardInterrupt):
        corpus.ingest()
    monkeypatch.undo()
    corpus.ingest()
    assert {document.member for document in corpus.store.documents()} == {"a.md", "b.md", "c.md"}


def test_a_media_type_without_reader_is_a_visible_failure(tmp_path: Path, corpus: Corpus, local_source: Make) -> None:
    odd = tmp_path / "odd.xyz"
    odd.write_bytes(b"something")
    source = local_source(odd, id="odd", media_type="application/x-unknown")
    report = corpus.ingest(source)
    assert [document_id for document_id, _ in report.failed] == ["odd"]
    assert corpus.store.source_states()["odd"][0] == "failed"


def test_two_builds_at_once_are_refused(corpus: Corpus) -> None:
    with building(corpus.store.path.with_suffix(".lock")):
        assert corpus.ingest().read == 3  # the same thread may go on with its own build

    def read(document: Document) -> Extraction:
        with pytest.raises(BusyError, match="building"), building(corpus.store.path.with_suffix(".lock")):
            pass
        raise ExtractError("checked from another thread")

    corpus.read = read  # type: ignore[method-assign]
    corpus.write("a.md", "# Changed\n\nA sentence that was not there before this very moment.\n")
    assert [reason for _, reason in corpus.ingest().failed] == ["checked from another thread"]


def test_a_file_name_that_is_no_text_is_a_visible_failure(corpus: Corpus) -> None:
    with open(bytes(corpus.notes) + b"/caf\xe9.md", "wb") as stream:  # noqa: PTH123  (a Path cannot say it)
        stream.write(ARTICLE.encode() + b"It is named in Latin-1, which no text of ours can hold.\n")
    report = corpus.ingest()
    assert report.read == 3
    assert [document_id for document_id, _ in report.failed] == ["notes/caf\\udce9.md"]
