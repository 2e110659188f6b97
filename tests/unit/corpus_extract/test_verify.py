"""Re-reading quotes in their original files."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from pdf_fixtures import PdfMaker

from rlmap.corpus.extract import extract_document
from rlmap.corpus.verify import file_sha256, verify
from rlmap.types import Locator

SENTENCE = "The agent walks to the far end because the reward there is larger than the near one."
CONTENT = {
    "page.md": f"# T\n\n{SENTENCE}\n",
    "page.rst": f"T\n=\n\n{SENTENCE}\n",
    "code.py": f'"""{SENTENCE}"""\n',
    "walk.ipynb": json.dumps({"cells": [{"cell_type": "markdown", "source": SENTENCE}]}),
    "page.html": f"<body><p>{SENTENCE}</p></body>",
    "notes.txt": SENTENCE,
}


def quoted(document):
    extraction = extract_document(document)
    start = extraction.text.index(SENTENCE)
    return extraction, Locator(document.id, start, start + len(SENTENCE))


@pytest.mark.parametrize("name", sorted(CONTENT))
def test_a_quote_of_an_unchanged_file_is_verified(make_document, name):
    document = make_document(name, CONTENT[name])
    extraction, locator = quoted(document)
    assert verify(document, extraction, locator).state == "verified"


@pytest.mark.parametrize("name", sorted(CONTENT))
def test_a_changed_file_withdraws_its_quotes(make_document, name):
    document = make_document(name, CONTENT[name])
    extraction, locator = quoted(document)
    assert verify(document, extraction, locator).state == "verified"
    path = Path(document.path)
    path.write_text(path.read_text().replace("larger", "smaller"))
    outcome = verify(document, extraction, locator)
    assert outcome.state == "withdrawn"
    assert "has changed since it was read" in outcome.reason


def test_a_file_that_is_gone_withdraws_its_quotes(make_document):
    document = make_document("page.md", CONTENT["page.md"])
    extraction, locator = quoted(document)
    Path(document.path).unlink()
    outcome = verify(document, extraction, locator)
    assert (outcome.state, outcome.reason) == ("withdrawn", "The file of A document is gone.")


def test_a_stored_text_that_differs_from_the_file_is_withdrawn(make_document):
    document = make_document("page.md", CONTENT["page.md"])
    extraction, locator = quoted(document)
    forged = dataclasses.replace(extraction, text=extraction.text.replace("larger", "smaller"))
    assert verify(document, forged, locator).state == "withdrawn"
    outside = Locator(document.id, 0, len(extraction.text) + 1)
    assert verify(document, extraction, outside).state == "withdrawn"


def test_a_forged_pdf_text_is_withdrawn_and_the_true_one_verified(make_document):
    maker = PdfMaker()
    page = maker.page()
    maker.write(page, 30, 100, SENTENCE[:60])
    document = make_document("paper.pdf", maker.data())
    extraction = extract_document(document)
    locator = Locator(document.id, 0, 60)
    assert verify(document, extraction, locator).state == "verified"
    forged = dataclasses.replace(extraction, text=extraction.text.replace("far", "near"))
    assert verify(document, forged, locator).state == "withdrawn"


def test_where_the_second_engine_reads_otherwise_the_page_is_shown(make_document):
    maker = PdfMaker()
    page = maker.page()
    maker.write(page, 30, 100, "The value of it is shown here in words.")
    # Two words at one place: MuPDF and PDFium order such characters differently.
    maker.pdf[page].insert_text((52, 100.2), "hidden", fontname="helv", fontsize=10, render_mode=3)
    document = make_document("overprint.pdf", maker.data())
    extraction = extract_document(document)
    start = extraction.text.index("The value")
    outcome = verify(document, extraction, Locator(document.id, start, start + len("The value of it")))
    assert outcome.state == "picture"
    assert "page 1" in outcome.reason


def test_a_tall_sign_in_a_line_does_not_let_its_neighbours_in(make_document):
    maker = PdfMaker()
    page = maker.page()
    maker.write(page, 30, 86, "One line above that another paragraph ends with, rather long.")
    maker.write(page, 30, 100, "The value in brackets")
    maker.write(page, 132, 104, "{", size=30)
    maker.write(page, 148, 100, "is that of the state.")
    maker.write(page, 30, 114, "One line below with which another paragraph goes on for long.")
    document = make_document("tall.pdf", maker.data())
    extraction = extract_document(document)
    start = extraction.text.index("The value")
    end = extraction.text.index("the state.") + len("the state.")
    assert "{" in extraction.text[start:end]
    assert verify(document, extraction, Locator(document.id, start, end)).state == "verified"


def test_the_hash_is_remembered_until_the_file_changes(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"one")
    first = file_sha256(path)
    assert first == file_sha256(path)
    path.write_bytes(b"two!")
    assert file_sha256(path) != first
