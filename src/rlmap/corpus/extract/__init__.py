"""Reading documents: one reader for each format, behind one protocol.

Public functions
----------------
``extract_document(document: Document) -> Extraction``
    Read a document in this process (for files that are trusted, such as our own handbook).
``media_type_of(path) -> str | None``
    The media type that a file name suffix means, ``None`` when no reader reads it.
``extractor_for(media_type) -> Extractor``, ``extractors()``, ``suffixes()``
    The registry.

``rlmap.corpus.extract.sandbox.extract_safely(document, limits)`` does the same in a child
process with memory, CPU and wall limits; use it for everything that was fetched.
"""

from __future__ import annotations

from rlmap.corpus.extract.base import Extractor
from rlmap.corpus.extract.read import extract_document
from rlmap.corpus.extract.registry import extractor_for, extractors, media_type_of, suffixes

__all__ = ["Extractor", "extract_document", "extractor_for", "extractors", "media_type_of", "suffixes"]
