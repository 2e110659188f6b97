"""Python source: docstrings, string statements and the Markdown cells of marimo notebooks.

The canonical text is the file's own text, so a locator is a range of lines of the file. Strings
are found with :mod:`ast` from the file's bytes; nothing is imported or run.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from rlmap.corpus.extract.base import Blocks, decode_text, line_starts, make_extraction
from rlmap.corpus.extract.markdown_blocks import markdown_blocks
from rlmap.corpus.extract.rst_forms import lines_of
from rlmap.corpus.extract.rst_lines import RstParser
from rlmap.errors import ExtractError
from rlmap.types import Block, Document, Extraction

_LITERAL = re.compile(r"(?i)[rbuft]{0,2}(?P<quotes>\"\"\"|'''|\"|')")
_MARKDOWN_CALLS = frozenset({"md", "markdown"})


class Text(NamedTuple):
    """A string that documents something: its range inside the quotes, and where it stands."""

    start: int
    end: int
    qualname: tuple[str, ...]
    markdown: bool


class PythonExtractor:
    """Reads the documentation inside Python files."""

    name = "python-ast"
    version = "2"  # also raised when ``docstrings.teaches`` changes, so that the files are cut again
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {"text/x-python": (".py", ".pyi")}

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read the file's text and type the paragraphs of its docstrings."""
        text = decode_text(data, document)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError) as error:
            raise ExtractError(f"{document.member or document.path} is not Python source ({error}).") from error
        blocks: list[Block] = []
        for found in _texts(tree, text):
            blocks.extend(_blocks(text, found))
        return make_extraction(self, document, text, blocks)


def _texts(tree: ast.Module, text: str) -> Iterator[Text]:
    offsets = _Offsets(text)
    pending: list[tuple[ast.AST, tuple[str, ...]]] = [(tree, ())]
    while pending:
        node, qualname = pending.pop()
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            qualname = (*qualname, node.name)
        pending.extend((child, qualname) for child in ast.iter_child_nodes(node))
        literal, markdown = _documenting(node)
        if literal is not None and (inner := offsets.inside(literal)):
            yield Text(*inner, (".".join(qualname),) if qualname else (), markdown)


def _documenting(node: ast.AST) -> tuple[ast.Constant | None, bool]:
    """Return the string constant that ``node`` states as documentation, and if it is Markdown."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return node.value, False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MARKDOWN_CALLS:
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first, True
    return None, False


class _Offsets:
    """Turns the line and UTF-8 column of :mod:`ast` into character offsets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = line_starts(text)

    def inside(self, node: ast.Constant) -> tuple[int, int] | None:
        """Return the range inside the quotes, ``None`` for several literals in a row."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno, node.end_col_offset)
        opening = _LITERAL.match(self.text, start)
        if opening is None:
            return None
        quotes = opening["quotes"]
        inner = (opening.end(), end - len(quotes))
        if self.text[inner[1] : end] != quotes or inner[0] > inner[1]:
            return None
        whole = re.search(rf"(?<!\\)(?:\\\\)*{quotes}", self.text[inner[0] : inner[1]])
        return None if whole else inner

    def _offset(self, line: int, column: int) -> int:
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return start + len(self.text[start:end].encode()[:column].decode())


def _blocks(text: str, found: Text) -> list[Block]:
    inner = text[found.start : found.end]
    if found.markdown:
        parsed = _dedented(inner)
        return markdown_blocks(inner, base=found.qualname, start=found.start, parsed=parsed)
    collector = Blocks(text, found.qualname)
    lines = lines_of(text, found.start, found.end)
    if len(lines) > 1:
        outer = min((line.indent for line in lines[1:] if line.text), default=0)
        lines[0] = lines[0]._replace(indent=outer)
    RstParser(collector, docstring=True).parse(lines)
    return collector.blocks


def _dedented(text: str) -> str:
    """Remove the common indentation of all lines but the first, keeping their number."""
    lines = text.split("\n")
    depth = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return "\n".join([lines[0].lstrip(), *(line[depth:] if line.strip() else "" for line in lines[1:])])


EXTRACTOR = PythonExtractor()
