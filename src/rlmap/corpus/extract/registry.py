"""Which reader reads what. Every module of :mod:`rlmap.corpus.extract.formats` is one reader.

A format is added by a module there that defines ``EXTRACTOR``; nothing else changes.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import PurePath
from typing import cast

from rlmap.corpus.extract import formats
from rlmap.corpus.extract.base import Extractor
from rlmap.errors import ExtractError


@cache
def extractors() -> tuple[Extractor, ...]:
    """Return every reader, ordered by name."""
    found = [
        cast(Extractor, importlib.import_module(f"{formats.__name__}.{module.name}").EXTRACTOR)
        for module in pkgutil.iter_modules(formats.__path__)
    ]
    return tuple(sorted(found, key=lambda extractor: extractor.name))


@cache
def _by_media_type() -> dict[str, Extractor]:
    return {media_type: extractor for extractor in extractors() for media_type in extractor.media_types}


@cache
def suffixes() -> dict[str, str]:
    """Return the media type of each file name suffix that can be read, for example ``.md``."""
    return {
        suffix: media_type
        for extractor in extractors()
        for media_type, endings in extractor.media_types.items()
        for suffix in endings
    }


def media_type_of(path: str | PurePath) -> str | None:
    """Return the media type that the suffix of ``path`` means, ``None`` if it is not read."""
    return suffixes().get(PurePath(path).suffix.lower())


def extractor_for(media_type: str) -> Extractor:
    """Return the reader of ``media_type``.

    Raises
    ------
    ExtractError
        If no reader reads it; the message lists the suffixes that are read.
    """
    extractor = _by_media_type().get(media_type.partition(";")[0].strip().lower())
    if extractor is None:
        raise ExtractError(
            f"There is no reader for {media_type or 'this kind of file'}; rlmap reads {', '.join(sorted(suffixes()))}."
        )
    return extractor
