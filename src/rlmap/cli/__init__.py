"""The command line: a thin coat over the pipeline."""

from __future__ import annotations

from rlmap.cli.main import main

__all__ = ["main"]
