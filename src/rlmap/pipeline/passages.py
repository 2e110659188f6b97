"""The sentences of a passage: the same cut when it is indexed and when it is quoted."""

from __future__ import annotations

from rlmap.corpus.display import Display, display_of
from rlmap.corpus.sentences import sentences
from rlmap.types import Document, Extraction, Locator, Passage


def sentence_displays(
    document: Document, extraction: Extraction, passage: Passage
) -> tuple[Display, list[tuple[Locator, Display]]]:
    """Return the readable passage, and each of its sentences with its place in the document."""
    whole = display_of(document, extraction, passage.locator)
    parts = []
    for start, end in sentences(whole):
        part = whole.between(start, end)
        if part.text:
            parts.append((Locator(document.id, start, end), part))
    return whole, parts
