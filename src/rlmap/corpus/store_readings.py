"""What was read again of documents, out of the database; and the way to it that all readers share."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rlmap.corpus.database import Database
from rlmap.corpus.rows import document_from_row, unpack_text
from rlmap.errors import ExtractError
from rlmap.types import Document, Page

#: Stands for a whole document where others have the number of a page.
WHOLE = -1


@dataclass(frozen=True, slots=True)
class Unkept:
    """Parts of a document that were not read again yet: pages from 0, or :data:`WHOLE`."""

    document: Document
    parts: tuple[int, ...]


class ReadingsReader:
    """The part of a corpus that checks of quotes read."""

    def __init__(self, path: Path) -> None:
        self._db = Database(path)

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return self._db.path

    def close(self) -> None:
        """Close the connection of the calling thread."""
        self._db.close()

    def reading(self, document: Document, part: int, reader: str) -> bytes | None:
        """Return what ``reader`` read again of a part of a document, ``None`` if it did not.

        Raises
        ------
        ExtractError
            If it could not read it.
        """
        rows = self._query(
            "SELECT r.fault, r.reading FROM readings r JOIN documents d ON d.id = r.document_id "
            "WHERE d.id = ? AND d.sha256 = ? AND r.part = ? AND r.reader = ?",
            (document.id, document.sha256, part, reader),
        )
        if rows and rows[0]["fault"]:
            raise ExtractError(rows[0]["fault"])
        return bytes(rows[0]["reading"]) if rows else None

    def unkept(self, reader: str) -> list[Unkept]:
        """Return what ``reader`` did not read again yet, or could not, of each document, by id."""
        kept: dict[str, set[int]] = {}
        for row in self._query("SELECT document_id, part FROM readings WHERE reader = ? AND fault = ''", (reader,)):
            kept.setdefault(row["document_id"], set()).add(row["part"])
        pages = {
            row["document_id"]: [Page(*values).index for values in json.loads(unpack_text(row["pages"]))]
            for row in self._query("SELECT document_id, pages FROM extractions")
        }
        unkept = []
        for row in self._query("SELECT * FROM documents WHERE state = 'read' ORDER BY id"):
            document = document_from_row(row)
            missing = set(pages[document.id] or [WHOLE]) - kept.get(document.id, set())
            if missing:
                unkept.append(Unkept(document, tuple(sorted(missing))))
        return unkept

    def _query(self, statement: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self._db.errors():
            return self._db.connection.execute(statement, values).fetchall()
