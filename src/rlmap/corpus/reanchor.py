"""Quotes of an older extraction, found again in a newer one.

``reanchor(old: Extraction, new: Extraction, locator: Locator) -> Locator | None``
    Where the quote stands in the text of a newer engine, ``None`` if it is orphaned.
``only_place(extraction: Extraction, words: str, before: str, after: str) -> Locator | None``
    The same where only the words of the quote and those around it were kept.

A quote is kept only if the words around it are found again with it, under the strict key, at
exactly one place. A lookalike elsewhere, or two places that fit, leave it orphaned: a quote that
moved in silence is worse than one that is gone.
"""

from __future__ import annotations

from rlmap.corpus.finding import find_quote
from rlmap.types import Extraction, Locator

#: Characters of context on each side that must be found again.
CONTEXT = 64


def reanchor(old: Extraction, new: Extraction, locator: Locator) -> Locator | None:
    """Return the place of an old quote in a new extraction of the same document.

    Parameters
    ----------
    old : Extraction
        What ``locator`` points into.
    new : Extraction
        What a newer engine read from the same file.
    locator : Locator
        The quote.

    Returns
    -------
    Locator or None
        ``None`` if the quote with its context is not found, or is found more than once.
    """
    if old.text_sha256 == new.text_sha256:
        return locator
    start, end = locator.start, locator.end
    before = old.text[max(0, start - CONTEXT) : start]
    after = old.text[end : end + CONTEXT]
    return only_place(new, old.text[start:end], before, after)


def only_place(extraction: Extraction, words: str, before: str, after: str) -> Locator | None:
    """Return where ``words`` stand between ``before`` and ``after``, if that is at exactly one place."""
    places = find_quote(extraction, words, before, after)
    return Locator(extraction.document_id, *places[0]) if len(places) == 1 else None
