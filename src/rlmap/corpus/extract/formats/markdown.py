"""Markdown and its dialects: CommonMark, MDX, Pandoc, Jekyll, MkDocs, d2l.

The canonical text is the file's own text; front matter belongs to no block.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import ClassVar

from rlmap.corpus.extract.base import decode_text, make_extraction
from rlmap.corpus.extract.markdown_blocks import markdown_blocks
from rlmap.types import Document, Extraction


class MarkdownExtractor:
    """Reads Markdown with markdown-it-py."""

    name = "markdown-it-py"
    version = f"{version('markdown-it-py')}+2"
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "text/markdown": (".md", ".markdown", ".qmd"),
        "text/mdx": (".mdx",),
    }

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read the file's text and type its blocks."""
        text = decode_text(data, document)
        return make_extraction(self, document, text, markdown_blocks(text))


EXTRACTOR = MarkdownExtractor()
