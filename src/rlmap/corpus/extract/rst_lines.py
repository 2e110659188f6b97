"""Blocks of reStructuredText by its lines: titles, directives, lists, fields, literal text.

docutils knows the structure but not the character offsets; a locator needs offsets, so the
lines are read here. The same parser reads docstrings, which are reStructuredText by custom,
with the section styles of NumPy and Google.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rlmap.corpus.extract.base import Blocks
from rlmap.corpus.extract.prose import explains
from rlmap.corpus.extract.rst_forms import (
    BULLET,
    DIRECTIVE,
    DIRECTIVE_TYPES,
    DISPLAY_MATH,
    ENTRY_LEVEL,
    EPYDOC,
    FIELD,
    FOOTNOTE,
    GOOGLE,
    HASHES,
    LABEL,
    PLAIN_SECTIONS,
    TABLE,
    UNDERLINE,
    Line,
    plain_title,
)
from rlmap.corpus.extract.sections import section_type
from rlmap.types import BlockType


@dataclass(slots=True)
class RstParser:
    """Walks the lines of one text; ``docstring`` switches on the styles of docstrings."""

    collector: Blocks
    docstring: bool = False
    styles: list[str] = field(default_factory=list)

    def parse(self, lines: list[Line]) -> None:
        """Type all ``lines`` (of one indentation level and what is nested in it)."""
        at = 0
        while at < len(lines):
            at = self._step(lines, at)

    def _section_type(self) -> BlockType | None:
        return section_type(self.collector.section, docstring=self.docstring)

    def _step(self, lines: list[Line], at: int) -> int:
        line = lines[at]
        if not line.text:
            return at + 1
        for reader in (
            self._title,
            self._explicit,
            self._fence,
            self._field,
            self._google,
            self._table,
            self._doctest,
            self._item,
        ):
            following = reader(lines, at)
            if following is not None:
                return following
        return self._paragraph(lines, at)

    def _title(self, lines: list[Line], at: int) -> int | None:
        line, below = lines[at], lines[at + 1] if at + 1 < len(lines) else None
        hashes = HASHES.match(line.text) if self.docstring else None
        if hashes:
            return self._enter(len(hashes["level"]), hashes["title"], line, line, at + 1)
        if below is None or not line.text:
            return None
        if UNDERLINE.match(line.text):
            third = lines[at + 2] if at + 2 < len(lines) else None
            if third and third.text == line.text and below.text:
                return self._enter(self._level(line.text[0] * 2), below.text, line, third, at + 3)
            return at + 1 if not below.text or at == 0 or not lines[at - 1].text else None
        if UNDERLINE.match(below.text) and below.indent == line.indent and len(below.text) >= min(len(line.text), 3):
            return self._enter(self._level(below.text[0]), line.text, line, below, at + 2)
        return None

    def _enter(self, level: int, title: str, first: Line, last: Line, following: int) -> int:
        self.collector.add(first.start, last.end, "heading")
        self.collector.enter(level, plain_title(title))
        return following

    def _level(self, style: str) -> int:
        if style not in self.styles:
            self.styles.append(style)
        return self.styles.index(style) + 1

    def _explicit(self, lines: list[Line], at: int) -> int | None:
        line = lines[at]
        if not (line.text.startswith(".. ") or line.text == ".."):
            return None
        end = self._nested_end(lines, at)
        if FOOTNOTE.match(line.text):
            self.collector.add(line.start, lines[end - 1].end, "reference")
            return end
        directive = DIRECTIVE.match(line.text)
        if directive is None:
            return end
        name = directive["name"].lower()
        block_type = DIRECTIVE_TYPES.get(name)
        if block_type == "signature":
            self.collector.add(line.start, line.end, "signature")
        elif block_type is not None:
            self.collector.add(line.start, lines[end - 1].end, block_type)
            return end
        body = lines[at + 1 : end]
        while body and body[0].text and (FIELD.match(body[0].text) or body[0].indent > body[-1].indent + 8):
            body = body[1:]
        if directive["argument"] and block_type is None and explains(directive["argument"]):
            first = line.start + line.indent + directive.start("argument")
            body = [Line(first, line.end, body[0].indent if body else line.indent + 3, directive["argument"]), *body]
        self.parse(body)
        return end

    def _nested_end(self, lines: list[Line], at: int) -> int:
        """Return the index after the lines that are indented deeper than line ``at``."""
        end = at + 1
        last = end
        while end < len(lines) and (not lines[end].text or lines[end].indent > lines[at].indent):
            end += 1
            last = end if lines[end - 1].text else last
        return last

    def _fence(self, lines: list[Line], at: int) -> int | None:
        mark = lines[at].text[:3]
        if mark not in ("```", "~~~"):
            return None
        end = next((i for i in range(at + 1, len(lines)) if lines[i].text.startswith(mark)), len(lines) - 1)
        self.collector.add(lines[at].start, lines[end].end, "math" if "math" in lines[at].text else "code")
        return end + 1

    def _field(self, lines: list[Line], at: int) -> int | None:
        line = lines[at]
        if not (FIELD.match(line.text) or (self.docstring and EPYDOC.match(line.text))):
            return None
        end = self._nested_end(lines, at)
        self._entries(lines[at:end])
        return end

    def _google(self, lines: list[Line], at: int) -> int | None:
        """Read a section of Google's style: a capitalised name, a colon, an indented body."""
        name = GOOGLE.match(lines[at].text) if self.docstring else None
        if name is None or at + 1 >= len(lines) or lines[at + 1].indent <= lines[at].indent or not lines[at + 1].text:
            return None
        end = self._nested_end(lines, at)
        title = () if name["name"] in PLAIN_SECTIONS else (name["name"],)
        inner = Blocks(self.collector.text, (*self.collector.section, *title))
        RstParser(inner, docstring=True).parse(lines[at + 1 : end])
        self.collector.extend(inner.blocks)
        return end

    def _table(self, lines: list[Line], at: int) -> int | None:
        if not TABLE.match(lines[at].text):
            return None
        end = at + 1
        simple = lines[at].text.startswith("=")
        while end < len(lines) and (lines[end].text or (simple and self._table_goes_on(lines, end))):
            end += 1
        self.collector.add(lines[at].start, lines[end - 1].end, "table")
        return end

    @staticmethod
    def _table_goes_on(lines: list[Line], at: int) -> bool:
        return any(TABLE.match(line.text) for line in lines[at : at + 40])

    def _doctest(self, lines: list[Line], at: int) -> int | None:
        if not lines[at].text.startswith((">>>", "In [", "$ pip", "$ python")):
            return None
        end = at + 1
        while end < len(lines) and lines[end].text:
            end += 1
        self.collector.add(lines[at].start, lines[end - 1].end, "code")
        return end

    def _item(self, lines: list[Line], at: int) -> int | None:
        if not BULLET.match(lines[at].text):
            return None
        end = self._nested_end(lines, at)
        if self._section_type() == "parameters":
            self._entry(lines[at:end])
            return end
        stop = at + 1
        while stop < end and lines[stop].text and not BULLET.match(lines[stop].text):
            stop += 1
        self._add_paragraph(lines[at:stop], "list")
        self.parse(self._literal(lines, at, stop, end))
        return end

    def _literal(self, lines: list[Line], at: int, stop: int, end: int) -> list[Line]:
        """Take the nested lines away as code if the paragraph before them ends with ``::``."""
        rest = lines[stop:end]
        if lines[stop - 1].text.endswith("::") and any(line.text for line in rest) and lines[at].text != "::":
            self.collector.add(rest[0].start, rest[-1].end, "code")
            return []
        return rest

    def _paragraph(self, lines: list[Line], at: int) -> int:
        first = lines[at]
        stop = at + 1
        while (
            stop < len(lines)
            and lines[stop].text
            and lines[stop].indent == first.indent
            and not self._interrupts(lines, stop)
        ):
            stop += 1
        end = stop
        while end < len(lines) and (not lines[end].text or lines[end].indent > first.indent):
            end += 1
        nested = stop < len(lines) and lines[stop].text != "" and lines[stop].indent > first.indent
        if lines[stop - 1].text.endswith("::"):
            if first.text != "::":
                self._add_paragraph(lines[at:stop], "prose")
            self._add_code(lines[stop:end])
            return end
        is_entries = nested or any(LABEL.match(line.text) for line in lines[at:stop])
        if is_entries and self._section_type() == "parameters":
            self._entries(lines[at : self._nested_end(lines, stop - 1)])
            return self._nested_end(lines, stop - 1)
        self._add_paragraph(lines[at:stop], "prose")
        return stop

    def _interrupts(self, lines: list[Line], at: int) -> bool:
        text = lines[at].text
        return text.startswith((".. ", "```", "~~~", ">>>")) or bool(
            self.docstring and (FIELD.match(text) or EPYDOC.match(text) or HASHES.match(text))
        )

    def _add_code(self, lines: list[Line]) -> None:
        if lines:
            self.collector.add(lines[0].start, lines[-1].end, "code")

    def _add_paragraph(self, lines: list[Line], block_type: BlockType) -> None:
        text = " ".join(line.text for line in lines)
        special = self._section_type()
        if special is not None and not (special in ("parameters", "code") and explains(text)):
            block_type = special
        elif DISPLAY_MATH.match(text) and text.rstrip(".,").endswith(("$$", "]", "}")):
            block_type = "math"
        self.collector.add(lines[0].start, lines[-1].end, block_type)

    def _entries(self, lines: list[Line]) -> None:
        """Add entries ``name (type): body``; a body that explains in sentences stays prose."""
        at = 0
        while at < len(lines):
            end = at + 1
            while end < len(lines) and (not lines[end].text or lines[end].indent > lines[at].indent):
                end += 1
            self._entry(lines[at:end])
            at = end

    def _entry(self, lines: list[Line]) -> None:
        lines = [line for line in lines if line.text]
        if not lines:
            return
        label = LABEL.match(lines[0].text)
        numpy_style = re.match(r"[\w*, ]+ : \S", lines[0].text) is not None and len(lines) > 1
        same_line = label is not None and label.end() < len(lines[0].text) and not numpy_style
        offset = lines[0].start + lines[0].indent + (label.end() if label and same_line else 0)
        body_start = offset if same_line else (lines[1].start if len(lines) > 1 else lines[0].end)
        if explains(self.collector.text[body_start : lines[-1].end]):
            name = re.search(r"\w+(?=\W*$)", re.sub(r"\([^)]*\)|=.*", "", label.group() if label else lines[0].text))
            self.collector.add(lines[0].start, body_start, "parameters")
            self.collector.enter(ENTRY_LEVEL, name.group() if name else "")
            self.collector.add(body_start, lines[-1].end, "prose")
            self.collector.leave(ENTRY_LEVEL)
        else:
            self.collector.add(lines[0].start, lines[-1].end, "parameters")
