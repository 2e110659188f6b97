"""Makes documents of text that was written for these tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from rlmap.corpus.extract import media_type_of
from rlmap.types import Document

MakeDocument = Callable[[str, "str | bytes"], Document]


@pytest.fixture
def make_document(tmp_path: Path) -> MakeDocument:
    """Write a file and return the document that names it."""

    def make(name: str, content: str | bytes) -> Document:
        data = content.encode() if isinstance(content, str) else content
        path = tmp_path / name
        path.write_bytes(data)
        media_type = media_type_of(name)
        assert media_type is not None
        digest = hashlib.sha256(data).hexdigest()
        return Document(name, "source", str(path), name, media_type, digest, "A document")

    return make
