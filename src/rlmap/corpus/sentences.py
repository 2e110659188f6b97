"""Sentence boundaries.

``sentences(display: Display) -> tuple[tuple[int, int], ...]``
    Canonical offsets of each sentence, in order.
``sentence_spans(text: str) -> list[tuple[int, int]]``
    The same within a plain text.

A sentence ends at ``.``, ``!`` or ``?`` before white space and something that can begin one;
never inside ``$...$``, after an abbreviation or after an initial. Paragraphs and list items end
sentences too. A cautious splitter joins rather than cuts: a quote of two sentences is still a
quote, half a sentence is not.
"""

from __future__ import annotations

import re

from rlmap.corpus.display import Display
from rlmap.corpus.extract.prose import vocabulary

_ABBREVIATIONS = vocabulary(
    """
    e.g i.e cf vs etc al fig figs eq eqs eqn eqns sec secs ch chap no nos vol pp p resp approx ref refs tab thm
    def prop cor lem alg algo dr mr mrs ms prof st jr sr inc ltd viz w.r.t wrt a.k.a aka i.i.d incl ca jan feb
    mar apr jun jul aug sep sept oct nov dec
    """
)
_END = re.compile(r"""[.!?]+["'”’)\]*]*(?=\s|$)|\n\s*\n|\n(?=•\s)""")
_MATH = re.compile(r"\$[^$]+\$")
_LAST_WORD = re.compile(r"""([^\s()\[\]"'“”‘’]+)$""")
_OPENING = re.compile(r"""\s+["'“‘(\[*_$]*([^\W_]|\\|\$|•|\[)""")

#: All that decides where sentences end, as one text: an index that was cut by other rules is built anew.
RULES = repr((sorted(_ABBREVIATIONS), *(rule.pattern for rule in (_END, _MATH, _LAST_WORD, _OPENING))))


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the half-open range of every sentence of ``text``, trimmed, in order."""
    maths = [match.span() for match in _MATH.finditer(text)]
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if any(low <= match.start() < high for low, high in maths) or not _ends(text, match):
            continue
        _append(text, start, match.end(), spans)
        start = match.end()
    _append(text, start, len(text), spans)
    return spans


def sentences(display: Display) -> tuple[tuple[int, int], ...]:
    """Return the canonical range of every sentence of ``display``, in order."""
    return tuple(display.canonical(start, end) for start, end in sentence_spans(display.text))


def _append(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        spans.append((start + left, start + right))


def _ends(text: str, match: re.Match[str]) -> bool:
    if match.group().startswith("\n"):
        return True
    following = _OPENING.match(text, match.end())
    if following is None:
        return not text[match.end() :].strip()
    begins = following.group(1)
    if begins.islower() or match.group().startswith(("!", "?")):
        return not begins.islower()
    before = _LAST_WORD.search(text, max(0, match.start() - 40), match.start())
    word = before.group(1).rstrip("*_").lower() if before else ""
    if word in _ABBREVIATIONS:
        return word == "etc" and begins.isupper()
    is_initial = len(word) == 1 and word.isalpha() and word not in {"i", "x", "y", "s", "t", "a"}
    return not is_initial
