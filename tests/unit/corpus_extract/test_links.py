"""Addresses that lead to the place of a quote."""

from __future__ import annotations

import pytest
from pdf_fixtures import PdfMaker

from rlmap.corpus.extract import extract_document
from rlmap.corpus.links import link_to
from rlmap.types import Locator

SENTENCE = "The model-free agent, as a rule, walks to the far end of the long corridor."


def test_a_pdf_opens_at_its_page(make_document):
    maker = PdfMaker()
    for _ in range(3):
        maker.write(maker.page(), 30, 100, SENTENCE[:40])
    document = make_document("paper.pdf", maker.data())
    extraction = extract_document(document)
    locator = Locator(document.id, extraction.pages[2].start, extraction.pages[2].end)
    assert link_to("https://a.b/paper.pdf", document, extraction, locator) == "https://a.b/paper.pdf#page=3"
    assert link_to("https://a.b/pdf/1", document, extraction, locator) == "https://a.b/pdf/1#page=3"
    assert link_to("https://a.b/abs/1", document, extraction, locator) == "https://a.b/abs/1"


def test_a_web_page_scrolls_to_the_words(make_document):
    document = make_document("page.html", f"<body><p>{SENTENCE}</p></body>")
    extraction = extract_document(document)
    link = link_to("https://a.b/page#top", document, extraction, Locator(document.id, 0, len(extraction.text)))
    assert link == ("https://a.b/page#:~:text=The%20model%2Dfree%20agent%2C%20as%20a,end%20of%20the%20long%20corridor.")


@pytest.mark.parametrize("url", ["https://a.b/page.md", "file:///x/y.md", "handbook"])
def test_other_addresses_stay_as_they_are(make_document, url):
    document = make_document("page.md", SENTENCE)
    extraction = extract_document(document)
    assert link_to(url, document, extraction, Locator(document.id, 0, 10)) == url
