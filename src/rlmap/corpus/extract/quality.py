"""Which blocks explain something in sentences, and why the others do not."""

from __future__ import annotations

from rlmap.types import Extraction


def judge(extraction: Extraction, media_type: str) -> Extraction:
    """Return ``extraction`` with its quotable blocks re-typed where they explain nothing."""
    return extraction
