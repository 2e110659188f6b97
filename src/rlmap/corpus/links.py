"""Addresses that open a work at the place of a quote.

``link_to(url: str, document: Document, extraction: Extraction, locator: Locator) -> str``
    The work's address with the page of a PDF, or the words of a web page, as its fragment.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urldefrag, urlsplit

from rlmap.corpus.display import display_of
from rlmap.corpus.pages import page_of
from rlmap.types import Document, Extraction, Locator

#: Words at each end of a quote that make up a text fragment.
_WORDS = 5
#: Paths of files themselves, not of pages about them; arXiv and OpenReview leave the suffix out.
_PDF_PATH = re.compile(r"\.pdf$|/pdf(?:/|$)", re.IGNORECASE)


def link_to(url: str, document: Document, extraction: Extraction, locator: Locator) -> str:
    """Return ``url`` with a fragment that leads to the quote, where its format knows one.

    A PDF opens at the page (``#page=3``, counted in the file). A web page scrolls to the words
    (``#:~:text=first words,last words``; Text Fragments, W3C Community Group draft). Addresses
    of other formats, and of pages about a PDF, are returned as they are.
    """
    if not url.startswith(("http://", "https://")):
        return url
    plain = urldefrag(url).url
    if document.media_type == "application/pdf" and _PDF_PATH.search(urlsplit(plain).path):
        page = page_of(extraction, locator)
        return plain if page is None else f"{plain}#page={page.index + 1}"
    if document.media_type == "text/html":
        return f"{plain}#:~:text={_text_fragment(display_of(document, extraction, locator).text)}"
    return url


def _text_fragment(text: str) -> str:
    words = text.split()
    ends = [words] if len(words) <= 2 * _WORDS else [words[:_WORDS], words[-_WORDS:]]
    # A dash and a comma have a meaning of their own within a text fragment.
    return ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in ends)
