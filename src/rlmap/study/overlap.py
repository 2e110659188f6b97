"""Places in one text that overlap: which of them cover the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rlmap.types import Reading

_QUOTED = re.compile(r"'[^']*'")
_LABEL = r"(?:\d+(?:\.\d+)*|[A-Z]\b)"
_PARTS = re.compile(rf"\b(?:[Ss]ections?|[Aa]ppendi(?:x|ces))\s+({_LABEL}(?:(?:\s*(?:,|\band\b|\bto\b))+\s*{_LABEL})*)")
_RANGE = re.compile(r"(\d+)\s*to\s*(\d+)")


def without_overlap(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the places in one text that a reader of all of it needs, each part once, in the text's order.

    Different concepts point to the same sections of a paper. The longest readings are kept first,
    and others where they name a section that none of those names. A reading whose place names no
    numbered section is always kept.

    Parameters
    ----------
    readings : iterable of Reading
        All of the same source.
    """
    kept: list[tuple[tuple[str, ...], Reading]] = []
    covered: set[str] = set()
    for reading in sorted(readings, key=lambda reading: -reading.minutes):
        parts = sections(reading.where)
        if not parts or any(not _within(part, covered) for part in parts):
            kept.append((parts, reading))
            covered.update(parts)
    return tuple(reading for _, reading in sorted(kept, key=lambda item: [_rank(part) for part in item[0]]))


def sections(where: str) -> tuple[str, ...]:
    """Return the numbers of the sections and the letters of the appendices that the words of a place name."""
    found: list[str] = []
    for named in _PARTS.findall(_QUOTED.sub("", where)):
        spread = _RANGE.sub(lambda ends: ", ".join(map(str, range(int(ends[1]), int(ends[2]) + 1))), named)
        found += re.findall(_LABEL, spread)
    return tuple(sorted(dict.fromkeys(found), key=_rank))


def _within(part: str, covered: Iterable[str]) -> bool:
    return any(part == whole or part.startswith(f"{whole}.") for whole in covered)


def _rank(part: str) -> tuple[bool, tuple[int, ...], str]:
    """Return what sorts sections by number, and appendices after them."""
    is_letter = part.isalpha()
    return is_letter, () if is_letter else tuple(int(number) for number in part.split(".")), part
