"""Reading a source with its quotable places marked, and adding documents of one's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.integration.test_app_pages import open_page, texts

from rlmap.corpus.own import load_own
from rlmap.errors import InputError, UnknownNameError
from rlmap.pipeline.asking import ask_question
from rlmap.pipeline.reader import open_part, part_picture, readings_of, source_documents
from rlmap.pipeline.uploads import MAX_UPLOAD_BYTES, add_upload, remove_own_document, safe_name
from rlmap.pipeline.workspace import open_workspace
from rlmap.settings import Settings, load_settings

ARTICLE = "rlmap-handbook/core-rl/discount-factor.md"
ATTACK = """# Discounting <script>window.hacked = true</script>

The zorblax discount is a factor that weighs later zorblax rewards less, because a zorblax agent may stop at any
time; <img src=x onerror="window.hacked = true"> it is the reason why zorblax sums stay finite.
[Read](javascript:alert(1))
"""


def test_the_parts_of_a_document_are_its_text_and_nothing_else(built: Settings) -> None:
    workspace = open_workspace(built)
    for source_id in ("rlmap-handbook", "scikit-learn"):
        for document in source_documents(workspace, source_id)[:25]:
            first = open_part(workspace, document.id)
            parts = [first, *(open_part(workspace, document.id, n) for n in range(2, first.count + 1))]
            assert "".join(part.text for part in parts) == workspace.store.extraction(document.id).text
            assert sum(len(part.places) for part in parts) == len(workspace.store.passages_of(document.id))


def test_a_marked_place_is_the_passage_and_names_what_it_explains(built: Settings) -> None:
    workspace = open_workspace(built)
    part = open_part(workspace, ARTICLE)
    assert not part.changed
    assert 0 < part.quotable_share <= 1
    for place in part.places:
        passage = workspace.store.passage(place.passage_id)
        assert part.text[place.start : place.end] == workspace.store.text(passage.locator)
    assert "discount-factor" in {concept for place in part.places for concept in place.concepts}


def test_a_place_is_opened_by_its_character(built: Settings) -> None:
    workspace = open_workspace(built)
    document = max(source_documents(workspace, "scikit-learn"), key=lambda d: Path(d.path).stat().st_size)
    last = open_part(workspace, document.id, open_part(workspace, document.id).count)
    assert last.number > 1
    assert open_part(workspace, document.id, at=last.start + 1) == last
    with pytest.raises(UnknownNameError, match=f"1 to {last.count}"):
        open_part(workspace, document.id, last.count + 1)


def test_readings_lead_from_a_source_to_its_concepts(built: Settings) -> None:
    found = readings_of(open_workspace(built).graph, "gae")
    assert "gae" in {concept.id for concept, _ in found} | {"gae"}
    assert all(reading.source_id == "gae" and reading.why for _, reading in found)
    assert found


@given(st.text())
def test_a_name_from_a_browser_is_a_plain_file_name(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9-]{1,80}(\.[a-z0-9]{1,8})?", safe_name(name))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\evil\\paper.PDF", "paper.pdf"),
        ("a;rm -rf ~.md", "a-rm-rf.md"),
        (".bashrc", "bashrc"),
        ("Ünïcode 😀.txt", "n-code.txt"),
    ],
)
def test_a_hostile_name_is_made_plain(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.md", b"", "empty"),
        ("program.exe", b"MZ", "rlmap reads"),
        ("noending", b"text", "rlmap reads"),
        ("large.txt", bytes(MAX_UPLOAD_BYTES + 1), "up to 100 MB"),
    ],
)
def test_a_document_that_cannot_be_added_is_refused_before_it_is_kept(
    home: Path, name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        add_upload(load_settings(), name, data)
    assert not (home / "uploads").exists()


def test_an_uploaded_document_is_quoted_read_and_removed(root: Path, own_home: Settings) -> None:
    report = add_upload(own_home, "../my notes.md", ATTACK.encode())
    assert report.documents_read == 1
    (source,) = load_own(own_home.own_file)
    answer = ask_question(open_workspace(own_home), "what is the zorblax discount").answers[0]
    assert answer.source.id == source.id
    assert answer.quotes[0].verified

    app = open_page(root, "sources", s=source.id)
    assert not app.exception
    drawn = "".join(element.proto.body for element in app.get("html"))
    assert "zorblax" in drawn
    assert "<script" not in drawn.replace("<style", "")
    assert "<img" not in drawn + texts(app)
    assert "](javascript" not in texts(app) + "".join(button.label for button in app.button)

    remove_own_document(own_home, source.id)
    with pytest.raises(InputError, match="was not added"):
        add_upload(own_home, "damaged.pdf", b"%PDF-1.7\n" + b"\xff" * 400)
    assert load_own(own_home.own_file) == ()
    assert not list(own_home.uploads_dir.glob("*/*"))


@pytest.mark.mirror
def test_a_page_of_a_paper_is_drawn_with_its_places_marked(own_home: Settings, mirror_dir: Path) -> None:
    add_upload(own_home, "a3c.pdf", (mirror_dir / "a3c.pdf").read_bytes())
    workspace = open_workspace(own_home)
    part = open_part(workspace, "own-a3c", 2)
    assert part.has_picture
    marked = part_picture(workspace, part)
    assert marked.startswith(b"\x89PNG")
    assert marked != part_picture(workspace, part, part.places[0])
    assert "q-learning" in {concept for place in part.places for concept in place.concepts}
