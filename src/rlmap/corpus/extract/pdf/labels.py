"""Printed page numbers and running heads: what repeats at the edges of the pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rlmap.corpus.extract.pdf.paragraphs import PageText

_NUMBER = re.compile(
    r"^\W*(?:page\s+)?(\d{1,4})(?:\s*(?:of|/)\s*\d+)?\W*$|^(\d{1,4})\s+\S|\S\s+(\d{1,4})$", re.IGNORECASE
)
_MERE_NUMBER = re.compile(r"\W*(?:page)?#\W*(?:of|/)?\W*#?\W*|[ivxlc]{1,6}")
_DIGITS = re.compile(r"\d+")
_SPACED = re.compile(r"\s+")


def running_heads(pages: Sequence[PageText]) -> set[tuple[int, int]]:
    """Return the (page, paragraph) indices of running heads, feet and page numbers.

    A paragraph at the edge of a page is one if it is a mere number, if the same text, numbers
    aside, stands at an edge of at least three pages, or if a single line stands apart from the
    text at the same height of many pages.
    """
    edges = [edge for page, text in enumerate(pages) for edge in _edges(page, text)]
    texts = Counter(key for _, key in {(edge.page, edge.key) for edge in edges})
    places = Counter(place for _, place in {(edge.page, edge.place) for edge in edges if edge.place is not None})
    least = 3 if len(pages) > 4 else 2
    return {
        (edge.page, edge.paragraph)
        for edge in edges
        if (texts[edge.key] >= least and len(edge.key) < 160)
        or _MERE_NUMBER.fullmatch(edge.key)
        or (edge.place is not None and places[edge.place] >= max(least, 0.3 * len(pages)))
    }


class _Edge(NamedTuple):
    """A paragraph at the top or bottom of a page.

    ``key`` is its text with every number as ``#``; ``place`` its height on the page, ``None`` if
    it is more than a line or stands as close to the text as lines of the text do.
    """

    page: int
    paragraph: int
    key: str
    place: tuple[bool, int] | None


def _edges(page: int, text: PageText) -> list[_Edge]:
    height = text.turn.shown_size[1]
    upright = [(i, p) for i, p in enumerate(text.paragraphs) if p.rows[0].upright]
    boxes = {i: (min(r.y0 for r in p.rows), max(r.y1 for r in p.rows)) for i, p in upright}
    found = []
    for index, paragraph in upright:
        top, bottom = boxes[index]
        at_top, at_bottom = bottom < 0.115 * height, top > 0.88 * height
        is_first = all(other[0] >= top - 2 for other in boxes.values())
        is_last = all(other[1] <= bottom + 2 for other in boxes.values())
        lone = len(paragraph.rows) == 1 and ((at_top and is_first) or (not at_top and is_last))
        if not (at_top or at_bottom or (lone and top > 0.8 * height)):
            continue
        key = _SPACED.sub("", _DIGITS.sub("#", paragraph.text)).lower()
        neighbour = [o[0] - bottom if at_top else top - o[1] for i, o in boxes.items() if i != index]
        gap = min((g for g in neighbour if g > -2), default=height)
        apart = lone and len(key) < 90 and gap > 1.1 * (bottom - top)
        found.append(_Edge(page, index, key, (at_top, round(top / 2)) if apart else None))
    return found


def page_labels(pages: Sequence[PageText], heads: set[tuple[int, int]], declared: Sequence[str]) -> list[str]:
    """Return the label of each page as it is printed.

    Numbers printed at the edges are believed where most pages agree on their distance from
    the page's place in the file; else the labels that the file declares; else that place.
    """
    votes: Counter[int] = Counter()
    for page, text in enumerate(pages):
        numbers = {
            int(next(group for group in match.groups() if group))
            for index, paragraph in enumerate(text.paragraphs)
            if (page, index) in heads
            for line in paragraph.text.split("\n")
            if (match := _NUMBER.search(line.strip()))
        }
        votes.update(number - page for number in numbers)
    if votes:
        offset, count = min(votes.items(), key=lambda item: (-item[1], abs(item[0] - 1)))
        if count >= max(2, 0.5 * len(pages)) and offset > -len(pages):
            return [
                str(page + offset) if page + offset > 0 else declared[page] or str(page + 1)
                for page in range(len(pages))
            ]
    return [label or str(page + 1) for page, label in enumerate(declared)]
