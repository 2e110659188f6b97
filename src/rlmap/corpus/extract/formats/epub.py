"""EPUB books. The canonical text is that of the chapters in reading order.

Nothing is unpacked to disk; members are read up to a limit, so a small file cannot unfold to
an enormous one.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import unquote

from lxml import etree

from rlmap.corpus.extract.base import make_extraction
from rlmap.corpus.extract.formats.html import parse_html
from rlmap.corpus.extract.html_text import HtmlText
from rlmap.errors import ExtractError
from rlmap.types import Block, Document, Extraction

SEPARATOR = "\n\n"
#: Bytes of all chapters together, unpacked.
_MOST_BYTES = 128 * 1024 * 1024


class EpubExtractor:
    """Reads EPUB 2 and 3."""

    name = "rlmap-epub"
    version = f"{'.'.join(map(str, etree.LXML_VERSION))}+1"
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {"application/epub+zip": (".epub",)}

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read all chapters in the order of the spine."""
        name = document.member or document.path
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                chapters = _chapters(archive, name)
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
            raise ExtractError(f"{name} is not a readable EPUB ({error}).") from error
        except etree.XMLSyntaxError as error:
            raise ExtractError(f"{name} is not a readable EPUB: its list of chapters is damaged ({error}).") from error
        texts: list[str] = []
        blocks: list[Block] = []
        position = 0
        for chapter in chapters:
            reader = HtmlText(start=position)
            root = parse_html(chapter, document)
            body = root.find(".//body")
            reader.walk(root if body is None else body)
            if reader.text:
                texts.append(reader.text)
                blocks.extend(reader.blocks)
                position += len(reader.text) + len(SEPARATOR)
        if not texts:
            raise ExtractError(f"{name} holds no text.")
        return make_extraction(self, document, SEPARATOR.join(texts), blocks)


def _chapters(archive: zipfile.ZipFile, name: str) -> list[bytes]:
    if sum(member.file_size for member in archive.infolist()) > 8 * _MOST_BYTES:
        raise ExtractError(f"{name} unpacks to more than a book can hold.")
    container = _xml(archive.read("META-INF/container.xml"))
    rootfile = container.find(".//{*}rootfile")
    if rootfile is None:
        raise ExtractError(f"{name} is not a readable EPUB: it names no list of chapters.")
    package_path = rootfile.get("full-path", "")
    package = _xml(archive.read(package_path))
    members = {item.get("id"): item.get("href", "") for item in package.iterfind(".//{*}manifest/{*}item")}
    folder = posixpath.dirname(package_path)
    chapters: list[bytes] = []
    for reference in package.iterfind(".//{*}spine/{*}itemref"):
        href = unquote(members.get(reference.get("idref"), "").partition("#")[0])
        path = posixpath.normpath(posixpath.join(folder, href))
        if href and path in archive.namelist():
            with archive.open(path) as member:
                chapters.append(member.read(_MOST_BYTES - sum(map(len, chapters)) + 1))
        if sum(map(len, chapters)) > _MOST_BYTES:
            raise ExtractError(f"{name} unpacks to more than a book can hold.")
    return chapters


def _xml(data: bytes) -> etree._Element:
    return etree.fromstring(data, parser=etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


EXTRACTOR = EpubExtractor()
