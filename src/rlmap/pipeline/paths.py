"""From what a learner says to a study path."""

from __future__ import annotations

from dataclasses import replace

from rlmap.graph.walk import find_concept
from rlmap.pipeline.learning import progress_entries
from rlmap.pipeline.workspace import Workspace
from rlmap.study.plan import plan
from rlmap.study.profile import LEVELS
from rlmap.study.progress import with_progress
from rlmap.types import LearnerProfile, StudyPath

__all__ = ["LEVELS", "goal_names", "make_path"]


def goal_names(workspace: Workspace) -> dict[str, str]:
    """Return what can be a goal: tracks, concepts, and works that concepts name as readings."""
    graph = workspace.graph
    names = {track.id: f"Track: {track.title}" for track in graph.tracks.values() if track.kind != "famous"}
    names |= {concept.id: concept.title for concept in graph.concepts.values()}
    read = {reading.source_id for concept in graph.concepts.values() for reading in concept.readings}
    for source_id in sorted(read - set(names)):
        source = workspace.sources.get(source_id)
        if source is not None and source.kind == "paper":
            names[source_id] = f"Read the paper: {source.title}"
    return names


def make_path(workspace: Workspace, profile: LearnerProfile) -> StudyPath:
    """Plan a path; goals and known concepts may be given by id, title or alias.

    What is recorded as done, skipped or roughly understood is taken into account.

    Raises
    ------
    UnknownNameError
        If a goal or a known concept does not exist; names the nearest ones.
    InputError
        If a value of the profile is out of range.
    """
    graph = workspace.graph
    other_goals = goal_names(workspace)
    goals = tuple(goal if goal in other_goals else find_concept(graph, goal) for goal in profile.goals)
    known = frozenset(find_concept(graph, name) for name in profile.known)
    wanted = replace(profile, goals=goals, known=known)
    if workspace.settings.progress_db.exists():
        wanted, _ = with_progress(graph, wanted, progress_entries(workspace))
    return plan(graph, wanted)
