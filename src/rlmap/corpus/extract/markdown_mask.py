"""Covers what a CommonMark parser would misread, keeping every line where it is.

Mathematics, front matter, comments, templating and the tags of MDX are blanked out (each
character becomes a space), so that line numbers of the parsed text are those of the file. What
is covered and is more than markup is returned as a typed range.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rlmap.types import BlockType


class Covered(NamedTuple):
    """A range that was blanked, and what it is; ``None`` for mere markup."""

    start: int
    end: int
    block_type: BlockType | None


_FENCE = re.compile(r"(?m)^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?\n)??[ \t]*(?P=fence)[`~]*[ \t]*$", re.DOTALL)
_FRONT_MATTER = re.compile(
    r"\A(?:\s*<!--.*?-->)*\s*(?P<mark>---|\+\+\+)[ \t]*\r?\n.*?\n(?P=mark)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_RULES: tuple[tuple[str, BlockType | None], ...] = (
    (r"<!--.*?-->", None),
    (r"(?<![^\n])[ \t]*\$\$(?:(?!\n[ \t]*\n).)+?\$\$[ \t]*(?:\{[^}\n]*\}|\([^)\n]*\))?[ \t]*(?=\r?\n|\Z)", "math"),
    (r"(?<![^\n])[ \t]*\\{1,2}\[[ \t]*(?:\r?\n)(?:(?!\n[ \t]*\n).)+?\\{1,2}\][ \t]*(?=\r?\n|\Z)", "math"),
    (
        r"(?<![^\n])[ \t]*"
        r"\\begin\{(?P<env>equation|align|gather|multline|eqnarray|aligned|array|"
        r"split)(?P<star>\*?)\}.*?\\end\{(?P=env)\*?\}",
        "math",
    ),
    (r"\{%-?\s*highlight\b.*?endhighlight\s*-?%\}", "code"),
    (r"<(?P<code>pre|script|style)\b[^>]*>.*?</(?P=code)\s*>", "code"),
    (r"<(?P<table>table)\b[^>]*>.*?</(?P=table)\s*>", "table"),
    (r"<(?P<figure>figure|figcaption)\b[^>]*>.*?</(?P=figure)\s*>", "caption"),
    (r"<(?P<embed>iframe|video|svg|form|nav|audio|object|footer|button)\b[^>]*>.*?</(?P=embed)\s*>", "navigation"),
    (r"<Question\b.*?/>", "quiz"),
    (r"(?<![^\n])(?:import|export)\s[^\n]*(?:from\s+['\"]|=)[^\n]*", None),
    (r"(?<![^\n])[ \t]*:{3,}[^\n]*", None),
    (r"(?<![^\n])[ \t]*:(?:label|width|height|begin_tab|end_tab):[^\n]*", None),
    (r"(?<![^\n])[ \t]*\{(?:%.*?%|\{.*?\})\}[ \t]*(?=\r?\n|\Z)", None),
    (r"(?<![^\n])[ \t]*(?:</?[A-Za-z][\w.-]*(?:\s[^<>]*)?/?>[ \t]*)+", None),
    (r"(?<![^\n])\{:[^}\n]*\}[ \t]*(?=\r?\n|\Z)", None),
    (r"(?<![^\n])[ \t]*!!!?\s+\w+[^\n]*", None),
)
_COMPILED = tuple((re.compile(pattern, re.DOTALL | re.IGNORECASE), block_type) for pattern, block_type in _RULES)


def cover(text: str) -> tuple[str, list[Covered]]:
    """Return ``text`` with the covered ranges blanked, and those ranges in order."""
    front = _FRONT_MATTER.match(text)
    covered = [Covered(0, front.end(), None)] if front else []
    masked = _blank(text, covered)
    fences = [match.span() for match in _FENCE.finditer(masked)]
    for pattern, block_type in _COMPILED:
        found = [
            Covered(match.start(), match.end(), block_type)
            for match in pattern.finditer(masked)
            if not any(low <= match.start() < high for low, high in fences)
        ]
        masked = _blank(masked, found)
        covered.extend(found)
    return masked, sorted(covered)


def _blank(text: str, ranges: list[Covered]) -> str:
    parts: list[str] = []
    position = 0
    for covered in ranges:
        parts.append(text[position : covered.start])
        parts.append(re.sub(r"[^\r\n]", " ", text[covered.start : covered.end]))
        position = covered.end
    parts.append(text[position:])
    return "".join(parts)
