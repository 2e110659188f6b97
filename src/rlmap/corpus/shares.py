"""Several sources in one file: which passage belongs to which."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from rlmap.types import Document, PartOf, Passage, Source


class Shares:
    """Who has which part of a file that holds several texts, such as a blog on one page.

    A source that is a part has what stands below its heading; the source that the file belongs
    to has the rest.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._heading: dict[str, str] = {}
        self._given_away: dict[str, set[str]] = {}
        for source in sources:
            if isinstance(source.location, PartOf):
                self._heading[source.id] = source.location.heading
                self._given_away.setdefault(source.location.source_id, set()).add(source.location.heading)

    def heading(self, document: Document) -> str:
        """Return the heading that the source of ``document`` stands below, empty for a whole file."""
        return self._heading.get(document.source_id, "")

    def key(self, document: Document) -> str:
        """Return what, besides its bytes, decides which passages a document has; mostly empty."""
        parts = (self.heading(document), *sorted(self._given_away.get(document.source_id, ())))
        return " " + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12] if any(parts) else ""

    def kept(self, document: Document, passages: Iterable[Passage]) -> Iterator[Passage]:
        """Yield the passages that belong to the source of ``document``."""
        heading = self.heading(document)
        given_away = self._given_away.get(document.source_id, set())
        for passage in passages:
            top = passage.section_path[0] if passage.section_path else ""
            if (top == heading) if heading else (top not in given_away):
                yield passage
