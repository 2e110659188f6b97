"""Stems in lines: one text, looked through for names without cutting it into words.

Every stem stands between two spaces and every line ends with a line feed, so that a name is found in
its lines, and nothing else is, by looking for its stems between spaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rlmap.search.tokens import stems


def as_lines(texts: Iterable[str]) -> str:
    """Return the stems of some texts, a line for each."""
    return "".join(f" {' '.join(stems(text))} \n" for text in texts)


def holding(lines: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield the number of each line that holds a name, and how many words stand before its first mention."""
    name = f" {name} "
    number = before = 0
    place = lines.find(name)
    while place >= 0:
        number += lines.count("\n", before, place)
        yield number, lines.count(" ", lines.rfind("\n", 0, place) + 1, place)
        before = lines.find("\n", place)
        place = lines.find(name, before)


def without(lines: str, names: Iterable[str]) -> str:
    """Return the lines with one word, which is no stem, in place of each name; the first names first."""
    for name in names:
        lines = lines.replace(f" {name} ", " * ")
    return lines
