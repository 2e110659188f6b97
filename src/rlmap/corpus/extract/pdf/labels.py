"""Printed page numbers and running heads: what repeats at the edges of the pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rlmap.corpus.extract.pdf.paragraphs import PageText

_NUMBER = re.compile(
    r"^\W*(?:page\s+)?(\d{1,4})(?:\s*(?:of|/)\s*\d+)?\W*$|^(\d{1,4})\s+\S|\S\s+(\d{1,4})$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_SPACED = re.compile(r"\s+")


def running_heads(pages: Sequence[PageText], heights: Sequence[float]) -> set[tuple[int, int]]:
    """Return the (page, paragraph) indices of running heads, feet and page numbers.

    A paragraph at the very top or bottom is one if the same text, numbers aside, stands at an
    edge of at least three pages, or if it is a mere number.
    """
    edges = [(page, index, key) for page, text in enumerate(pages) for index, key in _edge_texts(text, heights[page])]
    counts = Counter(key for _, _, key in {(page, "", key) for page, _, key in edges})
    least = 3 if len(pages) > 4 else 2
    return {
        (page, index)
        for page, index, key in edges
        if (counts[key] >= least and len(key) < 160)
        or re.fullmatch(r"\W*(?:page)?#?\W*(?:of)?\W*#\W*|[ivxlc]{1,6}", key)
    }


def _edge_texts(text: PageText, height: float) -> list[tuple[int, str]]:
    found = []
    for index, paragraph in enumerate(text.paragraphs):
        top, bottom = min(r.y0 for r in paragraph.rows), max(r.y1 for r in paragraph.rows)
        if bottom < 0.115 * height or top > 0.9 * height:
            found.append((index, _SPACED.sub("", _DIGITS.sub("#", paragraph.text)).lower()))
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
