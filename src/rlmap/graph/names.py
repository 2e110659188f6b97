"""How names are compared."""

from __future__ import annotations


def fold_name(name: str) -> str:
    """Return a name as it is compared: case, hyphens, underscores and repeated spaces do not count."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())
