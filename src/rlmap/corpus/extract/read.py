"""Reading one document from its file."""

from __future__ import annotations

from pathlib import Path

from rlmap.corpus.extract.quality import judge
from rlmap.corpus.extract.registry import extractor_for
from rlmap.errors import ExtractError
from rlmap.types import Document, Extraction


def extract_document(document: Document) -> Extraction:
    """Read ``document`` with the reader of its media type.

    Returns
    -------
    Extraction
        The canonical text with typed blocks; blocks that look like text but explain nothing
        are typed ``garbage`` or ``navigation`` with the reason.

    Raises
    ------
    ExtractError
        If the file cannot be opened, is not of its media type, or holds no text.
    """
    extractor = extractor_for(document.media_type)
    try:
        data = Path(document.path).read_bytes()
    except OSError as error:
        raise ExtractError(f"{document.path} cannot be opened ({error.strerror}).") from error
    return judge(extractor.read(data, document), document.media_type)
