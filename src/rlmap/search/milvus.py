"""The store in Milvus: one collection of passages, one of their sentences, for each build.

Passages hold their columns, index text, vector, and BM25 weights as a sparse vector whose inner
product with the counts of a question's stems is its BM25 score. The weights are those of the
embedded store, so both rank alike; Milvus' own BM25 cuts and stems words differently.

An address is ``milvus://host[:port][/database]``, with ``?secure=true`` for TLS, or
``milvus:///path/to/file.db`` for Milvus Lite, the same engine inside this process. A token is
read from ``RLMAP_MILVUS_TOKEN``, never from the address, which is written to disk.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import numpy.typing as npt

from rlmap.errors import IndexMissingError, InputError, StorageError
from rlmap.search.dense import FLAT_LIMIT, cells_for
from rlmap.search.encode import Vectors
from rlmap.search.lexical import Rows, Scores, StemTable
from rlmap.search.store import NO_YEAR, Filter, Names, Passages, require_all
from rlmap.settings import milvus_token

if TYPE_CHECKING:
    from pymilvus import MilvusClient

SCHEME = "milvus"

_PORT = 19530
_BATCH = 1_000  # rows of one request: about 4 MB
#: One cell of so many is probed beyond the exact limit.
_CELLS_TO_PROBE = 16
#: Milvus takes no empty sparse vector, so every passage has this dimension; no question does.
EVERY = 0
_COLUMNS = ("passage_id", "work_id", "kind", "formalism", "explanation", "first_sentence", "sentences", "vector")


def connect(address: str) -> MilvusClient:
    """Open a connection.

    Raises
    ------
    InputError
        If the address is not one, or ``pymilvus`` is not installed.
    StorageError
        If nothing answers there.
    """
    arguments = _arguments(address)
    try:
        from pymilvus import MilvusClient  # noqa: PLC0415  (an extra, and a second to import)
    except ImportError as error:
        raise InputError(f"The store {address} needs pymilvus: install with pip install 'rlmap[milvus]'.") from error
    with milvus_errors(address):
        return MilvusClient(**arguments, token=milvus_token())


def _arguments(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme != SCHEME or not (parts.hostname or parts.path.endswith(".db")):
        raise InputError(
            f"The store {address!r} is not an address: write embedded, milvus://host:{_PORT}/database, "
            "or milvus:///path/to/file.db."
        )
    if parts.password or parts.username:
        raise InputError("The address of a store is written to disk: give its token in RLMAP_MILVUS_TOKEN instead.")
    if not parts.hostname:
        # Milvus Lite hangs up on the pings that pymilvus sends while nobody asks anything.
        quiet = {"grpc.keepalive_time_ms": 600_000, "grpc.keepalive_permit_without_calls": False}
        return {"uri": parts.path, "grpc_options": quiet}
    scheme = "https" if parse_qs(parts.query).get("secure") == ["true"] else "http"
    return {"uri": f"{scheme}://{parts.hostname}:{parts.port or _PORT}", "db_name": parts.path.strip("/") or "default"}


@contextmanager
def milvus_errors(address: str) -> Iterator[None]:
    """Turn errors of Milvus into errors of rlmap."""
    from pymilvus.exceptions import MilvusException  # noqa: PLC0415  (as above)

    try:
        yield
    except MilvusException as error:
        raise StorageError(f"The store {address} cannot be used: {error.message}") from error


class MilvusStore:
    """Implements :class:`rlmap.search.store.Store`.

    Parameters
    ----------
    address : str
        Where Milvus is.
    name : str
        What the collections of the build are called.
    table : StemTable
        The columns of stems.

    Raises
    ------
    IndexMissingError
        If Milvus does not hold the build.
    """

    def __init__(self, address: str, name: str, table: StemTable) -> None:
        self._address, self._name, self._table = address, name, table
        self._client = connect(address)
        self._parameters = {"nprobe": cells_for(table.size) // _CELLS_TO_PROBE} if table.size > FLAT_LIMIT else {}
        with milvus_errors(address):
            if not all(self._client.has_collection(collection) for collection in collections_of(name)):
                raise IndexMissingError(f"The index {name} is not in {address}: run `rlmap setup`, which builds it.")
            for collection in collections_of(name):
                self._client.load_collection(collection)

    def nearest(self, vectors: Vectors, k: int, only: Filter) -> list[Rows]:
        """See :meth:`Store.nearest <rlmap.search.store.Store.nearest>`."""
        return self._search("vector", list(vectors), k, only, self._parameters)

    def best(self, questions: Sequence[Sequence[str]], k: int, only: Filter) -> list[Rows]:
        """See :meth:`Store.best <rlmap.search.store.Store.best>`."""
        asked = [_sparse_question(question, self._table) for question in questions]
        found = iter(self._search("bm25", [vector for vector in asked if vector], k, only, {}))
        return [next(found) if vector else np.empty(0, dtype=np.int64) for vector in asked]

    def passages(self, rows: Rows, stems: Collection[str] = ()) -> Passages:
        """See :meth:`Store.passages <rlmap.search.store.Store.passages>`."""
        got = self._get(self._name, "row", rows, [*_COLUMNS, *(["bm25"] if stems else [])])
        return Passages(
            rows=rows,
            formalism=_column(got, "formalism", np.float32),
            explanation=_column(got, "explanation", np.float32),
            first_sentence=_column(got, "first_sentence", np.int64),
            sentences=_column(got, "sentences", np.int64),
            weights={stem: self._weights(stem, got) for stem in stems},
            columns=_Entities(dict(zip(rows.tolist(), got, strict=True))),
        )

    def sentence_vectors(self, passages: Passages) -> Vectors:
        """See :meth:`Store.sentence_vectors <rlmap.search.store.Store.sentence_vectors>`."""
        ranges = zip(passages.first_sentence, passages.first_sentence + passages.sentences, strict=True)
        places = np.array([place for start, end in ranges for place in range(start, end)], dtype=np.int64)
        return _column(self._get(sentences_of(self._name), "sentence", places, ["vector"]), "vector", np.float32)

    def products(self, vectors: Vectors, passages: Passages) -> tuple[Scores, Scores]:
        """See :meth:`Store.products <rlmap.search.store.Store.products>`."""
        return vectors @ passages.vectors.T, vectors @ self.sentence_vectors(passages).T

    def rows_of(self, passage_ids: Sequence[str]) -> Rows:
        """See :meth:`Store.rows_of <rlmap.search.store.Store.rows_of>`."""
        with milvus_errors(self._address):
            found = self._client.query(
                self._name, filter=f"passage_id in {json.dumps(list(passage_ids))}", output_fields=["row", "passage_id"]
            )
        rows = {entity["passage_id"]: entity["row"] for entity in found}
        require_all(passage_ids, (passage_id in rows for passage_id in passage_ids))
        return np.array([rows[passage_id] for passage_id in passage_ids], dtype=np.int64)

    def _search(self, field: str, questions: list[Any], k: int, only: Filter, parameters: dict[str, int]) -> list[Rows]:
        if not questions or only.kinds == frozenset():
            return [np.empty(0, dtype=np.int64) for _ in questions]
        with milvus_errors(self._address):
            found = self._client.search(
                self._name,
                data=questions,
                anns_field=field,
                limit=min(k, self._table.size),
                filter=_expression(only),
                search_params={"metric_type": "IP", "params": parameters},
                output_fields=["row"],
            )
        return [np.array([hit["row"] for hit in hits], dtype=np.int64) for hits in found]

    def _get(self, collection: str, key: str, ids: Rows, fields: list[str]) -> list[dict[str, Any]]:
        """Return the entities of ``ids`` in that order."""
        entities: dict[int, dict[str, Any]] = {}
        with milvus_errors(self._address):
            for some in batches(ids.tolist()):
                got = self._client.get(collection, ids=some, output_fields=[key, *fields])
                entities.update((entity[key], entity) for entity in got)
        return [entities[id_] for id_ in ids.tolist()]

    def _weights(self, stem: str, got: list[dict[str, Any]]) -> npt.NDArray[np.float32]:
        column = self._table.column(stem)
        key = EVERY if column is None else column + 1
        return np.array([0.0 if key == EVERY else entity["bm25"].get(key, 0.0) for entity in got], dtype=np.float32)


class _Entities:
    """Implements :class:`rlmap.search.store.Columns` with what was fetched already, by row."""

    def __init__(self, entities: dict[int, dict[str, Any]]) -> None:
        self._entities = entities

    def ids(self, rows: Rows) -> Names:
        return self._column(rows, "passage_id", np.str_)

    def work_ids(self, rows: Rows) -> Names:
        return self._column(rows, "work_id", np.str_)

    def kinds(self, rows: Rows) -> Names:
        return self._column(rows, "kind", np.str_)

    def vectors(self, rows: Rows) -> Vectors:
        return self._column(rows, "vector", np.float32)

    def _column(self, rows: Rows, field: str, dtype: type[np.generic]) -> npt.NDArray[Any]:
        return _column([self._entities[row] for row in rows.tolist()], field, dtype)


def _sparse_question(question: Sequence[str], table: StemTable) -> dict[int, float]:
    counts = Counter(table.column(stem) for stem in question)
    return {column + 1: float(count) for column, count in counts.items() if column is not None}


def _expression(only: Filter) -> str:
    bounds = [] if only.kinds is None else [f"kind in {json.dumps(sorted(only.kinds))}"]
    first, last = only.years or (None, None)
    bounds += [] if first is None else [f"year >= {first}"]
    bounds += [] if last is None else [f"year <= {last} and year != {NO_YEAR}"]
    return " and ".join(bounds)


def collections_of(name: str) -> tuple[str, str]:
    """Return the names of a build's collections: of its passages, and of their sentences."""
    return name, sentences_of(name)


def sentences_of(name: str) -> str:
    """Return the name of the collection of a build's sentences."""
    return f"{name}_sentences"


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Cut what is sent into requests."""
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _column(entities: list[dict[str, Any]], field: str, dtype: type[np.generic]) -> npt.NDArray[Any]:
    return np.array([entity[field] for entity in entities], dtype=dtype)
