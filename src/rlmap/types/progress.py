"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called as work advances: ``stage`` names it, ``done`` of ``total`` units are finished."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report; must be quick and must not raise."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Report to nobody."""
