"""What was read from the original files is kept, and only for the very bytes that were read."""

from __future__ import annotations

import dataclasses
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pdf_fixtures import PdfMaker

from rlmap.corpus import readings
from rlmap.corpus.extract import extract_document
from rlmap.corpus.extract.pdf.turn import Turn
from rlmap.corpus.page_reading import PageReading, unpacked
from rlmap.corpus.pages import boxes_of
from rlmap.corpus.readings import FRESH, KeptReadings, ReadAgainReport, keep_readings
from rlmap.corpus.store import WHOLE, CorpusStore
from rlmap.corpus.verify import verify
from rlmap.errors import ExtractError, StorageError
from rlmap.types import LocalFile, Locator, Source

SENTENCE = "The agent walks to the far end because the reward there is larger."
HTML = f"<body><p>{SENTENCE}</p></body>"


@pytest.fixture
def store(tmp_path):
    opened = CorpusStore(tmp_path / "corpus.sqlite")
    place = LocalFile("x", ())
    opened.put_sources(
        [Source("source", "source", "A", (), 2020, "docs", "CC-BY-4.0", "", "own", None, "text/markdown", place)]
    )
    return opened


def pdf(pages: int = 3) -> bytes:
    maker = PdfMaker()
    for number in range(pages):
        page = maker.page()
        maker.write(page, 30, 100, SENTENCE)
        maker.write(page, 30, 114, f"This is page {number} of them.")
    return maker.data()


def read_into(store, document):
    extraction = extract_document(document)
    store.save(document, extraction, (), "engine")
    return extraction


def assert_same(left: PageReading, right: PageReading) -> None:
    assert (left.text, left.turn, left.second) == (right.text, right.turn, right.second)
    for name in ("boxes", "across", "down"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name))


FLOATS = st.floats(-1e6, 1e6, width=32)


@given(st.text(), st.text(), st.integers(0, 3), st.data())
def test_a_reading_comes_back_exactly(text, second, quarters, data):
    def drawn(*shape: int):
        return data.draw(hnp.arrays(np.float32, shape, elements=FLOATS | st.just(np.float32("nan"))))

    turn = Turn(quarters, 595.28, 841.89)
    reading = PageReading(text, drawn(len(text), 4), turn, second, drawn(len(second)), drawn(len(second)))
    assert_same(unpacked(reading.packed()), reading)


def test_what_is_kept_is_what_the_file_says(store, make_document):
    document = make_document("paper.pdf", pdf())
    read_into(store, document)
    web = make_document("page.html", HTML)
    read_into(store, web)
    assert keep_readings(store).read == 4
    kept = KeptReadings(store)
    for page in range(3):
        assert store.reading(document, page, readings.reader()) is not None
        assert_same(kept.page(document, page), FRESH.page(document, page))
    assert store.reading(web, WHOLE, readings.reader()) is not None
    assert kept.text(web) == FRESH.text(web)
    assert keep_readings(store).read == 0


def test_text_files_are_read_and_not_kept(store, make_document):
    document = make_document("page.md", f"# T\n\n{SENTENCE}\n")
    read_into(store, document)
    assert keep_readings(store).read == 0
    assert SENTENCE in KeptReadings(store).text(document)


def test_a_quote_is_checked_with_what_is_kept_without_opening_the_file_again(store, make_document, monkeypatch):
    document = make_document("paper.pdf", pdf())
    extraction = read_into(store, document)
    keep_readings(store)
    monkeypatch.setattr(readings, "ask_child", None)  # a child would be needed to open it
    kept = KeptReadings(store)
    start = extraction.text.index(SENTENCE)
    locator = Locator(document.id, start, start + len(SENTENCE))
    assert verify(document, extraction, locator, kept).state == "verified"
    assert len(boxes_of(document, extraction, locator, kept)) == 1
    forged = dataclasses.replace(extraction, text=extraction.text.replace("larger", "taller"))
    assert verify(document, forged, locator, kept).state == "withdrawn"


@pytest.mark.parametrize(("name", "content"), [("paper.pdf", pdf()), ("page.html", HTML.encode())])
def test_a_changed_file_withdraws_its_quotes_whatever_is_kept(store, make_document, name, content):
    document = make_document(name, content)
    extraction = read_into(store, document)
    keep_readings(store)
    kept = KeptReadings(store)
    start = extraction.text.index(SENTENCE)
    locator = Locator(document.id, start, start + len(SENTENCE))
    assert verify(document, extraction, locator, kept).state == "verified"
    Path(document.path).write_bytes(content + b"\n")
    outcome = verify(document, extraction, locator, kept)
    assert outcome.state == "withdrawn"
    assert "has changed since it was read" in outcome.reason


def test_other_bytes_or_another_reader_find_nothing_kept(store, make_document):
    document = make_document("paper.pdf", pdf(1))
    read_into(store, document)
    keep_readings(store)
    other = dataclasses.replace(document, sha256="0" * 64)
    assert store.reading(other, 0, readings.reader()) is None
    assert store.reading(document, 0, "another") is None
    assert [unkept.parts for unkept in store.unkept("another")] == [(0,)]


def test_a_document_that_is_read_anew_loses_its_readings(store, make_document):
    document = make_document("paper.pdf", pdf(2))
    read_into(store, document)
    keep_readings(store)
    read_into(store, document)
    assert [unkept.parts for unkept in store.unkept(readings.reader())] == [(0, 1)]
    store.keep_documents("source", [])
    store.keep_readings(document, {0: b"late"}, readings.reader())
    assert store.reading(document, 0, readings.reader()) is None


def test_what_cannot_be_read_again_is_kept_as_a_fault_and_withdraws(store, make_document):
    document = make_document("paper.pdf", pdf(1))
    extraction = read_into(store, document)
    content = Path(document.path).read_bytes()
    Path(document.path).write_bytes(b"%PDF-1.4 nothing more")
    ((failed, reason),) = keep_readings(store).failed
    assert failed == document.id
    assert "has changed since it was read" in reason
    Path(document.path).write_bytes(content)
    with pytest.raises(ExtractError, match="has changed since it was read"):
        KeptReadings(store).page(document, 0)
    locator = Locator(document.id, 0, 9)
    assert verify(document, extraction, locator, KeptReadings(store)).state == "withdrawn"
    assert keep_readings(store) == ReadAgainReport(1, ())
    assert verify(document, extraction, locator, KeptReadings(store)).state == "verified"


def test_a_page_that_cannot_be_read_again_costs_itself_alone(store, make_document):
    document = make_document("paper.pdf", pdf(2))
    extraction = extract_document(document)
    beyond = dataclasses.replace(extraction.pages[1], index=7)
    store.save(document, dataclasses.replace(extraction, pages=(*extraction.pages, beyond)), (), "engine")
    report = keep_readings(store)
    assert (report.read, [failed for failed, _ in report.failed]) == (3, [document.id])
    kept = KeptReadings(store)
    assert_same(kept.page(document, 1), FRESH.page(document, 1))
    with pytest.raises(ExtractError):
        kept.page(document, 7)


def test_damage_on_the_disk_is_named(store, make_document, tmp_path):
    document = make_document("paper.pdf", pdf(1))
    read_into(store, document)
    keep_readings(store)
    with sqlite3.connect(tmp_path / "corpus.sqlite") as connection:
        connection.execute("UPDATE readings SET reading = substr(reading, 1, 100)")
    connection.close()
    with pytest.raises(StorageError, match="rlmap setup"):
        KeptReadings(store).page(document, 0)
