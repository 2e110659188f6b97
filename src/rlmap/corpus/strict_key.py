"""The strict key: what must be the same in two readings of one text.

``strict_key(text: str) -> str``
    The text in compatibility form (NFKC), with quotation marks and dashes of one form each and
    without white space.
``same_reading(source: str, other: str) -> bool``
    Whether ``other`` reads as ``source`` does. A hyphen is optional only where the source has
    letter, hyphen, line break, letter.
``find_reading(source: str, quote: str, before="", after="") -> list[tuple[int, int]]``
    Every place of ``source`` that reads as ``quote`` does, as character offsets; with a context,
    only places that stand between ``before`` and ``after``.

Digits, signs, letters, punctuation: everything else counts. A changed digit, a lost minus or a
"not" put in makes another key.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʹʼ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    }
)
_INVISIBLE = re.compile("[\u0000-\u001f\u007f\u200b-\u200f\u2028-\u202f\u2060\ufeff\\s]+")
_LINE_END_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad\u2011][ \t]*[\r\n\f]\s*(?=[^\W\d_])")
_CLUSTER = re.compile("\\S[\u0300-\u036f\u20d0-\u20ff]*")
_SOFT_HYPHEN = "\u00ad"
#: Stands for a hyphen that may be missing in the other reading (a private character).
_OPTIONAL = "\ue5f0"


def strict_key(text: str) -> str:
    """Return the strict key of ``text``; a hyphen before a line break is kept."""
    return _key(text.replace(_SOFT_HYPHEN, ""))


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_FOLDED)).translate(_FOLDED)
    return _INVISIBLE.sub("", folded)


def _marked(text: str) -> str:
    return _LINE_END_HYPHEN.sub(_OPTIONAL, text.replace(_OPTIONAL, "")).replace(_SOFT_HYPHEN, _OPTIONAL)


def same_reading(source: str, other: str) -> bool:
    """Whether ``other`` reads exactly as ``source`` does under the strict key.

    Both may break lines: a hyphen at a line end of either text may be missing in the other.
    """
    if "".join(source.split()) == "".join(other.split()):  # as a rule, and then there is nothing to fold
        return True
    left, right = _key(_marked(source)), _key(_marked(other))
    if _OPTIONAL not in left and _OPTIONAL not in right:
        return left == right
    return _match(left, right, 0) == len(right)


def _match(left: str, right: str, at: int) -> int | None:
    """Return where in ``right`` the whole of ``left`` ends when read from ``at``."""
    position = at
    for character in left:
        here = right[position] if position < len(right) else ""
        if character == _OPTIONAL:
            position += here in ("-", _OPTIONAL)
            continue
        if here == _OPTIONAL:
            if character == "-":
                position += 1
                continue
            position += 1
            here = right[position] if position < len(right) else ""
        if here != character:
            return None
        position += 1
    while position < len(right) and right[position] == _OPTIONAL:
        position += 1
    return position


def find_reading(source: str, quote: str, before: str = "", after: str = "") -> list[tuple[int, int]]:
    """Return every place of ``source`` that reads as ``quote``, as half-open offsets, in order.

    Places may overlap. If ``before`` and ``after`` are given, only places between these count.
    """
    needle = _key(_marked(quote)).strip(_OPTIONAL)
    if not needle:
        return []
    key, owners = _key_and_owners(source)
    left, right = (_pattern(_key(_marked(text))) for text in (before, after))
    # A look-ahead finds places that overlap, too.
    pattern = re.compile(f"(?={left}{_OPTIONAL}?({_pattern(needle)}){_OPTIONAL}?{right})")
    return [(owners[match.start(1)][0], owners[match.end(1) - 1][1]) for match in pattern.finditer(key)]


def _pattern(needle: str) -> str:
    parts = []
    for character in needle:
        if character == _OPTIONAL:
            parts.append(f"[-{_OPTIONAL}]?")
        elif character == "-":
            parts.append(f"[-{_OPTIONAL}]")
        else:
            parts.append(f"{_OPTIONAL}?{re.escape(character)}" if parts else re.escape(character))
    return "".join(parts)


@lru_cache(maxsize=8)
def _key_and_owners(source: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the marked key of ``source`` and, for each character of it, its range in ``source``."""
    hyphens = {match.start(): match.end() for match in _LINE_END_HYPHEN.finditer(source)}
    key: list[str] = []
    owners: list[tuple[int, int]] = []
    position = 0
    for match in _CLUSTER.finditer(source):
        start, end = match.span()
        if start < position:
            continue
        position = hyphens.get(start, end)
        keyed = _OPTIONAL if start in hyphens or match.group() == _SOFT_HYPHEN else _key(match.group())
        key.extend(keyed)
        owners.extend([(start, position)] * len(keyed))
    return "".join(key), owners
