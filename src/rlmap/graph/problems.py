"""How a problem of a data file is put into words."""

from __future__ import annotations

from collections.abc import Collection

from rlmap.spelling import nearest_names
from rlmap.types import Problem

__all__ = ["describe", "did_you_mean", "nearest_names"]


def describe(problem: Problem) -> str:
    """Return a problem as one line: severity, file, field, what is wrong, what to do."""
    place = f"{problem.file}: {problem.field}" if problem.field else problem.file
    fix = f"; {problem.fix}" if problem.fix else ""
    return f"{problem.severity}: {place}: {problem.message}{fix}"


def did_you_mean(name: str, names: Collection[str], otherwise: str) -> str:
    """Return the fix for an unknown name: the nearest names, or ``otherwise`` where none is near."""
    nearest = nearest_names(name, names)
    return f"did you mean {' or '.join(nearest)}?" if nearest else otherwise
