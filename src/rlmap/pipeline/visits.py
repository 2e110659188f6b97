"""Where a learner was last, so that the first page can lead back there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlmap.corpus.files import write_atomically
from rlmap.demos.spec import load_specs
from rlmap.pipeline.workspace import Workspace
from rlmap.settings import Settings

#: Pages that are worth coming back to, and the part of the address that names what was open there.
NAMED_BY = {"map": "c", "ask": "q", "path": "goal", "demos": "d", "sources": "s"}
_KEPT = 6
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that was open: its name, and its address parameters (each may have several values)."""

    page: str
    query: Mapping[str, tuple[str, ...]]

    @property
    def subject(self) -> tuple[str, ...]:
        """What was open: a concept, a question, goals, a demo, a source; empty for the page alone."""
        return self.query.get(NAMED_BY.get(self.page, ""), ())


def recent_visits(settings: Settings) -> tuple[Visit, ...]:
    """Return the last visits, latest first; none where the list is missing or is not one of ours."""
    try:
        entries = json.loads(settings.visits_file.read_text(encoding="utf-8"))
        return tuple(
            Visit(entry["page"], {name: tuple(map(str, values)) for name, values in entry["query"].items()})
            for entry in entries
            if entry["page"] in NAMED_BY
        )
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return ()  # a convenience: a damaged list is written anew by the next visit


def remember_visit(settings: Settings, page: str, query: Mapping[str, Sequence[str]]) -> None:
    """Put a visit first in the list, unless nothing in particular was open.

    Raises
    ------
    StorageError
        If the data folder cannot be written.
    """
    visit = Visit(page, {name: tuple(values) for name, values in query.items()})
    before = recent_visits(settings)
    if not any(visit.subject) or before[:1] == (visit,):
        return
    others = [other for other in before if (other.page, other.subject) != (page, visit.subject)]
    kept = [visit, *others][:_KEPT]
    entries = [{"page": v.page, "query": {name: list(values) for name, values in v.query.items()}} for v in kept]
    write_atomically(settings.visits_file, json.dumps(entries, ensure_ascii=False).encode())


def visit_title(workspace: Workspace, visit: Visit) -> str | None:
    """Return what a visit was about in words, ``None`` if the map or the demos no longer have it."""
    concepts, tracks = workspace.graph.concepts, workspace.graph.tracks
    first = visit.subject[0]
    if visit.page == "map":
        return concepts[first].title if first in concepts else None
    if visit.page == "demos":
        specs = load_specs(workspace.settings.demos_dir)
        return specs[first].title if first in specs else None
    if visit.page == "sources":
        return workspace.sources[first].title if first in workspace.sources else None
    if visit.page == "path":
        named = [(concepts.get(goal) or tracks.get(goal)) for goal in visit.subject]
        titles = [goal.title for goal in named if goal is not None]
        return f"Path to {', '.join(titles)}"[:_LONGEST_TITLE] if titles else None
    return first if len(first) <= _LONGEST_TITLE else first[: _LONGEST_TITLE - 1] + "…"
