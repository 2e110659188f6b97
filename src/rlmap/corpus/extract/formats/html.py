"""HTML pages: the main text only. The canonical text is what is rendered of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from lxml import etree
from lxml import html as lxml_html

from rlmap.corpus.extract.base import make_extraction
from rlmap.corpus.extract.html_text import HtmlText, main_element
from rlmap.errors import ExtractError
from rlmap.types import Document, Extraction


def parse_html(data: bytes, document: Document) -> etree._Element:
    """Parse ``data`` as HTML: in UTF-8 where it is, else in what the page declares.

    Raises
    ------
    ExtractError
        If it is empty or not HTML.
    """
    name = document.member or document.path
    if not data.strip():
        raise ExtractError(f"{name} is empty: there is nothing to read.")
    if b"\x00" in data:
        raise ExtractError(f"{name} is not an HTML page (it holds NUL bytes).")
    try:
        data.decode("utf-8")
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        encoding = None
    try:
        return lxml_html.document_fromstring(data, parser=lxml_html.HTMLParser(encoding=encoding, huge_tree=False))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ExtractError(f"{name} is not an HTML page ({error}).") from error


class HtmlExtractor:
    """Reads the main text of web pages."""

    name = "lxml-html"
    version = f"{'.'.join(map(str, etree.LXML_VERSION))}+1"
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {"text/html": (".html", ".htm", ".xhtml")}

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read the main text and type its paragraphs."""
        if data[:5] == b"%PDF-" or b"<" not in data:
            raise ExtractError(f"{document.member or document.path} is not an HTML page.")
        reader = HtmlText()
        reader.walk(main_element(parse_html(data, document)))
        return make_extraction(self, document, reader.text, reader.blocks)


EXTRACTOR = HtmlExtractor()
