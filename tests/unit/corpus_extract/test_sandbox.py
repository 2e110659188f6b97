"""Reading files that crash, hang or lie."""

from __future__ import annotations

import os
import signal
import sys

import pymupdf
import pytest
from pdf_fixtures import PdfMaker

from rlmap.corpus.extract import extract_document, sandbox
from rlmap.corpus.extract.sandbox import Limits, extract_all, extract_safely
from rlmap.errors import ExtractError, ReaderError

SENTENCE = "The agent walks to the far end because the reward there is larger than the near one."


def small_pdf() -> bytes:
    maker = PdfMaker()
    maker.write(maker.page(), 30, 100, SENTENCE[:60])
    return maker.data()


def test_a_child_reads_what_this_process_reads(make_document):
    for name, content in (("page.md", f"# T\n\n{SENTENCE}\n"), ("paper.pdf", small_pdf())):
        document = make_document(name, content)
        assert extract_safely(document) == extract_document(document)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.pdf", b"", "empty.pdf is empty"),
        ("page.pdf", b"<html><body>Not found</body></html>", "page.pdf is not a PDF"),
        ("cut.pdf", small_pdf()[:80], "cut.pdf"),
        ("page.html", small_pdf(), "page.html is not an HTML page"),
        ("book.epub", b"PK\x03\x04 not really", "book.epub is not a readable EPUB"),
        ("walk.ipynb", b"{", "walk.ipynb is not a notebook"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_by_name(make_document, name, content, message):
    with pytest.raises(ExtractError, match=message):
        extract_safely(make_document(name, content))


def test_an_encrypted_pdf_asks_for_a_copy_without_a_password(make_document):
    pdf = pymupdf.open(stream=small_pdf(), filetype="pdf")
    data = pdf.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="owner")
    with pytest.raises(ExtractError, match="encrypted: save a copy without a password"):
        extract_safely(make_document("locked.pdf", data))


def test_a_pdf_of_pictures_says_that_it_needs_ocr(make_document):
    pdf = pymupdf.open()
    pdf.new_page()
    with pytest.raises(ExtractError, match="no text, only pictures"):
        extract_safely(make_document("scan.pdf", pdf.tobytes()))


def test_a_hanging_file_is_given_up_and_the_next_one_read(make_document, tmp_path):
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)
    document = make_document("page.md", SENTENCE)
    hanging = type(document)("p", "s", str(pipe), "pipe.md", "text/markdown", "0" * 64, "Pipe")
    with pytest.raises(ExtractError, match=r"pipe\.md was given up: its reader took more than 0\.5 s"):
        extract_safely(hanging, Limits(wall_s=0.5))
    assert extract_safely(document).text == SENTENCE


def test_a_crash_of_the_child_costs_one_file(make_document):
    document = make_document("page.md", SENTENCE)
    extract_safely(document)
    child = sandbox._children.take()
    child.process.send_signal(signal.SIGSEGV)
    child.process.wait()
    sandbox._children.give_back(child)
    with pytest.raises(ExtractError, match=r"crashed \(SIGSEGV\)"):
        extract_safely(document)
    assert extract_safely(document).text == SENTENCE


def test_a_reader_that_cannot_start_is_no_fault_of_the_document(make_document, tmp_path, monkeypatch):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'No module named lxml' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    sandbox.close_children()
    with pytest.raises(ReaderError, match="cannot start: No module named lxml"):
        extract_safely(make_document("page.md", SENTENCE))


def test_too_much_memory_is_a_failure_of_the_file(make_document):
    document = make_document("large.md", (SENTENCE + "\n\n") * 400_000)
    with pytest.raises(ExtractError, match=r"large\.md"):
        extract_safely(document, Limits(memory_bytes=400 * 1024**2))


def test_computing_time_is_limited(make_document):
    document = make_document("slow.md", (SENTENCE + "\n\n") * 60_000)
    with pytest.raises(ExtractError, match="computing time"):
        extract_safely(document, Limits(cpu_s=1))


@pytest.mark.slow
def test_five_thousand_pages_are_read(make_document):
    pdf = pymupdf.open(stream=small_pdf(), filetype="pdf")
    for _ in range(4_999):
        pdf.fullcopy_page(0)
    extraction = extract_safely(make_document("long.pdf", pdf.tobytes()))
    assert len(extraction.pages) == 5_000


def test_many_are_read_in_the_order_given(make_document):
    documents = [make_document(f"{n}.md", f"{SENTENCE} Number {n}.") for n in range(30)]
    documents.insert(7, make_document("bad.pdf", b"x"))
    results = list(extract_all(documents, workers=2))
    assert [document for document, _ in results] == documents
    assert [isinstance(result, ExtractError) for _, result in results] == [n == 7 for n in range(31)]


def test_a_child_may_not_reach_the_network_or_write(make_document, tmp_path):
    from rlmap.corpus.extract import worker

    for event, arguments in (
        ("socket.connect", ()),
        ("subprocess.Popen", ()),
        ("open", (str(tmp_path / "x"), "w", 0)),
    ):
        with pytest.raises(PermissionError):
            worker._refuse(event, arguments)
    worker._refuse("open", (str(tmp_path / "x"), "rb", 0))
