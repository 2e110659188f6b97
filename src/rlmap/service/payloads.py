"""What HTTP and tools answer: one function for each question, from a workspace to JSON values."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from rlmap import concept_views, views
from rlmap.errors import DemoError, UnknownNameError
from rlmap.graph.formats import export_map
from rlmap.path_views import path_payload
from rlmap.pipeline.asking import AskOptions, ask_question
from rlmap.pipeline.concepts import concept_view
from rlmap.pipeline.demos import demo_spec, demo_specs
from rlmap.pipeline.health import health_report
from rlmap.pipeline.library import corpus_status
from rlmap.pipeline.paths import make_path, shelf
from rlmap.pipeline.workspace import Workspace, index_stamp, open_workspace
from rlmap.settings import Settings
from rlmap.spelling import nearest_names
from rlmap.types import LearnerProfile, SourceKind
from rlmap.views import Payload


class SharedWorkspace:
    """One workspace for all threads of a service, opened again when another index serves."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._stamp = index_stamp(settings)
        self._workspace = open_workspace(settings)

    def current(self) -> Workspace:
        """Return the workspace of the index that serves now."""
        stamp = index_stamp(self.settings)
        with self._lock:
            if stamp != self._stamp:
                self._stamp, self._workspace = stamp, open_workspace(self.settings)
            return self._workspace


def ask(workspace: Workspace, question: str, *, works: int, kinds: Collection[SourceKind], plainness: float) -> Payload:
    """Answer a question with quotes.

    Raises
    ------
    InputError
        If the question is empty or too long.
    IndexMissingError
        If nothing is indexed yet.
    """
    options = AskOptions(works=works, kinds=frozenset(kinds), plainness=plainness)
    return views.ask_payload(ask_question(workspace, question, options))


def concepts(workspace: Workspace, area: str | None = None) -> Payload:
    """Return the map, or one area of it, with the reasons on its edges.

    Raises
    ------
    UnknownNameError
        If there is no such area.
    """
    payload: Payload = json.loads(export_map(workspace.graph, "json", area))
    return payload


def concept(workspace: Workspace, name: str) -> Payload:
    """Return the page of a concept; raises UnknownNameError if no concept has this name."""
    return concept_views.concept_payload(concept_view(workspace, name), workspace.sources)


def path(
    workspace: Workspace,
    goals: Sequence[str],
    *,
    maths: int,
    engineering: int,
    deep_learning: int,
    known: Collection[str],
    hours_per_week: float,
    taste: float,
) -> Payload:
    """Return a personal reading order.

    Raises
    ------
    UnknownNameError
        If a goal or a known concept does not exist.
    InputError
        If a level, the hours or the taste are out of range.
    """
    profile = LearnerProfile(
        goals=tuple(goals),
        maths=maths,  # type: ignore[arg-type]  # make_path refuses a level that is not one of 0 to 3
        engineering=engineering,  # type: ignore[arg-type]  # likewise
        deep_learning=deep_learning,  # type: ignore[arg-type]  # likewise
        known=frozenset(known),
        hours_per_week=hours_per_week,
        taste=taste,
    )
    return path_payload(make_path(workspace, profile), shelf(workspace))


def demos(workspace: Workspace) -> list[Payload]:
    """Return every demo: its question, what it varies, what it expects."""
    return [asdict(spec) for spec in demo_specs(workspace.settings).values()]


def demo_result(workspace: Workspace, demo_id: str) -> Payload:
    """Return a demo and its recorded result, ``None`` where none was recorded.

    Raises
    ------
    UnknownNameError
        If there is no such demo.
    DemoError
        If the recorded result cannot be read.
    """
    spec = demo_spec(workspace.settings, demo_id)
    return {**asdict(spec), "result": _recorded(workspace.settings, demo_id)}


def _recorded(settings: Settings, demo_id: str) -> Any:
    recorded = settings.demos_dir / demo_id / "result.json"
    if not recorded.exists():
        return None
    try:
        # JSON has no NaN; Python writes it for a statistic that does not exist.
        return json.loads(recorded.read_text(encoding="utf-8"), parse_constant=lambda _: None)
    except (OSError, ValueError) as error:
        raise DemoError(f"{recorded} cannot be read ({error}): restore it, or record it again.") from error


def sources(workspace: Workspace) -> list[Payload]:
    """Return every source with its licence and what became of it."""
    return [asdict(row) for row in corpus_status(workspace.settings)]


def source(workspace: Workspace, source_id: str) -> Payload:
    """Return one source; raises UnknownNameError if there is none of that id."""
    rows = {row["source_id"]: row for row in sources(workspace)}
    if source_id not in rows:
        raise UnknownNameError("source", source_id[:80], nearest_names(source_id, rows))
    return rows[source_id]


def health(workspace: Workspace) -> Payload:
    """Return versions, data folder, index and device."""
    return dict(health_report(workspace.settings))
