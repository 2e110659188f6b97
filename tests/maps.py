"""Small maps for tests: as files, and as records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import rtoml

from rlmap.graph.schema import ConceptFile
from rlmap.types import Concept, ConceptGraph, Track


def entry(concept_id: str, needs: Iterable[str] = (), **changes: Any) -> dict[str, Any]:
    """Return the content of a concept file without fault; ``changes`` replace or add keys."""
    words = concept_id.replace("-", " ")
    data: dict[str, Any] = {
        "id": concept_id,
        "title": words.capitalize(),
        "area": "core-rl",
        "formalism": 1,
        "minutes": 30,
        "summary": f"What {words} is, in plain words.",
        "goals": [f"Explain {words}.", f"Use {words}."],
        "mistakes": [f"Taking {words} for something else."],
        "demo_id": "corridor",
        "prerequisites": [{"concept": need, "reason": f"{words} is made of {need}."} for need in needs],
        "readings": [
            reading("plain-book", level="plain"),
            reading("formal-paper", level="formal"),
        ],
        "checked_against": [{"source": source, "where": "section 1"} for source in ("plain-book", "formal-paper")],
        "build": {"task": f"Write {words}.", "check": "It prints 1.", "minutes": 20, "substantial": False},
    }
    return data | changes


def reading(source: str, level: str = "plain", minutes: int = 10) -> dict[str, Any]:
    """Return the content of a reading."""
    return {
        "source": source,
        "where": "section 1",
        "why": "It says it shortly.",
        "skip": "The appendix.",
        "level": level,
        "minutes": minutes,
    }


def write_map(
    folder: Path,
    entries: Iterable[Mapping[str, Any]],
    tracks: Sequence[Mapping[str, Any]] = (),
    areas: Iterable[str] = ("core-rl",),
) -> Path:
    """Write a map's files below ``folder`` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    table = {area: {"title": area.capitalize(), "summary": f"All about {area}."} for area in areas}
    (folder / "areas.toml").write_text(rtoml.dumps(table), encoding="utf-8")
    if tracks:
        (folder / "tracks.toml").write_text(rtoml.dumps({"tracks": list(tracks)}), encoding="utf-8")
    for data in entries:
        path = folder / "concepts" / data["area"] / f"{data['id']}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rtoml.dumps(data), encoding="utf-8")
    return folder


def concept(concept_id: str, needs: Iterable[str] = (), **changes: Any) -> Concept:
    """Return a concept record without fault."""
    return ConceptFile.model_validate(entry(concept_id, needs, **changes)).to_record()


def graph_of(*concepts: Concept, tracks: Iterable[Track] = ()) -> ConceptGraph:
    """Return a graph of these concepts, with an area for each area they name."""
    return ConceptGraph(
        concepts={item.id: item for item in sorted(concepts, key=lambda item: item.id)},
        areas={item.area: item.area.capitalize() for item in concepts},
        tracks={track.id: track for track in tracks},
    )
