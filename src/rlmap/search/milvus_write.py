"""Writing a build into Milvus; see :mod:`rlmap.search.milvus`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from rlmap.errors import StorageError
from rlmap.search.dense import FLAT_LIMIT, cells_for
from rlmap.search.milvus import EVERY, batches, collections_of, connect, milvus_errors
from rlmap.search.store import Contents
from rlmap.types import Progress

if TYPE_CHECKING:
    from pymilvus import MilvusClient

_LONGEST_TEXT = 65_535  # bytes of a VARCHAR


def write_milvus(address: str, name: str, contents: Contents, progress: Progress) -> None:
    """Write a build into new collections, and make sure that all of it arrived.

    Raises
    ------
    StorageError
        If Milvus cannot be written, or holds less than it was given.
    """
    client = connect(address)
    drop_milvus(address, name)
    sizes = (len(contents.passage_ids), len(contents.sentence_vectors))
    with milvus_errors(address):
        for collection, rows, size in zip(
            collections_of(name), (_passage_rows(contents), _sentence_rows(contents)), sizes, strict=True
        ):
            _create(client, collection, size, contents.vectors.shape[1], is_passages=collection == name)
            done = 0
            for some in batches(rows):
                client.insert(collection, some)
                done += len(some)
                progress(f"Storing {collection.rpartition('_')[2]}", done, size)
            client.flush(collection)
            client.load_collection(collection)
            counted = client.query(collection, output_fields=["count(*)"], consistency_level="Strong")
            if counted[0]["count(*)"] != size:
                raise StorageError(f"{address} holds {counted[0]['count(*)']} of {size} rows: run `rlmap setup` again.")


def drop_milvus(address: str, name: str) -> None:
    """Remove the collections of a build, if they are there."""
    client = connect(address)
    with milvus_errors(address):
        for collection in collections_of(name):
            client.drop_collection(collection)


def _create(client: MilvusClient, collection: str, size: int, dim: int, *, is_passages: bool) -> None:
    from pymilvus import DataType  # noqa: PLC0415  (an extra, and a second to import)

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    indices = client.prepare_index_params()
    schema.add_field("row" if is_passages else "sentence", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dim)
    if is_passages:
        for field in ("passage_id", "work_id", "kind"):
            schema.add_field(field, DataType.VARCHAR, max_length=512)
        schema.add_field("text", DataType.VARCHAR, max_length=_LONGEST_TEXT)
        schema.add_field("year", DataType.INT16)
        for field in ("formalism", "explanation"):
            schema.add_field(field, DataType.FLOAT)
        for field in ("first_sentence", "sentences"):
            schema.add_field(field, DataType.INT64)
        schema.add_field("bm25", DataType.SPARSE_FLOAT_VECTOR)
        indices.add_index("bm25", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    if is_passages and size > FLAT_LIMIT:
        indices.add_index("vector", index_type="IVF_SQ8", metric_type="IP", params={"nlist": cells_for(size)})
    else:  # vectors of sentences are read, never searched
        indices.add_index("vector", index_type="FLAT", metric_type="IP")
    client.create_collection(collection, schema=schema, index_params=indices)


def _passage_rows(contents: Contents) -> Iterator[dict[str, Any]]:
    starts, columns, weights = contents.lexical.by_text()
    vectors = contents.vectors.astype(np.float16).astype(np.float32)  # as the embedded store keeps them
    for row, passage_id in enumerate(contents.passage_ids):
        own = slice(starts[row], starts[row + 1])
        first, end = contents.sentence_starts[row : row + 2].tolist()
        yield {
            "row": row,
            "passage_id": passage_id,
            "work_id": contents.work_ids[row],
            "kind": contents.kinds[row],
            "text": contents.texts[row].encode()[:_LONGEST_TEXT].decode(errors="ignore"),
            "year": int(contents.years[row]),
            "formalism": float(contents.formalism[row]),
            "explanation": float(contents.explanation[row]),
            "first_sentence": first,
            "sentences": end - first,
            "vector": vectors[row],
            "bm25": {EVERY: 1.0, **dict(zip((columns[own] + 1).tolist(), weights[own].tolist(), strict=True))},
        }


def _sentence_rows(contents: Contents) -> Iterator[dict[str, Any]]:
    for sentence, vector in enumerate(contents.sentence_vectors):
        yield {"sentence": sentence, "vector": vector.astype(np.float32)}
