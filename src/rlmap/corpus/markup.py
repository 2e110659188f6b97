"""Inline markup of the text formats, as edits that turn a canonical slice into readable words.

An edit hides or replaces a range of the slice; what it does not touch is shown as it stands.
Mathematics is never edited inside, only its delimiters become ``$``. Nothing is added but
white space, bullets and ``$``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Edit(NamedTuple):
    """``text[start:end]`` is shown as ``replacement``."""

    start: int
    end: int
    replacement: str


_MATH = r"""
  (?P<math2>\$\$(?P<math2_body>(?:(?!\n\s*\n)[^$])+?)\$\$)
| (?P<math1>(?<![\\$\w])\$(?P<math1_body>[^\s$](?:(?:\\.|(?!\n\s*\n)[^$\\])*?[^\s$\\])?)\$(?![\d$]))
| (?P<mathp>\\{1,2}\((?P<mathp_body>(?:(?!\\{1,2}[()]|\n\s*\n).){1,2000}?)\\{1,2}\))
| (?P<mathb>\\{1,2}\[(?P<mathb_body>(?:(?!\\{1,2}\[|\\{1,2}\]|\n\s*\n).){1,2000}?)\\{1,2}\])
| (?P<mathenv>\\begin\{(?P<env>[a-zA-Z]+\*?)\}.{0,4000}?\\end\{(?P=env)\})
"""
_TEX = r"""
| (?P<tex>\\(?:index|label|footnote|vspace|hspace|pagebreak|newpage|noindent|chapter|section|subsection|ref|eqref)\b\*?
    (?:\{(?:[^{}]|\{[^{}]*\})*\})?|\\(?:begin|end)\{[a-z]+\}(?:\[[^\]]*\])?)
| (?P<texgroup>\{\\(?:em|it|bf)\s(?P<texgroup_body>[^{}]*)\})
| (?P<texcommand>\\(?:emph|text(?:bf|it|tt|sc|rm)?)\{(?P<texcommand_body>[^{}]*)\})
"""
_CODE = r"""
| (?P<code>(?<!`)(?P<ticks>`++)(?P<code_body>.{1,2000}?)(?<!`)(?P=ticks)(?!`))
"""
_HTML = r"""
| (?P<hide><!--.{0,4000}?-->|\{%[^%]{0,400}%\}|\{\{[^{}]{0,400}\}\}
    |!\[[^\]]{0,500}\](?:\((?:[^()]|\([^()]{0,200}\)){0,500}\)|\[[^\]]{0,200}\])(?:\{[^{}\n]*\})?)
