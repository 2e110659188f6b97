"""A user's own documents, and sources as citations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Request, Server
from rlmap.corpus.citations import bibtex, csl_json
from rlmap.corpus.documents import documents_of
from rlmap.corpus.fetch import fetch_sources
from rlmap.corpus.manifest import load_manifest
from rlmap.corpus.own import add_own, load_own, remove_own
from rlmap.errors import FetchError, InputError, StorageError, UnknownNameError
from rlmap.types import Source

Serve = Callable[[Callable[[Request], None]], Server]
NOTE = "# My notes\n\nWhat I learned about the value of a state.\n"


class Own:
    """The folders of one user."""

    def __init__(self, folder: Path) -> None:
        self.own_file = folder / "home" / "own.json"
        self.files_dir = folder / "home" / "files"

    def add(self, what: object, *taken: str) -> Source:
        return add_own(str(what), own_file=self.own_file, files_dir=self.files_dir, taken=taken)

    def remove(self, source_id: str) -> Source:
        return remove_own(source_id, own_file=self.own_file, files_dir=self.files_dir)

    def load(self) -> tuple[Source, ...]:
        return load_own(self.own_file)


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return Own(tmp_path)


def test_a_file_is_added_in_place_and_listed(own: Own, tmp_path: Path) -> None:
    note = tmp_path / "My Notes (2).md"
    note.write_text(NOTE)
    source = own.add(note)
    assert (source.id, source.title, source.profile, source.kind) == ("own-my-notes-2", "My Notes (2)", "own", "own")
    assert own.load() == (source,)
    (document,) = documents_of(source, own.files_dir, tmp_path)
    assert Path(document.path) == note


def test_adding_the_same_again_changes_nothing(own: Own, tmp_path: Path) -> None:
    note = tmp_path / "notes.md"
    note.write_text(NOTE)
    assert own.add(note) == own.add(tmp_path / "." / "notes.md")
    assert len(own.load()) == 1


def test_equal_names_get_different_ids(own: Own, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "notes.md").write_text(NOTE + folder)
    ids = [own.add(tmp_path / folder / "notes.md", "own-notes").id for folder in ("one", "two")]
    assert ids == ["own-notes-2", "own-notes-3"]


def test_a_folder_is_one_source_with_a_document_for_each_file(own: Own, tmp_path: Path) -> None:
    folder = tmp_path / "reading"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.md").write_text(NOTE)
    (folder / "deep" / "b.rst").write_text("Title\n=====\n\nText.\n")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    source = own.add(folder)
    assert [d.id for d in documents_of(source, own.files_dir, tmp_path)] == [
        f"{source.id}/a.md",
        f"{source.id}/deep/b.rst",
    ]


@pytest.mark.parametrize("kind", ["missing", "empty", "picture", "empty folder"])
def test_what_cannot_be_read_is_refused_with_a_reason_and_not_listed(own: Own, tmp_path: Path, kind: str) -> None:
    place = tmp_path / {"missing": "no.md", "empty": "empty.md", "picture": "a.jpg", "empty folder": "folder"}[kind]
    if kind == "empty folder":
        place.mkdir()
    elif kind != "missing":
        place.write_bytes(b"" if kind == "empty" else b"\xff\xd8")
    with pytest.raises(InputError, match=re.escape(place.name)):
        own.add(place)
    assert own.load() == ()


def test_a_page_of_the_web_is_fetched_and_its_kind_found_out(own: Own, serve: Serve, tmp_path: Path) -> None:
    page = b"<!doctype html><html><body><article><h1>Title</h1><p>Some words.</p></article></body></html>"
    server = serve(lambda request: request.reply(b"%PDF-1.4 not a whole one" if "pdf" in request.path else page))
    html = own.add(f"{server.url}/posts/on-values/")
    pdf = own.add(f"{server.url}/pdf/1707.06347")
    assert (html.media_type, pdf.media_type) == ("text/html", "application/pdf")
    assert (html.id, pdf.id) == ("own-on-values", "own-1707-06347")
    for source in (html, pdf):
        assert documents_of(source, own.files_dir, tmp_path)[0].media_type == source.media_type
    report = fetch_sources(own.load(), files_dir=own.files_dir, corpus_dir=tmp_path)
    assert report.count("present") == 2


@pytest.mark.parametrize(
    ("answer", "reason"), [(b"\x00\x01binary", "no kind of file"), (b"", "empty")], ids=["binary", "empty"]
)
def test_a_page_that_is_nothing_readable_is_refused(own: Own, serve: Serve, answer: bytes, reason: str) -> None:
    server = serve(lambda request: request.reply(answer))
    with pytest.raises(FetchError, match=reason):
        own.add(f"{server.url}/thing")
    assert own.load() == ()
    assert not list(own.files_dir.glob("own-*"))


@pytest.mark.parametrize("what", ["ftp://example.org/a.md", "file:///etc/passwd"])
def test_only_web_addresses_are_fetched(own: Own, what: str) -> None:
    with pytest.raises(FetchError, match="only http and https"):
        own.add(what)


def test_removing_forgets_the_source_and_what_was_fetched_but_not_the_users_file(
    own: Own, serve: Serve, tmp_path: Path
) -> None:
    note = tmp_path / "notes.md"
    note.write_text(NOTE)
    server = serve(lambda request: request.reply(NOTE.encode()))
    kept, page = own.add(note), own.add(f"{server.url}/page.md")
    assert (own.files_dir / page.id).is_dir()
    own.remove(page.id)
    assert not (own.files_dir / page.id).exists()
    own.remove(kept.id)
    assert note.read_text() == NOTE
    assert own.load() == ()
    with pytest.raises(UnknownNameError, match="own source"):
        own.remove("torchrl")


def test_a_damaged_list_is_named_and_not_overwritten(own: Own, tmp_path: Path) -> None:
    own.own_file.parent.mkdir(parents=True)
    own.own_file.write_text('[{"id": "half')
    note = tmp_path / "notes.md"
    note.write_text(NOTE)
    with pytest.raises(StorageError, match=r"own\.json"):
        own.add(note)
    assert own.own_file.read_text() == '[{"id": "half'


# ------------------------------------------------------------ citations


def test_bibtex_escapes_what_tex_would_misread(web_source: Callable[..., Source]) -> None:
    source = web_source(
        "x", id="a-b", title="50% of {everything} & more_", authors=("OpenAI", "Ada Lovelace", "et al."), kind="paper"
    )
    entry = bibtex([source])
    assert entry.startswith("@article{a-b,\n")
    assert r"title = {{50\% of \{everything\} \& more\_}}" in entry
    assert "author = {{OpenAI} and Ada Lovelace and others}" in entry


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Hado van Hasselt", {"family": "van Hasselt", "given": "Hado"}),
        ("Richard S. Sutton", {"family": "Sutton", "given": "Richard S."}),
        ("George van den Driessche", {"family": "van den Driessche", "given": "George"}),
        ("scikit-learn developers", {"literal": "scikit-learn developers"}),
        ("QuantEcon Project", {"literal": "QuantEcon Project"}),
        ("Imbue", {"literal": "Imbue"}),
    ],
)
def test_csl_tells_people_from_institutions(
    web_source: Callable[..., Source], name: str, expected: dict[str, str]
) -> None:
    (item,) = json.loads(csl_json([web_source("x", authors=(name,))]))
    assert item["author"] == [expected]


def test_every_source_of_the_manifest_can_be_cited(root: Path) -> None:
    sources = load_manifest(root / "corpus").sources
    items = json.loads(csl_json(sources))
    assert [item["id"] for item in items] == [source.id for source in sources]
    entries = bibtex(sources)
    assert re.findall(r"^@\w+\{(.+),$", entries, re.MULTILINE) == [source.id for source in sources]
    for line in entries.splitlines():
        unescaped = line.replace(r"\{", "").replace(r"\}", "").replace(r"\textbackslash{}", "")
        assert unescaped.startswith("@") or line == "}" or unescaped.count("{") == unescaped.count("}")
