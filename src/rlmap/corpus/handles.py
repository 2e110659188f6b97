"""Open files, kept for a while: opening a large PDF costs more than reading a page of it. For one thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rlmap.errors import ExtractError
from rlmap.types import Document


class Handles:
    """The last few files that were opened, by content; the oldest is closed."""

    def __init__(self, opening: Callable[[Document], Any], capacity: int = 6) -> None:
        self._opening = opening
        self._capacity = capacity
        self._open: OrderedDict[tuple[str, str], Any] = OrderedDict()

    def get(self, document: Document) -> Any:
        """Return the open file of ``document``."""
        key = (document.path, document.sha256)
        if key not in self._open:
            self._open[key] = self._opening(document)
            while len(self._open) > self._capacity:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(key)
        return self._open[key]


def file_bytes(document: Document) -> bytes:
    """Return the bytes of the original file.

    Raises
    ------
    ExtractError
        If it cannot be opened.
    """
    try:
        return Path(document.path).read_bytes()
    except OSError as error:
        raise ExtractError(f"{document.path} cannot be opened ({error.strerror}).") from error
