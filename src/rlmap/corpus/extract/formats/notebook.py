"""Jupyter notebooks.

The canonical text is the sources of all cells in order, joined by an empty line; the last
entry of each section path names the cell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from rlmap.corpus.extract.base import make_extraction
from rlmap.corpus.extract.markdown_blocks import markdown_blocks
from rlmap.errors import ExtractError
from rlmap.types import Block, Document, Extraction

SEPARATOR = "\n\n"


class NotebookExtractor:
    """Reads the Markdown cells of notebooks (nbformat 3 and 4)."""

    name = "rlmap-notebook"
    version = "1"
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {"application/x-ipynb+json": (".ipynb",)}

    def read(self, data: bytes, document: Document) -> Extraction:
        """Join the cells and type the blocks of the Markdown ones."""
        texts: list[str] = []
        blocks: list[Block] = []
        position = 0
        headings: tuple[str, ...] = ()
        for number, (kind, source) in enumerate(_cells(data, document), start=1):
            cell = f"cell {number}"
            if kind == "markdown":
                found = markdown_blocks(source, start=position)
                for block in found:
                    path = block.section_path or headings
                    blocks.append(Block(block.start, block.end, block.block_type, (*path, cell), block.reason))
                headings = next((b.section_path for b in reversed(found) if b.section_path), headings)
            elif source.strip():
                end = position + len(source)
                blocks.append(Block(position, end, "code" if kind == "code" else "navigation", (*headings, cell)))
            texts.append(source)
            position += len(source) + len(SEPARATOR)
        return make_extraction(self, document, SEPARATOR.join(texts), blocks)


def _cells(data: bytes, document: Document) -> list[tuple[str, str]]:
    name = document.member or document.path
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ExtractError(f"{name} is not a notebook: it is not valid JSON ({error}).") from error
    sheets = notebook.get("worksheets", [notebook]) if isinstance(notebook, dict) else None
    try:
        return [_cell(cell) for sheet in sheets or [] for cell in sheet["cells"]]
    except (TypeError, KeyError, AttributeError) as error:
        raise ExtractError(f"{name} is not a notebook: it has no list of cells.") from error


def _cell(cell: dict[str, Any]) -> tuple[str, str]:
    source = cell.get("source", cell.get("input", ""))
    text = "".join(source) if isinstance(source, list) else source
    if not isinstance(text, str):
        raise TypeError("the source of a cell is text")
    return str(cell["cell_type"]), text


EXTRACTOR = NotebookExtractor()
