"""What was kept out of answers because it is no readable text: counted, and said in one line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rlmap.types import Extraction

_ENTRY = re.compile(r"(\d+) left out: (.+)")


def left_out_note(extraction: Extraction) -> str:
    """Say what of a document was left out and why; empty if nothing was."""
    reasons = Counter(block.reason for block in extraction.blocks if block.reason)
    return "; ".join(f"{count} left out: {reason}" for reason, count in sorted(reasons.items()))


def left_out_counts(notes: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Add up the notes of several documents: each reason with the number of blocks, most first."""
    total: Counter[str] = Counter()
    for note in notes:
        for entry in note.split("; "):
            if match := _ENTRY.fullmatch(entry):
                total[match[2]] += int(match[1])
    return tuple(sorted(total.items(), key=lambda item: (-item[1], item[0])))
