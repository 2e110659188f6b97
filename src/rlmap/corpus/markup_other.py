"""Markup of LaTeX, captions and PDF text, as edits (see :mod:`rlmap.corpus.markup`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from rlmap.corpus.markup import Edit

_LATEX = re.compile(
    r"""
  (?P<comment>(?<!\\)%[^\n]*\n?)
| (?P<math2>\$\$(?P<math2_body>[^$]{1,4000})\$\$)
| (?P<math1>(?<!\\)\$(?P<math1_body>[^$]+?)(?<!\\)\$)
| (?P<mathp>\\\((?P<mathp_body>(?:(?!\\[()]).){1,4000}?)\\\))
| (?P<mathb>\\\[(?P<mathb_body>(?:(?!\\\[).){1,4000}?)\\\])
| (?P<drop>~?\\(?:cite[a-zA-Z]*|label|footnote|footnotemark|index|vspace|hspace|includegraphics|todo)\*?
    (?:\[[^\]]*\])*\{(?:[^{}]|\{[^{}]*\})*\}|\\(?:noindent|centering|smallskip|medskip|bigskip|newline|par|quad|qquad)\b)
| (?P<link>\\href\{[^{}]*\}\{(?P<link_body>[^{}]*)\})
| (?P<command>\\(?:emph|text[a-z]+|mbox|underline|ref|eqref|autoref|cref|Cref|url|enquote|operatorname)\*?
    \{(?P<command_body>(?:[^{}]|\{[^{}]*\})*)\})
| (?P<item>\\item(?:\[(?P<item_body>[^\]]*)\])?)
| (?P<escape>\\(?=[%&$\#_{}]))
| (?P<tie>~|\\[ ,;:!])
| (?P<environment>\\(?:begin|end)\{[^{}]*\}(?:\[[^\]]*\])?)
| (?P<switch>\\(?:em|it|bf|tt|sc|sl|rm|small|large|it|itshape|bfseries)\b\s?)
| (?P<open>``)|(?P<close>'')|(?P<dash>---?)|(?P<brace>[{}])
""",
    re.VERBOSE | re.DOTALL,
)
_FIXED = {
    "comment": "",
    "drop": "",
    "escape": "",
    "tie": " ",
    "environment": "",
    "switch": "",
    "open": "“",
    "close": "”",
    "brace": "",
}


def latex_edits(text: str) -> list[Edit]:
    """Return the edits that hide LaTeX commands outside mathematics."""
    return list(_latex_edits(text, 0, len(text)))


def _latex_edits(text: str, start: int, end: int) -> Iterator[Edit]:
    for match in _LATEX.finditer(text, start, end):
        kind = next(name for name in match.groupdict() if match[name] is not None)
        if kind in _FIXED:
            yield Edit(match.start(), match.end(), _FIXED[kind])
        elif kind == "dash":
            yield Edit(match.start(), match.end(), "–" if len(match.group()) == 2 else "—")
        elif kind.startswith("math"):
            yield Edit(match.start(), match.start(f"{kind}_body"), "$")
            yield Edit(match.end(f"{kind}_body"), match.end(), "$")
        elif kind == "item" and match["item_body"] is None:
            yield Edit(match.start(), match.end(), "\n• ")
        else:
            body_start, body_end = match.span(f"{kind}_body")
            yield Edit(match.start(), body_start, "\n• " if kind == "item" else "")
            yield from _latex_edits(text, body_start, body_end)
            yield Edit(body_end, match.end(), "")


_CUE = re.compile(
    r"(?m)^(?:(?:\S[^\n]*\n)?[ \t]*(?:\d+:)?\d\d:\d\d[.,]\d{3}[ \t]+-->[^\n]*\n?)"
    r"|<[^<>\n]*>"
    r"|&(?:amp|lt|gt|nbsp|lrm|rlm);"
)
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " "}


def caption_edits(text: str) -> list[Edit]:
    """Return the edits that hide cue numbers, times and voice tags of VTT and SRT."""
    return [Edit(m.start(), m.end(), _ENTITIES.get(m.group(), "")) for m in _CUE.finditer(text)]


_LIGATURE = re.compile("[\ufb00-\ufb06]")
_LINE_END_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad][ \t]*\n(?=[^\W\d_])")
_LEFT_HALF = re.compile(r"(?:[^\W\d_]+-)*[^\W\d_]+$")
_RIGHT_HALF = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_UNREADABLE = re.compile(r"[\u0000-\u0008\u000b\u000e-\u001f\u200b\u200c\u200d\ufeff]|\u00ad(?!\n)")


def pdf_edits(text: str, keeps_hyphen: Callable[[str, str], bool]) -> list[Edit]:
    """Return the edits that join the lines of PDF text.

    ``keeps_hyphen(left, right)`` decides whether the hyphen between two half words at a line
    end belongs to the word (``model-based``) or to the line (``environ-ment``).
    """
    edits = [Edit(m.start(), m.end(), unicodedata.normalize("NFKC", m.group())) for m in _LIGATURE.finditer(text)]
    edits.extend(Edit(m.start(), m.end(), "") for m in _UNREADABLE.finditer(text))
    for match in _LINE_END_HYPHEN.finditer(text):
        left = _LEFT_HALF.search(text[max(0, match.start() - 40) : match.start()])
        right = _RIGHT_HALF.match(text[match.end() : match.end() + 40])
        kept = left is not None and right is not None and keeps_hyphen(left.group(), right.group())
        edits.append(Edit(match.start() + kept, match.end(), ""))
    return edits
