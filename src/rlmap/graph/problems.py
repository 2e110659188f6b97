"""How a problem of a data file is put into words."""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz import fuzz, process

from rlmap.types import Problem


def describe(problem: Problem) -> str:
    """Return a problem as one line: severity, file, field, what is wrong, what to do."""
    place = f"{problem.file}: {problem.field}" if problem.field else problem.file
    fix = f"; {problem.fix}" if problem.fix else ""
    return f"{problem.severity}: {place}: {problem.message}{fix}"


def nearest_names(name: str, names: Collection[str], limit: int = 3) -> tuple[str, ...]:
    """Return the names spelled most like ``name``, best first, ties by name.

    Similarity is the normalised insertion-deletion ratio of rapidfuzz, at least 60 of 100.
    """
    found = process.extract(name, sorted(names), scorer=fuzz.ratio, limit=limit, score_cutoff=60)
    return tuple(match for match, _, _ in sorted(found, key=lambda item: (-item[1], item[0])))


def did_you_mean(name: str, names: Collection[str], otherwise: str) -> str:
    """Return the fix for an unknown name: the nearest names, or ``otherwise`` where none is near."""
    nearest = nearest_names(name, names)
    return f"did you mean {' or '.join(nearest)}?" if nearest else otherwise
