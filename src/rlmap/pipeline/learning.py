"""A learner over time: what is known, what is next, what is due for review."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import get_args

from rlmap.graph.walk import find_concept
from rlmap.pipeline.workspace import Workspace
from rlmap.study.next_steps import one_step_away, ready_now, unlocks_most
from rlmap.study.progress import Entry, State, entries, forget, record
from rlmap.study.review import Rating, ReviewCard, Reviewed, add_cards, due_cards, review
from rlmap.study.storage import Storage

__all__ = ["RATINGS", "Entry", "Rating", "ReviewCard", "State"]

RATINGS: tuple[Rating, ...] = get_args(Rating)


@dataclass(frozen=True, slots=True)
class NextSteps:
    """Where a learner can go on: concept ids, most useful first.

    ``unlocks`` pairs what is ready with how many unknown concepts rest on it; ``near`` pairs a
    concept with the one thing that it still lacks.
    """

    known: int
    unlocks: tuple[tuple[str, int], ...]
    near: tuple[tuple[str, str], ...]


def progress_entries(workspace: Workspace) -> tuple[Entry, ...]:
    """Return what is recorded for each concept that was worked on; nothing where nothing was."""
    if not workspace.settings.progress_db.exists():
        return ()
    with open_storage(workspace) as storage:
        return entries(storage)


def known_concepts(workspace: Workspace) -> frozenset[str]:
    """Return the concepts recorded as done or skipped that the map still has."""
    states = {entry.concept_id for entry in progress_entries(workspace) if entry.state != "roughly"}
    return frozenset(states & workspace.graph.concepts.keys())


def ready_concepts(workspace: Workspace, known: Collection[str]) -> frozenset[str]:
    """Return the concepts that are not known and whose every need is."""
    return frozenset(ready_now(workspace.graph, known))


def record_progress(
    workspace: Workspace, name: str, state: State, *, minutes: int = 0, note: str | None = None
) -> Entry:
    """Record a concept as done, roughly understood or skipped; what is done is reviewed from tomorrow on.

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    """
    concept = workspace.graph.concepts[find_concept(workspace.graph, name)]
    with open_storage(workspace) as storage, storage.writing():
        entry = record(storage, concept.id, state, minutes=minutes, note=note)
        if state == "done":
            add_cards(storage, concept)
    return entry


def forget_progress(workspace: Workspace, name: str) -> bool:
    """Take back what is recorded for a concept; says whether there was anything."""
    concept_id = find_concept(workspace.graph, name)
    with open_storage(workspace) as storage:
        return forget(storage, concept_id)


def next_steps(workspace: Workspace, limit: int = 8, *, behind: Collection[str] = ()) -> NextSteps:
    """Return what is ready now, by how much rests on it, and what is one step away.

    Parameters
    ----------
    workspace : Workspace
        Its record says what is done; its map, what follows.
    limit : int
        At most so many of each.
    behind : collection of str
        What is known besides, by a learner's levels, say.
    """
    known = known_concepts(workspace) | set(behind)
    graph = workspace.graph
    near = tuple((opening.concept_id, opening.missing) for opening in one_step_away(graph, known)[:limit])
    return NextSteps(len(known), unlocks_most(graph, known)[:limit], near)


def reviews_due(workspace: Workspace) -> tuple[ReviewCard, ...]:
    """Return the goals to try again today, most overdue first."""
    if not workspace.settings.progress_db.exists():
        return ()
    with open_storage(workspace) as storage:
        return due_cards(storage, workspace.graph)


def rate_review(workspace: Workspace, card: ReviewCard, rating: Rating) -> Reviewed:
    """Record how well a goal was met."""
    with open_storage(workspace) as storage:
        return review(storage, workspace.graph, card.concept_id, card.goal, rating)


def open_storage(workspace: Workspace) -> Storage:
    """Open the file that keeps progress; it is made where it is missing."""
    workspace.settings.ensure_home()
    return Storage(workspace.settings.progress_db)
