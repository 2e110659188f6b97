"""All demos with their recorded results, read once and kept until a file of theirs changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from rlmap.pipeline.demo_results import Recorded, demos_stamp, recorded
from rlmap.pipeline.demos import demo_problems, demo_specs
from rlmap.settings import Settings
from rlmap.types import DemoSpec, Problem

_READING = Lock()


@dataclass(frozen=True, slots=True)
class Gallery:
    """Demos and recorded results by the demo's id, and what is wrong with demos that are left out."""

    specs: Mapping[str, DemoSpec]
    problems: Sequence[Problem]
    results: Mapping[str, Recorded]


def demo_gallery(settings: Settings) -> Gallery:
    """Return all demos; who asks while they are read waits for the same ones."""
    with _READING:
        return _read(settings, demos_stamp(settings))


@lru_cache(maxsize=2)
def _read(settings: Settings, stamp: str) -> Gallery:  # noqa: ARG001 - part of the cache key
    specs = demo_specs(settings)
    results = {demo_id: recorded(settings, spec) for demo_id, spec in specs.items()}
    return Gallery(specs, demo_problems(settings), {demo_id: found for demo_id, found in results.items() if found})