| (?P<break><br\s*/?>)
| (?P<autolink><(?P<address>(?:https?://|mailto:)[^\s<>]+)>)
| (?P<tag></?[A-Za-z][\w.:-]*(?:\s[^<>]*)?/?>)
| (?P<entity>&(?:[A-Za-z]\w*|\#\d+|\#x[0-9A-Fa-f]+);)
"""
_MARKDOWN = r"""
| (?P<cite>\s?\[\^[^\]\s]{1,100}\](?!:)|\s?\[-?@[^\]]{1,400}\]
    |\s?:(?:cite|citet|citep):`[^`]*`|:(?:label|width):`[^`]*`)
| (?P<attribute>\{[\#.:][^{}\n]*\})
| (?P<link>\[(?=(?P<link_body>(?:[^\[\]]|\[[^\[\]]*\])*)
    (?P<link_close>\]\((?:[^()\s]|\((?:[^()])*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)|\]\s?\[[^\[\]]*\])))
| (?P<wiki>\[\[(?P<wiki_body>[^\[\]|]+)\]\])
"""
_ROLE = r"""
| (?P<rolemath>:math:`(?P<rolemath_body>[^`]+)`)
| (?P<rolecite>\s?:(?:cite[a-z:]*|footcite[a-z:]*|footnote|index|width|label):`[^`]*`)
| (?P<role>:[A-Za-z][\w:+.-]*:`(?P<role_body>[^`]+)`)
"""
_RST = r"""
| (?P<literal>``(?P<literal_body>.{1,1000}?)``)
| (?P<target>`(?P<target_body>[^`<>]+?)(?P<target_address>\s*<[^<>`]+>)?`(?:__?(?!\w))?)
| (?P<footnote>\s?\[(?:\d+|\#[\w-]*|\*)\]_(?!\w))
| (?P<citation>(?<=\])_(?!\w))
| (?P<space>\\[ \n])
"""
_ESCAPE = r"""
| (?P<escape>\\(?=[\\`*_{}\[\]()\#+\-.!|<>~$"'&]))
"""
_EMPHASIS = r"""
| (?P<emphasis>\*{1,3}|(?<![A-Za-z0-9_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![A-Za-z0-9_])|~~)
"""
_STARS = r"""
| (?P<emphasis>\*{1,2})
"""


def _inline(*parts: str) -> re.Pattern[str]:
    """Join alternatives; the look-ahead spares trying them at every letter."""
    body = "".join(parts).strip().lstrip("|")
    return re.compile(rf"(?=[$\\\\`<&\[{{*_:~!\s])(?:{body})", re.VERBOSE | re.DOTALL)


_MARKDOWN_INLINE = _inline(_MATH, _TEX, _ROLE, _CODE, _HTML, _MARKDOWN, _ESCAPE, _EMPHASIS)
_RST_INLINE = _inline(_ROLE, _RST, "|", _MATH, _ESCAPE, _STARS)
_DOCSTRING_INLINE = _inline(_MATH, _ROLE, _RST, _CODE, _HTML, _MARKDOWN, _STARS)

_LINE_MARKER = re.compile(
    r"(?m)^(?P<quote>[ \t]*(?:>[ \t]?)+)?[ \t]*(?:(?P<bullet>[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?)|"
    r"(?P<heading>\#{1,6}[ \t]+)|(?P<bar>\|[ \t]+))?"
)
_DELIMITED = ("math2", "math1", "mathp", "mathb", "rolemath")


def _line_edits(text: str, bars: bool) -> Iterator[Edit]:
    for match in _LINE_MARKER.finditer(text):
        if match["quote"]:
            yield Edit(match.start("quote"), match.end("quote"), "")
        if match["bullet"]:
            yield Edit(match.start("bullet"), match.end("bullet"), "\n• ")
        elif match["heading"]:
            yield Edit(match.start("heading"), match.end("heading"), "")
        elif match["bar"] and bars:
            yield Edit(match.start("bar"), match.end("bar"), "")


def _around(match: re.Match[str], body: str, mark: str = "") -> list[Edit]:
    """Replace what stands before and after the group ``body`` by ``mark``."""
    return [
        Edit(match.start(), match.start(body), mark),
        Edit(match.end(body), match.end(), mark),
    ]


def _role(match: re.Match[str]) -> list[Edit]:
    start, end = match.span("role_body")
    body = match["role_body"]
    if explicit := re.search(r"\s*<[^<>]+>$", body):
        end = start + explicit.start()
    elif body.startswith("~"):
        start += max(body.rfind("."), 0) + 1
    elif body[0] in "!.":
        start += 1
    return [Edit(match.start(), start, ""), Edit(end, match.end(), "")]


def _inline_edits(text: str, pattern: re.Pattern[str]) -> Iterator[Edit]:
    position = 0
    emphasis: list[tuple[int, str]] = []
    while match := pattern.search(text, position):
        kind = match.lastgroup if match.lastgroup in _HANDLERS else _kind(match)
        if kind == "link":
            yield Edit(match.start(), match.start() + 1, "")
            yield Edit(match.start("link_close"), match.end("link_close"), "")
            position = match.start() + 1
            continue
        if kind == "emphasis":
            yield from _pair(text, match, emphasis)
        else:
            yield from _HANDLERS[kind](match)
        position = match.end()


def _kind(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return next(name for name in _HANDLERS if groups.get(name) is not None)


def _pair(text: str, match: re.Match[str], waiting: list[tuple[int, str]]) -> Iterator[Edit]:
    """Yield both edits when ``match`` closes an emphasis that is open; else let it wait."""
    start, end = match.span()
    closes = start > 0 and not text[start - 1].isspace()
    opens = end < len(text) and not text[end].isspace()
    while closes and waiting and start < end and waiting[-1][1][0] == match.group()[0]:
        opened, marks = waiting.pop()
        if re.search(r"\n\s*\n", text[opened:start]):
            break
        length = min(len(marks), end - start)
        yield Edit(opened + len(marks) - length, opened + len(marks), "")
        yield Edit(start, start + length, "")
        start += length
        if length < len(marks):
            waiting.append((opened, marks[length:]))
    if opens and start < end:
        waiting.append((start, text[start:end]))


def _hidden(match: re.Match[str]) -> list[Edit]:
    return [Edit(match.start(), match.end(), "")]


def _formula(match: re.Match[str]) -> list[Edit]:
    kind = next(name for name in _DELIMITED if match.groupdict().get(name) is not None)
    body = match[f"{kind}_body"]
    if kind in ("mathp", "mathb") and not re.search(r"[\\=^_<>]", body) and len(body.strip()) > 1:
        # Brackets that are escaped, not a formula.
        start, end = match.span(f"{kind}_body")
        return [Edit(match.start(), start - 1, ""), Edit(end, match.end() - 1, "")]
    start = match.end(f"{kind}_body") - len(body.lstrip())
    return [Edit(match.start(), start, "$"), Edit(start + len(body.strip()), match.end(), "$")]


_HANDLERS: dict[str, Callable[[re.Match[str]], list[Edit]]] = {
    **dict.fromkeys(_DELIMITED, _formula),
    "mathenv": lambda _: [],
    "code": lambda match: _around(match, "code_body"),
    "literal": lambda match: _around(match, "literal_body"),
    "target": lambda match: _around(match, "target_body"),
    "texgroup": lambda match: _around(match, "texgroup_body"),
    "texcommand": lambda match: _around(match, "texcommand_body"),
    "wiki": lambda match: _around(match, "wiki_body"),
    "autolink": lambda match: _around(match, "address"),
    "role": _role,
    "break": lambda match: [Edit(match.start(), match.end(), " ")],
    "entity": lambda match: [Edit(match.start(), match.end(), html.unescape(match.group()))],
    "space": lambda match: [Edit(match.start(), match.end(), "" if match.group() == "\\ " else " ")],
    **dict.fromkeys(("hide", "tex", "tag", "cite", "attribute", "rolecite", "footnote", "citation", "escape"), _hidden),
    "link": _hidden,
    "emphasis": _hidden,
}


def _numbered_items(text: str) -> Iterator[Edit]:
    for match in re.finditer(r"\n[ \t]*(?=\(?\d{1,2}[.)][ \t]+\S)", text):
        yield Edit(match.start(), match.end(), "\n")


def markdown_edits(text: str) -> list[Edit]:
    """Return the edits that hide Markdown (also MDX, Pandoc and d2l) markup in ``text``."""
    return [*_line_edits(text, bars=False), *_numbered_items(text), *_inline_edits(text, _MARKDOWN_INLINE)]


def rst_edits(text: str) -> list[Edit]:
    """Return the edits that hide reStructuredText markup; ``:math:`x``` becomes ``$x$``."""
    return [
        *_directives(text),
        *_line_edits(text, bars=True),
        *_numbered_items(text),
        *_inline_edits(text, _RST_INLINE),
        *_double_colons(text),
    ]


def docstring_edits(text: str) -> list[Edit]:
    """Return the edits for docstrings, which mix both markups and escape the backslash."""
    backslashes = [Edit(m.start(), m.start() + 1, "") for m in re.finditer(r"\\\\(?=[A-Za-z])", text)]
    return [
        *_directives(text),
        *_line_edits(text, bars=False),
        *_numbered_items(text),
        *_inline_edits(text, _DOCSTRING_INLINE),
        *_double_colons(text),
        *backslashes,
    ]


_DIRECTIVE = re.compile(r"(?m)^(?P<indent>[ \t]*)\.\.[ \t]+(?P<name>[\w:-]+?)::?(?:[ \t]+|$)(?:\n[ \t]+:\w[^\n]*)*")


def _directives(text: str) -> Iterator[Edit]:
    """Hide ``.. note::`` and the like; a ``math`` directive becomes ``$...$``."""
    for match in _DIRECTIVE.finditer(text):
        end = _body_end(text, match) if match["name"] == "math" else match.end()
        if end > match.end():
            body = re.compile(r"\s*").match(text, match.end())
            yield Edit(match.start(), body.end() if body else match.end(), "$")
            yield Edit(end - 1, end, text[end - 1] + "$")
        else:
            yield Edit(match.start(), match.end(), "")


def _body_end(text: str, directive: re.Match[str]) -> int:
    """Return where the body of ``directive`` ends: before the first line not indented deeper."""
    body = re.compile(rf"[^\n]*\n?(?:(?:[ \t]*\n|{directive['indent']}[ \t]+\S[^\n]*\n?))*").match(
        text, directive.end()
    )
    return directive.end() + len(body.group().rstrip()) if body else directive.end()


def _double_colons(text: str) -> Iterator[Edit]:
    for match in re.finditer(r"(?<=\S)::(?=\s*(?:\n|$))", text):
        yield Edit(match.start(), match.start() + 1, "")
