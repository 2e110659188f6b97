"""What became of each source that was to be fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FetchState = Literal["fetched", "present", "unreachable", "hash-mismatch", "no-address", "failed"]


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """What became of one source. ``reason`` is a sentence unless it is on this machine."""

    source_id: str
    state: FetchState
    reason: str = ""
    size_bytes: int = 0

    @property
    def ok(self) -> bool:
        """Whether the source is on this machine now."""
        return self.state in {"fetched", "present"}
