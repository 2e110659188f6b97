"""Passages that editors chose for a concept, and those among them that the corpus has lost.

Public functions
----------------
``check_pins(workspace: Workspace) -> list[Problem]``
    A warning for each chosen passage that its source no longer holds.
``count_pins(workspace: Workspace) -> PinCounts``
    How many are here, of sources that are not here, and lost.

A chosen passage is named by its source and by a hash of the file and of the place in it. A new version of the file, or
a reader that cuts it elsewhere, leaves the name without a passage: then nothing is put first, or out, any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rlmap.pipeline.workspace import Workspace
from rlmap.types import Concept, PassageRef, Problem

_State = Literal["here", "source missing", "lost"]


@dataclass(frozen=True, slots=True)
class PinCounts:
    """How many chosen passages this corpus holds, cannot hold because their source is not here, and has lost."""

    here: int
    source_missing: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Pin:
    """One line of a concept's file; ``field`` is its place there, for example ``pinned[0]``."""

    concept: Concept
    field: str
    passage: PassageRef
    state: _State


def check_pins(workspace: Workspace) -> list[Problem]:
    """Return a warning for each pinned or rejected passage that its source no longer holds.

    A passage of a source that is not in this corpus is no problem: not everybody has fetched all.

    Raises
    ------
    IndexMissingError
        If nothing was read yet.
    """
    return [_problem(pin) for pin in _pins(workspace) if pin.state == "lost"]


def count_pins(workspace: Workspace) -> PinCounts:
    """Count the passages that editors pinned or rejected; raises as :func:`check_pins` does."""
    counts = Counter(pin.state for pin in _pins(workspace))
    return PinCounts(counts["here"], counts["source missing"], counts["lost"])


def _pins(workspace: Workspace) -> Iterator[_Pin]:
    chosen = [
        (concept, f"{name}[{place}]", passage)
        for concept in workspace.graph.concepts.values()
        for name, passages in (("pinned", concept.pinned), ("rejected", concept.rejected))
        for place, passage in enumerate(passages)
    ]
    held = workspace.store.find_passages([passage.passage_id for _, _, passage in chosen])
    read = {source_id for source_id, (state, _) in workspace.store.source_states().items() if state == "read"}
    for concept, field, passage in chosen:
        state: _State = "lost" if passage.source_id in read else "source missing"
        yield _Pin(concept, field, passage, "here" if passage.passage_id in held else state)


def _problem(pin: _Pin) -> Problem:
    concept, verb = pin.concept, "pin" if pin.field.startswith("pinned") else "reject"
    return Problem(
        f"concepts/{concept.area}/{concept.id}.toml",
        pin.field,
        f"{pin.passage.source_id} holds no passage {pin.passage.passage_id} any more: its file, or how it is read, "
        "has changed",
        f"run rlmap setup if the corpus is older than the map; otherwise look with rlmap concept {concept.id} --json "
        f"for what stands there now and {verb} that passage_id, or remove the line",
        "warning",
    )
