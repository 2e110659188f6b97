"""Records to database rows and back."""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from rlmap.types import (
    Block,
    Document,
    Extraction,
    LocalFile,
    Locator,
    PackageFile,
    Page,
    PartOf,
    Passage,
    Source,
    WebFile,
)

_LOCATIONS: dict[str, type[PackageFile | WebFile | LocalFile | PartOf]] = {
    kind.__name__: kind for kind in (PackageFile, WebFile, LocalFile, PartOf)
}


def source_to_json(source: Source) -> str:
    """Return a source as JSON; the kind of its location is kept by name."""
    raw = asdict(source)
    if source.location is not None:
        raw["location"] = {"type": type(source.location).__name__, **raw["location"]}
    return json.dumps(raw, sort_keys=True)


@lru_cache(maxsize=512)
def source_from_json(text: str) -> Source:
    """Return the source that :func:`source_to_json` wrote."""
    raw = json.loads(text)
    location = raw.pop("location")
    if location is not None:
        kind = _LOCATIONS[location.pop("type")]
        location = kind(**{key: _tupled(value) for key, value in location.items()})
    return Source(location=location, **{key: _tupled(value) for key, value in raw.items()})


def document_from_row(row: sqlite3.Row, id_column: str = "id") -> Document:
    """Return the document of a row with the columns of the table ``documents``."""
    return Document(
        row[id_column], row["source_id"], row["path"], row["member"], row["media_type"], row["sha256"], row["title"]
    )


def extraction_to_row(extraction: Extraction) -> tuple[Any, ...]:
    """Return the columns of the table ``extractions``."""
    pages = [[p.index, p.label, p.start, p.end, p.width, p.height, p.rotation] for p in extraction.pages]
    blocks = [[b.start, b.end, b.block_type, list(b.section_path), b.reason] for b in extraction.blocks]
    return (
        extraction.document_id,
        extraction.engine,
        extraction.engine_version,
        extraction.text_sha256,
        pack_text(extraction.text),
        pack_text(json.dumps(pages)),
        pack_text(json.dumps(blocks)),
    )


def extraction_from_row(row: sqlite3.Row) -> Extraction:
    """Return the extraction of a row of the table ``extractions``."""
    return Extraction(
        document_id=row["document_id"],
        engine=row["engine"],
        engine_version=row["engine_version"],
        text=unpack_text(row["text"]),
        text_sha256=row["text_sha256"],
        pages=tuple(Page(*values) for values in json.loads(unpack_text(row["pages"]))),
        blocks=tuple(
            Block(start, end, block_type, tuple(section), reason)
            for start, end, block_type, section, reason in json.loads(unpack_text(row["blocks"]))
        ),
    )


def passage_to_row(passage: Passage) -> tuple[Any, ...]:
    """Return the columns of the table ``passages``."""
    where = passage.locator
    section = json.dumps(passage.section_path)
    return (passage.id, where.document_id, where.start, where.end, section, passage.block_type, passage.formalism)


def passage_from_row(row: sqlite3.Row) -> Passage:
    """Return the passage of a row of the table ``passages``."""
    locator = Locator(row["document_id"], row["start"], row["end"])
    return Passage(row["id"], locator, tuple(json.loads(row["section_path"])), row["block_type"], row["formalism"])


def pack_text(text: str) -> bytes:
    """Compress a text; a lone surrogate, which Python allows in a text, survives."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), level=3)


def unpack_text(data: bytes) -> str:
    """Return the text that :func:`pack_text` compressed."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
