"""Reading the corpus: records out of the database, ordered by id so that runs do not differ."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rlmap.corpus.rows import (
    document_from_row,
    extraction_from_row,
    passage_from_row,
    source_from_json,
    unpack_text,
)
from rlmap.corpus.store_readings import ReadingsReader
from rlmap.errors import UnknownNameError
from rlmap.types import Document, Extraction, Locator, Passage, Source

SourceState = Literal["waiting", "read", "failed", "missing"]
DocumentState = Literal["read", "failed", "duplicate"]
_TEXTS_IN_MEMORY = 64
#: Of documents that were opened; a document is opened anew when it was read again.
_CHARACTERS_IN_MEMORY = 4_000_000
_IDS_IN_QUERY = 500


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what is needed to index it: ``text`` is its canonical slice."""

    passage: Passage
    document: Document
    source: Source
    text: str


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What the store knows of a document: whether it must be read again depends on this.

    ``engine`` is the name and version of the reader that was used or has failed.
    """

    source_id: str
    sha256: str
    engine: str
    state: DocumentState
    reason: str


@dataclass(frozen=True, slots=True)
class Quotable:
    """A passage with its document, its source and what was read from the document."""

    passage: Passage
    document: Document
    source: Source
    extraction: Extraction


class CorpusReader(ReadingsReader):
    """What can be asked of a corpus. Every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._extractions: OrderedDict[tuple[str, ...], Extraction] = OrderedDict()
        self._texts_lock = threading.Lock()

    def sources(self) -> tuple[Source, ...]:
        """Return all sources in the order of the manifest."""
        rows = self._query("SELECT record FROM sources ORDER BY position, id")
        return tuple(source_from_json(row["record"]) for row in rows)

    def source(self, source_id: str) -> Source:
        """Return one source.

        Raises
        ------
        UnknownNameError
            If there is none of that id.
        """
        rows = self._query("SELECT record FROM sources WHERE id = ?", (source_id,))
        if not rows:
            raise UnknownNameError("source", source_id)
        return source_from_json(rows[0]["record"])

    def documents(self, source_id: str | None = None) -> tuple[Document, ...]:
        """Return the documents that were read, of one source or of all, ordered by id."""
        rows = self._query(
            "SELECT * FROM documents WHERE state = 'read' AND ?1 IN ('', source_id) ORDER BY id", (source_id or "",)
        )
        return tuple(document_from_row(row) for row in rows)

    def document(self, document_id: str) -> Document:
        """Return one document that was read.

        Raises
        ------
        UnknownNameError
            If there is none of that id.
        """
        rows = self._query("SELECT * FROM documents WHERE id = ? AND state = 'read'", (document_id,))
        if not rows:
            raise UnknownNameError("document", document_id)
        return document_from_row(rows[0])

    def extraction(self, document_id: str) -> Extraction:
        """Return what was read from a document.

        Raises
        ------
        UnknownNameError
            If the document is unknown or could not be read.
        """
        stamp = self._query("SELECT text_sha256, engine_version FROM extractions WHERE document_id = ?", (document_id,))
        if not stamp:
            raise UnknownNameError("document", document_id)
        return self._extraction((document_id, *map(str, stamp[0])))

    def _extraction(self, key: tuple[str, ...]) -> Extraction:
        with self._texts_lock:
            if key in self._extractions:
                self._extractions.move_to_end(key)
                return self._extractions[key]
        extraction = extraction_from_row(self._query("SELECT * FROM extractions WHERE document_id = ?", (key[0],))[0])
        with self._texts_lock:
            self._extractions[key] = extraction
            while sum(len(kept.text) for kept in self._extractions.values()) > _CHARACTERS_IN_MEMORY:
                self._extractions.popitem(last=False)
        return extraction

    def passage(self, passage_id: str) -> Passage:
        """Return one passage; raises :class:`~rlmap.errors.UnknownNameError` if there is none."""
        return self.passages([passage_id])[0]

    def quotable(self, passage_ids: Sequence[str]) -> dict[str, Quotable]:
        """Return all that quoting passages takes, by passage id, in one question to the database.

        Raises
        ------
        UnknownNameError
            If there is no such passage.
        """
        marks = ",".join("?" * len(passage_ids))
        rows = self._query(
            "SELECT p.*, d.source_id, d.path, d.member, d.media_type, d.sha256, d.title, s.record, "  # noqa: S608  (only marks)
            "e.text_sha256, e.engine_version FROM passages p JOIN documents d ON d.id = p.document_id "
            "JOIN sources s ON s.id = d.source_id JOIN extractions e ON e.document_id = p.document_id "
            f"WHERE p.id IN ({marks})",
            passage_ids,
        )
        found = {row["id"]: row for row in rows}
        for passage_id in passage_ids:
            if passage_id not in found:
                raise UnknownNameError("passage", passage_id)
        return {passage_id: self._opened(found[passage_id]) for passage_id in passage_ids}

    def _opened(self, row: sqlite3.Row) -> Quotable:
        document = document_from_row(row, id_column="document_id")
        extraction = self._extraction((document.id, row["text_sha256"], row["engine_version"]))
        return Quotable(passage_from_row(row), document, source_from_json(row["record"]), extraction)

    def passages(self, ids: Sequence[str] | None = None) -> tuple[Passage, ...]:
        """Return the passages of ``ids`` in that order, or all of them by document and place.

        Raises
        ------
        UnknownNameError
            If one of ``ids`` does not exist.
        """
        if ids is None:
            rows = self._query("SELECT * FROM passages ORDER BY document_id, start")
            return tuple(passage_from_row(row) for row in rows)
        found = self.find_passages(ids)
        for passage_id in ids:
            if passage_id not in found:
                raise UnknownNameError("passage", passage_id)
        return tuple(found[passage_id] for passage_id in ids)

    def find_passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Return those of ``ids`` that the corpus holds, in that order.

        An index may know more while it is built anew.
        """
        rows: dict[str, sqlite3.Row] = {}
        unique = list(dict.fromkeys(ids))
        for first in range(0, len(unique), _IDS_IN_QUERY):
            some = unique[first : first + _IDS_IN_QUERY]
            marks = ",".join("?" * len(some))
            found = self._query(f"SELECT * FROM passages WHERE id IN ({marks})", some)  # noqa: S608  (only marks)
            rows.update((row["id"], row) for row in found)
        return {passage_id: passage_from_row(rows[passage_id]) for passage_id in unique if passage_id in rows}

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        """Return the passages of one document by place; none for a document that is unknown."""
        rows = self._query("SELECT * FROM passages WHERE document_id = ? ORDER BY start", (document_id,))
        return tuple(passage_from_row(row) for row in rows)

    def iter_passages(self) -> Iterator[StoredPassage]:
        """Yield what is worth indexing, with document, source and text, by document and place.

        A passage whose words an earlier passage of the same work says already (white space and
        capitals aside) is left out: packages repeat the same lines in dozens of files.
        """
        said: set[tuple[str, str]] = set()
        sources = {source.id: source for source in self.sources()}
        for document in self.documents():
            passages = self.passages_of(document.id)
            if not passages:
                continue
            text = self._canonical(document.id)
            for passage in passages:
                exact = text[passage.locator.start : passage.locator.end]
                source = sources[document.source_id]
                words = (source.work_id, " ".join(exact.split()).casefold())
                if words not in said:
                    said.add(words)
                    yield StoredPassage(passage, document, source, exact)

    def text(self, locator: Locator) -> str:
        """Return the canonical slice at ``locator``.

        Raises
        ------
        UnknownNameError
            If the document is unknown, or the locator leaves its text.
        """
        text = self._canonical(locator.document_id)
        if not 0 <= locator.start <= locator.end <= len(text):
            raise UnknownNameError("place", f"{locator.document_id}[{locator.start}:{locator.end}]")
        return text[locator.start : locator.end]

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return, by source id, how many documents were read and how many passages they hold."""
        rows = self._query(
            "SELECT d.source_id AS id, count(DISTINCT d.id) AS documents, count(p.id) AS passages FROM documents d "
            "LEFT JOIN passages p ON p.document_id = d.id WHERE d.state = 'read' GROUP BY d.source_id"
        )
        return {row["id"]: (row["documents"], row["passages"]) for row in rows}

    def source_states(self) -> dict[str, tuple[SourceState, str]]:
        """Return, by source id, its state and the reason for it."""
        rows = self._query("SELECT id, state, reason FROM sources ORDER BY id")
        return {row["id"]: (row["state"], row["reason"]) for row in rows}

    def known_documents(self) -> dict[str, KnownDocument]:
        """Return what is known of every document, failed ones included."""
        rows = self._query("SELECT id, source_id, sha256, engine, state, reason FROM documents ORDER BY id")
        return {
            row["id"]: KnownDocument(row["source_id"], row["sha256"], row["engine"], row["state"], row["reason"])
            for row in rows
        }

    def fingerprint(self) -> str:
        """Return a hash of everything an index is built from: it changes when the index must."""
        digest = hashlib.sha256()
        for row in self._query("SELECT record FROM sources ORDER BY id"):
            digest.update(row["record"].encode() + b"\n")
        for row in self._query(
            "SELECT p.id, p.document_id, p.block_type, p.formalism, e.text_sha256 FROM passages p "
            "JOIN extractions e ON e.document_id = p.document_id ORDER BY p.id"
        ):
            digest.update("\t".join(map(str, row)).encode() + b"\n")
        return digest.hexdigest()

    def _canonical(self, document_id: str) -> str:
        rows = self._query("SELECT text_sha256 FROM extractions WHERE document_id = ?", (document_id,))
        if not rows:
            raise UnknownNameError("document", document_id)
        key = str(rows[0]["text_sha256"])
        with self._texts_lock:
            if key in self._texts:
                self._texts.move_to_end(key)
                return self._texts[key]
        row = self._query("SELECT text FROM extractions WHERE document_id = ?", (document_id,))[0]
        text = unpack_text(row["text"])
        with self._texts_lock:
            self._texts[key] = text
            while len(self._texts) > _TEXTS_IN_MEMORY:
                self._texts.popitem(last=False)
        return text
