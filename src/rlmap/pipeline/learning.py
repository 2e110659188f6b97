"""A learner over time: what is known, what is next, placement, review, a plan in other forms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import get_args

from rlmap.errors import InputError
from rlmap.graph.walk import closure, find_concept
from rlmap.pipeline.concepts import concept_answers
from rlmap.pipeline.workspace import Workspace
from rlmap.study import export
from rlmap.study.calendar import Week, weeks_of
from rlmap.study.needs import goal_concepts
from rlmap.study.next_steps import one_step_away, ready_now, unlocks_most, why_here
from rlmap.study.placement import Answer, Answered, Placement, place
from rlmap.study.profile import LEVELS
from rlmap.study.progress import Entry, State, entries, forget, record
from rlmap.study.review import Rating, ReviewCard, Reviewed, add_cards, due_cards, review
from rlmap.study.storage import Storage
from rlmap.types import Prerequisite, StudyPath

__all__ = [
    "ANSWERS",
    "LEVELS",
    "RATINGS",
    "Answer",
    "Answered",
    "Placement",
    "Rating",
    "ReviewCard",
    "State",
    "Week",
]

ANSWERS: tuple[Answer, ...] = get_args(Answer)
RATINGS: tuple[Rating, ...] = get_args(Rating)
_QUOTES_ON_A_CARD = 2


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
    """Return what is recorded for each concept that was worked on."""
    return entries(_storage(workspace))


def known_concepts(workspace: Workspace) -> frozenset[str]:
    """Return the concepts recorded as done or skipped that the map still has."""
    recorded = progress_entries(workspace) if workspace.settings.progress_db.exists() else ()
    states = {entry.concept_id for entry in recorded if entry.state != "roughly"}
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
    storage = _storage(workspace)
    entry = record(storage, concept.id, state, minutes=minutes, note=note)
    if state == "done":
        add_cards(storage, concept)
    return entry


def forget_progress(workspace: Workspace, name: str) -> bool:
    """Take back what is recorded for a concept; says whether there was anything."""
    return forget(_storage(workspace), find_concept(workspace.graph, name))


def next_steps(workspace: Workspace, limit: int = 8) -> NextSteps:
    """Return what is ready now, by how much rests on it, and what is one step away."""
    known = known_concepts(workspace)
    graph = workspace.graph
    near = tuple((opening.concept_id, opening.missing) for opening in one_step_away(graph, known)[:limit])
    return NextSteps(len(known), unlocks_most(graph, known)[:limit], near)


def placement(workspace: Workspace, goals: Sequence[str], answers: Sequence[Answered] = ()) -> Placement:
    """Return what is believed after some answers about the closure of the goals, and the next question.

    Raises
    ------
    UnknownNameError
        If a goal does not exist.
    """
    graph = workspace.graph
    concepts = goal_concepts(graph, tuple(goals))
    return place(graph, closure(graph, concepts), answers)


def reviews_due(workspace: Workspace) -> tuple[ReviewCard, ...]:
    """Return the goals to try again today, most overdue first."""
    return due_cards(_storage(workspace), workspace.graph)


def rate_review(workspace: Workspace, card: ReviewCard, rating: Rating) -> Reviewed:
    """Record how well a goal was met."""
    return review(_storage(workspace), workspace.graph, card.concept_id, card.goal, rating)


def calendar_of(path: StudyPath, start: date | None = None) -> tuple[Week, ...]:
    """Lay a path out over weeks from ``start``, today unless given."""
    return weeks_of(path, start or datetime.now(UTC).date())


def chain_to_goal(workspace: Workspace, path: StudyPath, concept_id: str) -> tuple[Prerequisite, ...]:
    """Return why a concept is on a path: the edges from it to a goal."""
    return why_here(workspace.graph, path, concept_id)


def exported_path(workspace: Workspace, path: StudyPath, form: str) -> bytes:
    """Return a path as ``csv``, ``ics`` (iCalendar) or ``apkg`` (Anki cards: goals and quotes).

    Raises
    ------
    InputError
        If there is no such form.
    """
    if form == "csv":
        return export.path_csv(path).encode()
    if form == "ics":
        return export.path_calendar(calendar_of(path), datetime.now(UTC))
    if form == "apkg":
        concepts = list(dict.fromkeys(step.concept_id for step in path.steps))
        quotes = {concept_id: _card_quotes(workspace, concept_id) for concept_id in concepts}
        return export.anki_package(workspace.graph, concepts, quotes, f"rlmap: {', '.join(path.profile.goals)}")
    raise InputError(f"There is no form {form!r} of a path: use csv, ics or apkg.")


def _card_quotes(workspace: Workspace, concept_id: str) -> list[export.CardQuote]:
    answers = concept_answers(workspace, workspace.graph.concepts[concept_id])
    verified = [answer for answer in answers if answer.quotes[0].verified]
    return [export.CardQuote(a.quotes[0].display, a.source.title) for a in verified[:_QUOTES_ON_A_CARD]]


def _storage(workspace: Workspace) -> Storage:
    workspace.settings.ensure_home()
    return Storage(workspace.settings.progress_db)
