"""The file that keeps what a learner has done: one SQLite database, its schema and its migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rlmap.errors import BusyError, StorageError

#: Each entry brings a database from the version of its index to the next; never edit one, add one.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE progress (
        concept_id TEXT PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('done', 'roughly', 'skipped')),
        minutes INTEGER NOT NULL DEFAULT 0 CHECK (minutes >= 0),
        note TEXT NOT NULL DEFAULT '',
        changed_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE plan (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        profile TEXT NOT NULL,
        steps TEXT NOT NULL
    ) STRICT;
    """,
    """
    CREATE TABLE card (
        concept_id TEXT NOT NULL,
        goal TEXT NOT NULL,
        fsrs TEXT NOT NULL,
        due TEXT NOT NULL,
        PRIMARY KEY (concept_id, goal)
    ) STRICT;
    CREATE INDEX card_by_due ON card (due);
    CREATE TABLE review (
        id INTEGER PRIMARY KEY,
        concept_id TEXT NOT NULL,
        goal TEXT NOT NULL,
        rating INTEGER NOT NULL,
        by_use INTEGER NOT NULL,
        at TEXT NOT NULL
    ) STRICT;
    """,
)
_WAIT_S = 10.0


class Storage:
    """A database of progress. Several processes may hold one open on the same file.

    Parameters
    ----------
    path : Path
        The file; made with its folder where it is missing, brought to the present schema where
        it is older.

    Raises
    ------
    StorageError
        If the file cannot be made or read, is no database, or was written by a newer version.
    BusyError
        If another process holds it for more than ten seconds.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
        except (OSError, sqlite3.OperationalError) as error:
            raise StorageError(f"The progress file {path} cannot be opened ({error}): check its folder.") from error
        self._connection.row_factory = sqlite3.Row
        try:
            with self._named_errors():
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = FULL")
            self._migrate()
        except (StorageError, BusyError):
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Storage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a transaction that is kept whole or not at all; other writers wait for its end.

        Inside another one it is part of that.
        """
        if self._connection.in_transaction:
            yield self._connection
            return
        with self._named_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    def rows(self, query: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Return the rows of a query."""
        with self._named_errors():
            return self._connection.execute(query, parameters).fetchall()

    def _migrate(self) -> None:
        if self._version() == len(MIGRATIONS):
            return
        with self.writing() as connection:
            version = self._version()  # read again: another process may have been first
            if version > len(MIGRATIONS):
                raise StorageError(
                    f"The progress file {self.path} was written by a newer rlmap (schema {version}, this one knows "
                    f"{len(MIGRATIONS)}): update rlmap, or move the file away to start anew."
                )
            for script in MIGRATIONS[version:]:
                for statement in script.split(";"):
                    if statement.strip():
                        connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _version(self) -> int:
        return int(self.rows("PRAGMA user_version")[0][0])

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise BusyError(
                    f"Another program is writing to the progress file {self.path}: close it, then try again."
                ) from error
            raise StorageError(f"The progress file {self.path} cannot be used ({error}).") from error
        except sqlite3.DatabaseError as error:
            raise StorageError(
                f"The progress file {self.path} is damaged or not a database ({error}): move it away to start anew."
            ) from error
