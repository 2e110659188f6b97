"""The plan that a learner follows: kept, planned anew after each change, and what the change was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from rlmap.pipeline.learning import forget_progress, open_storage, progress_entries, record_progress
from rlmap.pipeline.paths import make_path, surviving, with_ids
from rlmap.pipeline.workspace import Workspace
from rlmap.study.calendar import Week, weeks_of, what_if
from rlmap.study.next_steps import PathChange, changes, what_if_skipped, why_here
from rlmap.study.progress import Entry, SavedPlan, State, load_plan, save_plan
from rlmap.types import LearnerProfile, Prerequisite, StudyPath

__all__ = ["PathChange", "Week"]


@dataclass(frozen=True, slots=True)
class Followed:
    """A plan in use.

    ``profile`` is what the learner asked for, ``path`` what is left to do by now. ``done`` are the
    concepts of the plan that are recorded, in its order; ``vanished`` names what the plan or the
    record speaks of and the map no longer has. ``added`` are concepts that the map has come to
    ask for since the plan was kept.
    """

    profile: LearnerProfile
    path: StudyPath
    done: tuple[Entry, ...]
    vanished: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def concepts(self) -> int:
        """How many concepts the plan has, those behind and those ahead."""
        ahead = {step.concept_id for step in self.path.steps} - {entry.concept_id for entry in self.done}
        return len(self.done) + len(ahead)

    @property
    def share_done(self) -> float:
        """The share of the plan's concepts that are recorded, in [0, 1]."""
        return len(self.done) / max(1, self.concepts)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a change of progress: the entry, if there is one, and how the plan in use changed."""

    entry: Entry | None
    change: PathChange | None
    path: StudyPath | None


def follow_plan(workspace: Workspace, profile: LearnerProfile) -> StudyPath:
    """Keep the plan of a profile as the one that the learner follows, in place of an earlier one.

    Raises
    ------
    UnknownNameError
        If a goal or a known concept does not exist.
    InputError
        If a value of the profile is out of range.
    """
    asked = with_ids(workspace, profile)
    path = make_path(workspace, asked)
    with open_storage(workspace) as storage:
        save_plan(storage, asked, path)
    return path


def followed_plan(workspace: Workspace) -> Followed | None:
    """Return the plan that the learner follows, planned anew; ``None`` where there is none.

    What left the map since is named and left out; it stays on record. A plan all of whose goals
    have left has a path without steps.

    Raises
    ------
    StorageError
        If what is stored cannot be read.
    """
    saved = _saved_plan(workspace)
    if saved is None:
        return None
    profile, vanished = surviving(workspace, saved.profile)
    path = make_path(workspace, profile) if profile.goals else StudyPath(profile, (), 0)
    entries = progress_entries(workspace)
    lost = {entry.concept_id for entry in entries if entry.concept_id not in workspace.graph.concepts}
    planned = dict.fromkeys(concept_id for _, concept_id in saved.steps)
    done = {entry.concept_id: entry for entry in entries}
    return Followed(
        profile=profile,
        path=path,
        done=tuple(done[concept_id] for concept_id in planned if concept_id in done),
        vanished=tuple(sorted({*vanished, *lost})),
        added=tuple(dict.fromkeys(step.concept_id for step in path.steps if step.concept_id not in planned)),
    )


def mark(
    workspace: Workspace,
    name: str,
    state: State | None,
    *,
    minutes: int = 0,
    note: str | None = None,
    profile: LearnerProfile | None = None,
) -> Recorded:
    """Record a concept, or with ``None`` take back what is recorded, and say how the plan changes.

    The plan is that of ``profile``, or else the one that the learner follows.

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    """
    before = _present_path(workspace, profile)
    if state is None:
        forget_progress(workspace, name)
        entry = None
    else:
        entry = record_progress(workspace, name, state, minutes=minutes, note=note)
    after = _present_path(workspace, profile)
    change = changes(before, after) if before is not None and after is not None else None
    return Recorded(entry, change, after)


def _present_path(workspace: Workspace, profile: LearnerProfile | None) -> StudyPath | None:
    if profile is not None:
        return make_path(workspace, profile)
    followed = followed_plan(workspace)
    return followed.path if followed is not None else None


def calendar_of(path: StudyPath, start: date | None = None, hours_per_week: float | None = None) -> tuple[Week, ...]:
    """Lay a path out over weeks from ``start``, today unless given, at the learner's pace or another.

    Raises
    ------
    InputError
        If the pace is not a number of hours that a week can hold.
    """
    return weeks_of(path, start or today(), hours_per_week)


def other_pace(path: StudyPath, hours_per_week: float) -> tuple[date, date, int]:
    """Return the last day from today at the path's own pace, at another, and the weeks between them."""
    return what_if(path, today(), hours_per_week)


def chain_to_goal(workspace: Workspace, path: StudyPath, concept_id: str) -> tuple[Prerequisite, ...]:
    """Return why a concept is on a path: the edges from it to a goal."""
    return why_here(workspace.graph, path, concept_id)


def ground_lost(workspace: Workspace, path: StudyPath, concept_id: str) -> tuple[Prerequisite, ...]:
    """Return the edges that lose their ground if a concept of a path is skipped."""
    return what_if_skipped(workspace.graph, path, concept_id)


def today() -> date:
    """Return the day at Greenwich."""
    return datetime.now(UTC).date()


def _saved_plan(workspace: Workspace) -> SavedPlan | None:
    if not workspace.settings.progress_db.exists():
        return None
    with open_storage(workspace) as storage:
        return load_plan(storage)
