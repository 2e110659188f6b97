"""reStructuredText. The canonical text is the file's own text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rlmap.corpus.extract.base import Blocks, decode_text, make_extraction
from rlmap.corpus.extract.rst_forms import lines_of
from rlmap.corpus.extract.rst_lines import RstParser
from rlmap.types import Document, Extraction


class RstExtractor:
    """Reads reStructuredText by its lines."""

    name = "rlmap-rst"
    version = "1"
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {"text/x-rst": (".rst", ".rest")}

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read the file's text and type its blocks."""
        text = decode_text(data, document)
        collector = Blocks(text)
        RstParser(collector).parse(lines_of(text, 0, len(text)))
        return make_extraction(self, document, text, collector.blocks)


EXTRACTOR = RstExtractor()
