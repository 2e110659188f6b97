"""Names as people type them: compared without regard to case and hyphens, corrected by nearness."""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz import fuzz, process


def fold_name(name: str) -> str:
    """Return a name as it is compared: case, hyphens, underscores and repeated spaces do not count."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


def nearest_names(name: str, names: Collection[str], limit: int = 3) -> tuple[str, ...]:
    """Return the names spelled most like ``name``, best first, ties by name.

    Similarity is the normalised insertion-deletion ratio of rapidfuzz, at least 60 of 100.
    """
    found = process.extract(name, sorted(names), scorer=fuzz.ratio, limit=limit, score_cutoff=60)
    return tuple(match for match, _, _ in sorted(found, key=lambda item: (-item[1], item[0])))
