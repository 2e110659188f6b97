"""Plain text. The canonical text is the file's own text; empty lines part paragraphs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from rlmap.corpus.extract.base import Blocks, decode_text, make_extraction
from rlmap.types import Document, Extraction


class PlainExtractor:
    """Reads plain text by its paragraphs."""

    name = "rlmap-plain"
    version = "1"
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {"text/plain": (".txt", ".text")}

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read the file's text and its paragraphs."""
        text = decode_text(data, document)
        collector = Blocks(text)
        position = 0
        for gap in re.finditer(r"(?:\r?\n[ \t]*){2,}|\Z", text):
            collector.add(position, gap.start(), "prose")
            position = gap.end()
        return make_extraction(self, document, text, collector.blocks)


EXTRACTOR = PlainExtractor()
