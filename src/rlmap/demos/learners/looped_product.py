"""The same product of a matrix and a vector, written three ways.

``y = A x`` with ``A`` (size, size): one number at a time (``loop``), one row at a time (``rows``), or in one call
(``whole``), which runs compiled code over contiguous memory (Harris et al. 2020, "Array programming with NumPy").

A step is one product. Reports ``log_ms`` (milliseconds for one product, base-10 logarithm) and ``difference`` (the
largest distance from the one-call result).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "whole"
    size: int = 200


def product_by_loop(matrix: Array, vector: Array) -> Array:
    """Return ``matrix @ vector``, one multiplication at a time."""
    result = np.zeros(len(matrix))
    for row in range(matrix.shape[0]):
        total = 0.0
        for column in range(matrix.shape[1]):
            total += matrix[row, column] * vector[column]
        result[row] = total
    return result


def product_by_rows(matrix: Array, vector: Array) -> Array:
    """Return ``matrix @ vector``, one row at a time."""
    return np.array([row @ vector for row in matrix])


def product_at_once(matrix: Array, vector: Array) -> Array:
    """Return ``matrix @ vector``."""
    result: Array = matrix @ vector
    return result


METHODS = {"loop": product_by_loop, "rows": product_by_rows, "whole": product_at_once}


def train(trial: Trial, settings: Settings) -> None:
    """Compute ``trial.steps`` products."""
    if settings.method not in METHODS:
        raise DemoError(f"The method {settings.method!r} is unknown: {', '.join(METHODS)}.")
    rng = trial.rng()
    for step in range(1, trial.steps + 1):
        matrix, vector = rng.normal(size=(settings.size, settings.size)), rng.normal(size=settings.size)
        began = time.perf_counter()
        found = METHODS[settings.method](matrix, vector)
        elapsed_ms = 1e3 * (time.perf_counter() - began)
        difference = float(np.abs(found - matrix @ vector).max())
        trial.report(step, log_ms=float(np.log10(elapsed_ms)), difference=difference)
