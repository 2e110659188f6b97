"""rlmap: a map of reinforcement learning that quotes its sources."""

from __future__ import annotations

__version__ = "0.1.0"
