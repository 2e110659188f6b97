"""The corpus on disk: sources, documents, canonical texts, passages.

``CorpusStore(path)`` opens or creates it. Reading methods (of :class:`CorpusReader`) return
records; writing methods are one transaction each, so that a killed process leaves every
document either read or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rlmap.corpus.rows import extraction_to_row, passage_to_row, source_to_json
from rlmap.corpus.store_read import CorpusReader, DocumentState, KnownDocument, Quotable, SourceState, StoredPassage
from rlmap.corpus.store_readings import WHOLE, Unkept
from rlmap.errors import ExtractError
from rlmap.types import Document, Extraction, Passage, Source

__all__ = [
    "WHOLE",
    "CorpusReader",
    "CorpusStore",
    "DocumentState",
    "KnownDocument",
    "Quotable",
    "SourceState",
    "StoredPassage",
    "Unkept",
]


class CorpusStore(CorpusReader):
    """The corpus in one SQLite file.

    Parameters
    ----------
    path : Path
        The file; it is created, with its folder, if it does not exist.

    Raises
    ------
    StorageError
        If the file cannot be opened or has an unknown schema; also from every method when the
        disk is full.
    BusyError
        If another process holds the file for longer than ten seconds.
    """

    def put_sources(self, sources: Sequence[Source]) -> None:
        """Make ``sources``, in this order, the sources of the corpus.

        Sources that are not among them disappear with their documents and passages.
        """
        with self._db.transaction() as connection:
            kept = {source.id for source in sources}
            known = {row["id"] for row in connection.execute("SELECT id FROM sources")}
            connection.executemany("DELETE FROM sources WHERE id = ?", [(id_,) for id_ in sorted(known - kept)])
            connection.executemany(
                "INSERT INTO sources (id, position, record, work_id) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
                "SET position = excluded.position, record = excluded.record, work_id = excluded.work_id",
                [(source.id, n, source_to_json(source), source.work_id) for n, source in enumerate(sources)],
            )

    def set_source_state(self, source_id: str, state: SourceState, reason: str = "") -> None:
        """Record what became of a source."""
        with self._db.transaction() as connection:
            connection.execute("UPDATE sources SET state = ?, reason = ? WHERE id = ?", (state, reason, source_id))

    def save(
        self, document: Document, extraction: Extraction, passages: Iterable[Passage], engine: str, note: str = ""
    ) -> None:
        """Store what was read from a document, in place of what was there.

        Parameters
        ----------
        document : Document
        extraction : Extraction
        passages : iterable of Passage
            All of ``document``.
        engine : str
            Name and version of the reader; the document is read again when it changes.
        note : str
            What was left out and why, for ``status``; empty if nothing was.
        """
        with self._db.transaction() as connection:
            connection.execute("DELETE FROM documents WHERE id = ?", (document.id,))
            connection.execute(_INSERT_DOCUMENT, _document_row(document, "read", note, engine))
            connection.execute("INSERT INTO extractions VALUES (?, ?, ?, ?, ?, ?, ?)", extraction_to_row(extraction))
            connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)", map(passage_to_row, passages))

    def keep_readings(self, document: Document, readings: Mapping[int, bytes | ExtractError], reader: str) -> None:
        """Keep what ``reader`` read again of each part of a document, or why it could not.

        Nothing is kept if the document has changed meanwhile. A document that is read anew loses its readings.
        """
        with self._db.transaction() as connection:
            found = connection.execute(
                "SELECT 1 FROM documents WHERE id = ? AND sha256 = ? AND state = 'read'", (document.id, document.sha256)
            )
            if found.fetchone():
                connection.executemany(
                    "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?)",
                    [(document.id, part, reader, *_reading_columns(reading)) for part, reading in readings.items()],
                )

    def save_unread(self, document: Document, engine: str, state: DocumentState, reason: str) -> None:
        """Store why nothing was read from a document, in place of what was there."""
        with self._db.transaction() as connection:
            connection.execute("DELETE FROM documents WHERE id = ?", (document.id,))
            connection.execute(_INSERT_DOCUMENT, _document_row(document, state, reason, engine))

    def forget(self, document_ids: Sequence[str]) -> None:
        """Drop documents with all that was read from them."""
        with self._db.transaction() as connection:
            connection.executemany("DELETE FROM documents WHERE id = ?", [(id_,) for id_ in document_ids])

    def keep_documents(self, source_id: str, documents: Sequence[Document]) -> None:
        """Drop the documents of a source that are not among ``documents``, and note moved files."""
        with self._db.transaction() as connection:
            kept = {document.id for document in documents}
            rows = connection.execute("SELECT id FROM documents WHERE source_id = ?", (source_id,)).fetchall()
            gone = sorted({row["id"] for row in rows} - kept)
            connection.executemany("DELETE FROM documents WHERE id = ?", [(document_id,) for document_id in gone])
            connection.executemany(
                "UPDATE documents SET path = ?, title = ? WHERE id = ? AND (path <> ? OR title <> ?)",
                [(item.path, item.title, item.id, item.path, item.title) for item in documents],
            )


_INSERT_DOCUMENT = (
    "INSERT INTO documents (id, source_id, path, member, media_type, sha256, title, state, reason, engine) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _reading_columns(reading: bytes | ExtractError) -> tuple[str, bytes]:
    return ("", reading) if isinstance(reading, bytes) else (str(reading), b"")


def _document_row(document: Document, state: DocumentState, reason: str, engine: str) -> tuple[str, ...]:
    where = (document.id, document.source_id, document.path, document.member, document.media_type)
    return (*where, document.sha256, document.title, state, reason, engine)
