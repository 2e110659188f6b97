"""What the title of a section says about the blocks below it, whatever the format."""

from __future__ import annotations

import re

from rlmap.types import BlockType

_TITLES: tuple[tuple[BlockType, str], ...] = (
    (
        "reference",
        r"(?:list of )?references?(?: and further reading)?|bibliography|works cited|citations?|"
        r"how to cite|citing.*|cite(?: this.*| us)?|literature|acknowledge?ments?|authors?|contributors?",
    ),
    (
        "navigation",
        r"(?:table of )?contents|see also|related (?:topics|posts|links|pages|methods|work pages)|"
        r"changelog|change log|release notes|what'?s new|"
        r"(?:ways to|how to) contribute.*|developer guide|suggesting .*|reporting .*|command[- ]line interface|"
        r"installation|install(?:ing)?(?: .*)?|licen[cs]e|contributing|getting help|support|community|"
        r"download|requirements|dependencies|"
        r"links|further reading|where to read (?:it|more)|additional readings?|resources|additional resources|"
        r"next steps|navigation|"
        r"getting started with .*|setup|prerequisites to install",
    ),
    ("quiz", r"quiz.*|.*\bquiz|exercises?|knowledge check|self[- ]test|q\d+:?.*|mid-?way quiz.*|challenge problems?"),
    (
        "parameters",
        r"(?:keyword )?arguments|(?:hyper-?)?parameter (?:list|reference)|command[- ]line options|api(?: reference)?",
    ),
)
#: In a docstring these are by custom the names of sections; elsewhere "Returns" may be a chapter.
_DOCSTRING_TITLES: tuple[tuple[BlockType, str], ...] = (
    (
        "parameters",
        r"(?:other )?param(?:eter)?s|arguments?|args|keyword args|kwargs|returns?|yields?|raises|receives|attributes|"
        r"fields|config(?:uration)? (?:options|parameters)|options|inputs?|outputs?|arguments:.*|interfaces?|"
        r"propert(?:y|ies)|methods|shapes?|test(?:s|ing)?",
    ),
    ("code", r"examples?|usage(?: examples?)?|example usage|code|sample code"),
)


def _compiled(titles: tuple[tuple[BlockType, str], ...]) -> tuple[tuple[BlockType, re.Pattern[str]], ...]:
    return tuple((block_type, re.compile(rf"(?:{pattern})\s*[:.]?", re.IGNORECASE)) for block_type, pattern in titles)


_ANYWHERE = _compiled(_TITLES)
_IN_DOCSTRINGS = _compiled(_TITLES + _DOCSTRING_TITLES)
_NUMBER = re.compile(r"^(?:(?:[A-Z]|\d+)(?:\.\d+)*\.?|[IVX]+\.)\s+")


def section_type(titles: tuple[str, ...], *, docstring: bool = False) -> BlockType | None:
    """Return the type that prose below these headings has instead of ``prose``, if any.

    The innermost heading that says something decides.
    """
    for title in reversed(titles):
        plain = _NUMBER.sub("", title.strip()).strip()
        for block_type, pattern in _IN_DOCSTRINGS if docstring else _ANYWHERE:
            if pattern.fullmatch(plain):
                return block_type
    return None
