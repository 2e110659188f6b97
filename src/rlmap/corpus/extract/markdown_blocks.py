"""Typed blocks of a Markdown text, by the tokens of markdown-it-py and their line numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rlmap.corpus.display import display_text
from rlmap.corpus.extract.base import Blocks, line_starts, trimmed
from rlmap.corpus.extract.markdown_mask import Covered, cover
from rlmap.corpus.extract.sections import section_type
from rlmap.types import Block, BlockType

_ANCHOR = re.compile(r"\s*(?:\[\[[^\]]*\]\]|\{[#.:][^}]*\}|:label:`[^`]*`)\s*$")
_SKIPPED = re.compile(r"\[[^\]]+\]:\s|\*\[[^\]]+\]:")
_IMAGE = re.compile(
    r"(?:\s|!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])(?:\{[^}]*\})?|<img\b[^>]*>|\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\))+"
)
_LEAVES: dict[str, BlockType] = {
    "fence": "code",
    "code_block": "code",
    "html_block": "navigation",
    "table_open": "table",
}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def markdown_blocks(text: str, *, base: Sequence[str] = (), start: int = 0, parsed: str | None = None) -> list[Block]:
    """Return the blocks of ``text``, shifted by ``start``, below the headings ``base``.

    ``parsed`` is what is parsed in its place: the same lines with less indentation.
    """
    masked, covered = cover(text) if parsed is None else cover(parsed)
    collector = Blocks(text, base)
    lines = [*line_starts(text), len(text)]
    _walk(_parser().parse(masked), lines, collector, masked)
    if parsed is None:
        collector.extend(_apart(collector, covered))
    return [
        Block(b.start + start, b.end + start, b.block_type, b.section_path, b.reason)
        for b in sorted(collector.blocks, key=lambda b: b.start)
    ]


def _apart(collector: Blocks, covered: list[Covered]) -> list[Block]:
    """Return the covered ranges that lie between blocks; one inside a paragraph belongs to it."""
    found: list[Block] = []
    index = 0
    section = collector.base
    for start, end, block_type in covered:
        while index < len(collector.blocks) and collector.blocks[index].start <= start:
            block = collector.blocks[index]
            section = block.section_path
            index += 1
        inside = index > 0 and end <= collector.blocks[index - 1].end
        start, end = trimmed(collector.text, start, end)  # noqa: PLW2901 - the same range without white space
        if block_type is not None and not inside and start < end:
            found.append(Block(start, end, block_type, section))
    return found


def _walk(tokens: list[Token], lines: list[int], collector: Blocks, masked: str) -> None:
    containers: list[str] = []
    item_start: int | None = None
    skip_until = -1
    for index, token in enumerate(tokens):
        if token.type in ("list_item_open", "blockquote_open") and token.map:
            containers.append(token.type)
            item_start = token.map[0] if token.type == "list_item_open" else item_start
        elif token.type in ("list_item_close", "blockquote_close"):
            containers.pop()
        if token.map is None or token.map[0] < skip_until:
            continue
        start, end = lines[token.map[0]], lines[min(token.map[1], len(lines) - 1)]
        if token.type == "heading_open":
            collector.add(start, end, "heading")
            collector.enter(int(token.tag[1]), heading_title(tokens[index + 1].content))
        elif token.type in _LEAVES:
            collector.add(start, end, _LEAVES[token.type])
            skip_until = token.map[1] if token.type == "table_open" else skip_until
        elif token.type == "paragraph_open" and not masked[start:end].isspace():
            if item_start is not None and item_start == token.map[0]:
                start = lines[item_start]
            collector.add(start, end, _paragraph_type(collector, tokens[index + 1].content, containers))


def heading_title(content: str) -> str:
    """Return a heading without markup, anchors and attributes."""
    return display_text(_ANCHOR.sub("", content), "text/markdown").text


def _paragraph_type(collector: Blocks, content: str, containers: list[str]) -> BlockType:
    if _SKIPPED.match(content):
        return "reference"
    if _IMAGE.fullmatch(content):
        return "caption"
    special = section_type(collector.section)
    if special is not None:
        return special
    if "list_item_open" in containers:
        return "list"
    return "quote" if containers else "prose"
