"""Vectors of texts that were encoded before, so that no text is encoded twice.

Rows are written in batches of the encoder, each a transaction: a build that is killed loses one
batch.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from rlmap.errors import StorageError
from rlmap.search.encode import Encoder, Vectors
from rlmap.types import Progress, no_progress


def encode_cached(
    texts: Sequence[str],
    encoder: Encoder,
    cache_path: Path,
    *,
    stage: str = "Encoding",
    progress: Progress = no_progress,
) -> Vectors:
    """Encode ``texts``, taking from the cache what it holds and adding what it lacks.

    Parameters
    ----------
    texts : sequence of str
        Repeats are encoded once.
    encoder : Encoder
        Its name is part of the key: vectors of another model or export are never reused.
    cache_path : Path
        A SQLite file, made if missing.
    stage : str
        What ``progress`` is told that this is.
    progress : Progress
        Told the number of different texts whose vector is known, and of all of them.

    Returns
    -------
    numpy.ndarray of float32, shape (len(texts), encoder.dim)
        In the order of ``texts``.

    Raises
    ------
    StorageError
        If the file cannot be read or written.
    """
    keys = [hashlib.sha256(f"{encoder.name}\0{text}".encode()).digest() for text in texts]
    first_place: dict[bytes, int] = {}
    for place, key in enumerate(keys):
        first_place.setdefault(key, place)
    vectors = np.empty((len(texts), encoder.dim), dtype=np.float32)
    try:
        with closing(sqlite3.connect(cache_path)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
            missing = _read_known(database, first_place, vectors)
            known = len(first_place) - len(missing)
            progress(stage, known, len(first_place))
            for start in range(0, len(missing), encoder.batch):
                batch = missing[start : start + encoder.batch]
                vectors[batch] = encoder.encode([texts[place] for place in batch])
                with database:
                    database.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                        [(keys[place], vectors[place].tobytes()) for place in batch],
                    )
                progress(stage, known + start + len(batch), len(first_place))
    except sqlite3.Error as error:
        raise StorageError(
            f"The vectors in {cache_path} cannot be read or written ({error}): delete that file."
        ) from error
    return vectors[[first_place[key] for key in keys]]


def _read_known(database: sqlite3.Connection, places: dict[bytes, int], vectors: Vectors) -> list[int]:
    """Fill in the vectors that are known; return the places of those that are not."""
    missing = []
    for key, place in places.items():
        found = database.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        if found is None:
            missing.append(place)
        else:
            vectors[place] = np.frombuffer(found[0], dtype=np.float32)
    return missing
