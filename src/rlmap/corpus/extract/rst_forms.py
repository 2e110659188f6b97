"""The forms of reStructuredText: its lines, the marks that begin things, its directives."""

from __future__ import annotations

import re
from typing import NamedTuple

from rlmap.corpus.extract.prose import vocabulary
from rlmap.types import BlockType

UNDERLINE = re.compile(r"([=\-`:.'\"~^_*+#<>])\1{2,}$|(--|==|~~)$")
DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|]+\|[ \t]+)?(?P<name>[\w:+.-]+?)[ \t]*::(?:[ \t]+(?P<argument>.*))?$")
FOOTNOTE = re.compile(r"\.\.[ \t]+\[[^\]]+\]")
BULLET = re.compile(r"(?:[-*+•‣]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4}|#)[.)])[ \t]+(?=\S)")
FIELD = re.compile(r":(?P<name>[A-Za-z][^:`\n]*):(?:[ \t]+|$)(?!`)")
EPYDOC = re.compile(r"@(?:param|return|returns|type|raise|raises|rtype)\b")
TABLE = re.compile(r"\+[-=+]{3,}\+?$|={2,}(?:[ \t]+={2,})+$|-{2,}(?:[ \t]+-{2,})+$")
GOOGLE = re.compile(r"(?P<name>[A-Z][A-Za-z]*(?: [A-Za-z]+){0,2}):$")
PLAIN_SECTIONS = frozenset(
    {"Overview", "Note", "Notes", "Description", "Summary", "Details", "Remark", "Remarks", "Motivation"}
)
HASHES = re.compile(r"(?P<level>#{1,6})[ \t]+(?P<title>\S.*)$")
LABEL = re.compile(r"(?:[-*+][ \t]+)?(?::[^:`]+:|@\w+[^:]*:|[*`\w., ]+(?:\([^)]*\)[`*]*)?\s*:(?!:))[ \t]*")
#: The name of a parameter is a heading below every other.
ENTRY_LEVEL = 99
DISPLAY_MATH = re.compile(r"\$\$|\\{1,2}\[\s*$|\\begin\{")

#: Directives whose body does not explain; the body of any other is read as text.
DIRECTIVE_TYPES: dict[str, BlockType] = {
    **dict.fromkeys(
        vocabulary(
            """
            code code-block sourcecode literalinclude parsed-literal testcode testsetup testoutput doctest ipython
            plot highlight prompt console jupyter-execute productionlist program-output
            """
        ),
        "code",
    ),
    **dict.fromkeys(vocabulary("math displaymath"), "math"),
    **dict.fromkeys(vocabulary("image figure video youtube graphviz mermaid plotly"), "caption"),
    **dict.fromkeys(vocabulary("table list-table csv-table tabularcolumns"), "table"),
    **dict.fromkeys(
        vocabulary(
            """
            toctree contents automodule autoclass autofunction automethod autosummary autodata autoattribute
            autoexception autoenum autopydantic_model currentmodule module raw include index meta only seealso
            sectionauthor codeauthor role default-role minigallery rubric button-link button-ref bibliography todo
            versionadded versionchanged deprecated rst-class
            """
        ),
        "navigation",
    ),
    **dict.fromkeys(
        vocabulary(
            """
            function method class attribute data exception py:function py:method py:class py:attribute
            """
        ),
        "signature",
    ),
}


class Line(NamedTuple):
    """A line of the text: its offsets, its indentation and what stands in it."""

    start: int
    end: int
    indent: int
    text: str


def plain_title(title: str) -> str:
    """Return a title without the markup of roles and literals."""
    return re.sub(r":[\w:+.-]+:(?=`)|[`*]|<[^<>]+>(?=`)|_$", "", title).strip()


def lines_of(text: str, start: int, end: int) -> list[Line]:
    """Return the lines of ``text[start:end]``; tabs count as up to eight columns."""
    found: list[Line] = []
    position = start
    for raw in re.split(r"(?<=\n)", text[start:end]):
        stripped = raw.strip()
        lead = len(raw) - len(raw.lstrip()) if stripped else 0
        found.append(Line(position, position + len(raw.rstrip()), lead, stripped))
        position += len(raw)
    return found
