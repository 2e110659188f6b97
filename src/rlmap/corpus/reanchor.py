"""Quotes of an older extraction, found again in a newer one.

``reanchor(old: Extraction, new: Extraction, locator: Locator) -> Locator | None``
    Where the quote stands in the text of a newer engine, ``None`` if it is orphaned.

A quote is kept only if the words around it are found again with it, under the strict key, at
exactly one place. A lookalike elsewhere, or two places that fit, leave it orphaned: a quote that
moved in silence is worse than one that is gone.
"""

from __future__ import annotations

from rlmap.corpus.strict_key import find_reading
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
    places = find_reading(new.text, old.text[start:end], before, after)
    if len(places) != 1:
        return None
    return Locator(new.document_id, *places[0])
