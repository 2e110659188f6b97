"""The SQLite file behind the corpus: its schema, its connections, its errors in plain words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rlmap.corpus.files import storage_errors
from rlmap.errors import BusyError, RlmapError, StorageError

_BUSY_MS = 10_000

#: What each version of the schema adds to the one before.
_MIGRATIONS = (
    """
CREATE TABLE sources (
    id TEXT PRIMARY KEY, position INTEGER NOT NULL, record TEXT NOT NULL,
    work_id TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source_id TEXT NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
    path TEXT NOT NULL, member TEXT NOT NULL, media_type TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, engine TEXT NOT NULL
) STRICT;
CREATE INDEX documents_by_source ON documents(source_id);
CREATE TABLE extractions (
    document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    engine TEXT NOT NULL, engine_version TEXT NOT NULL, text_sha256 TEXT NOT NULL,
    text BLOB NOT NULL, pages BLOB NOT NULL, blocks BLOB NOT NULL
) STRICT;
CREATE TABLE passages (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, section_path TEXT NOT NULL,
    block_type TEXT NOT NULL, formalism REAL NOT NULL
) STRICT;
CREATE INDEX passages_by_document ON passages(document_id, start);
""",
    """
CREATE TABLE readings (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, part INTEGER NOT NULL,
    reader TEXT NOT NULL, fault TEXT NOT NULL, reading BLOB NOT NULL, PRIMARY KEY (document_id, part)
) STRICT;
""",
)
SCHEMA_VERSION = len(_MIGRATIONS)


class Database:
    """One SQLite file with a connection for each thread that uses it.

    Raises
    ------
    StorageError
        If the file cannot be opened, is not a corpus, or was written by another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        with storage_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self.errors():
            self._prepare(self.connection)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(self.path, timeout=_BUSY_MS / 1000, isolation_level=None)
            found.row_factory = sqlite3.Row
            found.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            found.execute("PRAGMA foreign_keys = ON")
            found.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = found
        return found

    def close(self) -> None:
        """Close the connection of this thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside is written, or nothing."""
        with self.errors():
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn errors of SQLite into errors of rlmap."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._explain(error) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if version == SCHEMA_VERSION:
            return
        if version > SCHEMA_VERSION or (version == 0 and tables):
            raise StorageError(
                f"{self.path} was written by another version of rlmap (schema {version}, this one reads "
                f"{SCHEMA_VERSION}): move it away and run 'rlmap setup', which rebuilds it from the fetched files."
            )
        connection.execute("PRAGMA journal_mode = WAL")
        # Two processes may do this at the same moment: the second finds it done.
        connection.execute("BEGIN IMMEDIATE")
        for migration in _MIGRATIONS[connection.execute("PRAGMA user_version").fetchone()[0] :]:
            for statement in migration.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")

    def _explain(self, error: sqlite3.Error) -> RlmapError:
        code = getattr(error, "sqlite_errorcode", None)
        primary = code & 0xFF if isinstance(code, int) else None
        if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return BusyError(f"Another process is writing {self.path}: wait until it is done and try again.")
        if primary == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_WRITE:
            return StorageError(f"There is no space left to write {self.path}: free some or set RLMAP_HOME elsewhere.")
        if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
            return StorageError(f"{self.path} cannot be opened for writing: set RLMAP_HOME to a folder you can write.")
        if primary in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
            return StorageError(
                f"{self.path} is damaged or not a corpus: delete it and run 'rlmap setup', "
                "which rebuilds it from the fetched files."
            )
        return StorageError(f"{self.path} cannot be used: {error}.")
