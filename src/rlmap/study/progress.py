"""What a learner has done, skipped or roughly understood, and how a plan follows from it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from rlmap.errors import InputError, StorageError
from rlmap.study.profile_link import profile_from_payload, profile_payload
from rlmap.study.storage import Storage
from rlmap.types import ConceptGraph, LearnerProfile, StudyPath

State = Literal["done", "roughly", "skipped"]
STATES: tuple[State, ...] = ("done", "roughly", "skipped")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is recorded for a concept; ``minutes`` is all time spent on it."""

    concept_id: str
    state: State
    minutes: int
    note: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """The plan that a learner follows: its profile, and its steps as (kind, concept)."""

    profile: LearnerProfile
    steps: tuple[tuple[str, str], ...]


def record(
    storage: Storage,
    concept_id: str,
    state: State,
    *,
    minutes: int = 0,
    note: str | None = None,
    now: datetime | None = None,
) -> Entry:
    """Record a concept as done, roughly understood or skipped.

    Parameters
    ----------
    storage : Storage
        Where to.
    concept_id : str
        The concept; that it exists is for the caller to check.
    state : {"done", "roughly", "skipped"}
        Replaces an earlier state.
    minutes : int
        Time spent now; added to what was recorded.
    note : str, optional
        Replaces an earlier note; ``None`` keeps it.
    now : datetime, optional
        The time of the change, in UTC unless it says otherwise.

    Raises
    ------
    InputError
        If the state is none of the three or the minutes are negative.
    """
    if state not in STATES:
        raise InputError(f"The state {state!r} is none of {', '.join(STATES)}.")
    if minutes < 0:
        raise InputError(f"The minutes are {minutes}: give 0 or more.")
    at = (now or datetime.now(UTC)).isoformat()
    with storage.writing() as connection:
        connection.execute(
            """
            INSERT INTO progress (concept_id, state, minutes, note, changed_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (concept_id) DO UPDATE SET
                state = excluded.state,
                minutes = progress.minutes + excluded.minutes,
                note = CASE WHEN ? THEN excluded.note ELSE progress.note END,
                changed_at = excluded.changed_at
            """,
            (concept_id, state, minutes, note or "", at, note is not None),
        )
    return next(entry for entry in entries(storage) if entry.concept_id == concept_id)


def forget(storage: Storage, concept_id: str) -> bool:
    """Remove what is recorded for a concept, its review cards included; return whether there was any."""
    with storage.writing() as connection:
        removed = connection.execute("DELETE FROM progress WHERE concept_id = ?", (concept_id,)).rowcount
        connection.execute("DELETE FROM card WHERE concept_id = ?", (concept_id,))
    return removed > 0


def entries(storage: Storage) -> tuple[Entry, ...]:
    """Return all that is recorded, by concept id."""
    return tuple(
        Entry(row["concept_id"], row["state"], row["minutes"], row["note"], datetime.fromisoformat(row["changed_at"]))
        for row in storage.rows("SELECT * FROM progress ORDER BY concept_id")
    )


def with_progress(
    graph: ConceptGraph, profile: LearnerProfile, recorded: Iterable[Entry]
) -> tuple[LearnerProfile, tuple[str, ...]]:
    """Return the profile with what is recorded, and the recorded concepts that the map no longer has.

    What is done or skipped counts as known (who skips takes the risk knowingly), what is roughly
    understood as known roughly. Concepts that left the map stay on record and are only named.
    """
    known, roughly, vanished = set(profile.known), set(profile.known_roughly), []
    for entry in recorded:
        if entry.concept_id not in graph.concepts:
            vanished.append(entry.concept_id)
        elif entry.state == "roughly":
            roughly.add(entry.concept_id)
        else:
            known.add(entry.concept_id)
    merged = replace(profile, known=frozenset(known), known_roughly=frozenset(roughly - known))
    return merged, tuple(sorted(vanished))


def save_plan(storage: Storage, profile: LearnerProfile, path: StudyPath) -> None:
    """Remember the plan that the learner follows, in place of an earlier one.

    The profile is the one that was planned for, not that of the path, in which everything known
    by level is listed: so a level that is corrected later still counts.
    """
    stored = json.dumps(profile_payload(profile), ensure_ascii=False)
    steps = json.dumps([[step.kind, step.concept_id] for step in path.steps])
    with storage.writing() as connection:
        connection.execute(
            "INSERT INTO plan (id, profile, steps) VALUES (1, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET profile = excluded.profile, steps = excluded.steps",
            (stored, steps),
        )


def load_plan(storage: Storage) -> SavedPlan | None:
    """Return the plan that the learner follows, ``None`` where there is none.

    Raises
    ------
    StorageError
        If what is stored cannot be read.
    """
    rows = storage.rows("SELECT profile, steps FROM plan WHERE id = 1")
    if not rows:
        return None
    try:
        profile = profile_from_payload(json.loads(rows[0]["profile"]))
        steps = tuple((str(kind), str(concept_id)) for kind, concept_id in json.loads(rows[0]["steps"]))
    except (ValueError, InputError) as error:
        raise StorageError(f"The plan in {storage.path} cannot be read ({error}): make a new one.") from error
    return SavedPlan(profile, steps)
