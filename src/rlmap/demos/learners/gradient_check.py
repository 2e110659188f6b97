"""Checking a hand-written gradient against finite differences.

The gradient of the softmax cross-entropy of a linear classifier is written by hand, correctly or with one of the
mistakes that happen: ``sign`` (descends where it should ascend), ``mean`` (forgets to divide by the batch size),
``bias`` (forgets the bias). Central differences in double precision agree with a correct gradient to about ten digits;
in single precision to about three, which is why the check is done in double.

A step is one random point. Reports ``log_error``: the relative distance from finite differences, base-10 logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``mistake`` is none, sign, mean or bias, ``bits`` 32 or 64."""

    mistake: str = "none"
    bits: int = 64
    inputs: int = 5
    classes: int = 3
    batch: int = 16


def loss(weights: Array, x: Array, labels: Array) -> float:
    """Return the mean cross-entropy; the last row of ``weights`` (inputs + 1, classes) is the bias."""
    logits = x @ weights[:-1] + weights[-1]
    logits = logits - logits.max(axis=1, keepdims=True)
    log_norm = np.log(np.exp(logits).sum(axis=1))
    return float((log_norm - logits[np.arange(len(x)), labels]).mean())


def gradient(weights: Array, x: Array, labels: Array, mistake: str) -> Array:
    """Return the gradient of :func:`loss`, with the mistake named."""
    if mistake not in {"none", "sign", "mean", "bias"}:
        raise DemoError(f"The mistake {mistake!r} is unknown: none, sign, mean or bias.")
    logits = x @ weights[:-1] + weights[-1]
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    error = shifted / shifted.sum(axis=1, keepdims=True) - np.eye(weights.shape[1])[labels]
    if mistake != "mean":
        error = error / len(x)
    bias = np.zeros(weights.shape[1]) if mistake == "bias" else error.sum(axis=0)
    found = np.concatenate([x.T @ error, bias[None]])
    return -found if mistake == "sign" else found


def train(trial: Trial, settings: Settings) -> None:
    """Check at ``trial.steps`` points."""
    rng = trial.rng()
    kind: type[Any] = np.float64 if settings.bits == 64 else np.float32
    width = 1e-5 if settings.bits == 64 else 1e-3
    for step in range(1, trial.steps + 1):
        x: Array = rng.normal(size=(settings.batch, settings.inputs)).astype(kind)
        labels = rng.integers(0, settings.classes, settings.batch)
        weights: Array = rng.normal(size=(settings.inputs + 1, settings.classes)).astype(kind)
        numeric = np.zeros_like(weights)
        for cell in np.ndindex(*weights.shape):
            up, down = weights.copy(), weights.copy()
            up[cell] = up[cell] + kind(width)
            down[cell] = down[cell] - kind(width)
            numeric[cell] = (loss(up, x, labels) - loss(down, x, labels)) / (2 * width)
        analytic = gradient(weights, x, labels, settings.mistake)
        scale = np.linalg.norm(numeric) + np.linalg.norm(analytic)
        error = float(np.linalg.norm(numeric - analytic) / scale)
        trial.report(step, log_error=float(np.log10(error + 1e-16)))
