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
    return judge(canonical(document), document.media_type)


def canonical(document: Document) -> Extraction:
    """Read ``document`` as :func:`extract_document` does, its blocks typed by the format alone.

    Enough to look a quote up again: what a block is worth does not change the text.

    Raises
    ------
    ExtractError
        As there.
    """
    extractor = extractor_for(document.media_type)
    try:
        data = Path(document.path).read_bytes()
    except OSError as error:
        raise ExtractError(f"{document.path} cannot be opened ({error.strerror}).") from error
    return extractor.read(data, document)
