"""Keep what was learned: spaced repetition of goals with FSRS.

Each goal of a concept that is done has a card. Its state and the day it is due follow the FSRS-6
model of memory (Ye, Su and Cao 2022; package ``fsrs``). Who can do an advanced thing has exercised
what it is made of: a good review also counts, as a review by use, for the cards of the concept's
prerequisites that are due by then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from rlmap.errors import InputError, UnknownNameError
from rlmap.study.storage import Storage
from rlmap.types import Concept, ConceptGraph

if TYPE_CHECKING:
    import sqlite3

    from fsrs import Card, Scheduler

Rating = Literal["again", "hard", "good", "easy"]
_RATINGS: dict[Rating, int] = {"again": 1, "hard": 2, "good": 3, "easy": 4}
_FIRST_REVIEW = timedelta(days=1)
#: A review by use may come this much before the card is due, since it costs the learner nothing.
_EARLY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A goal to be tried again, and since when it is due."""

    concept_id: str
    goal: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The outcome of a review: when the goal is due next, and the goals that it exercised by use."""

    next_due: datetime
    by_use: tuple[ReviewCard, ...]


def add_cards(storage: Storage, concept: Concept, now: datetime | None = None) -> int:
    """Make a card for each goal of a concept that has none yet, due in a day; return how many."""
    at = _utc(now)
    made = 0
    with storage.writing() as connection:
        for goal in concept.goals:
            card = _new_card(at + _FIRST_REVIEW)
            made += connection.execute(
                "INSERT INTO card (concept_id, goal, fsrs, due) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (concept.id, goal, card.to_json(), card.due.isoformat()),
            ).rowcount
    return made


def due_cards(storage: Storage, graph: ConceptGraph, now: datetime | None = None) -> tuple[ReviewCard, ...]:
    """Return the cards that are due, most overdue first.

    Cards of concepts or goals that the map no longer has are kept on record and not shown.
    """
    at = _utc(now).isoformat()
    rows = storage.rows("SELECT concept_id, goal, due FROM card WHERE due <= ? ORDER BY due, concept_id, goal", (at,))
    return tuple(
        ReviewCard(row["concept_id"], row["goal"], datetime.fromisoformat(row["due"]))
        for row in rows
        if row["concept_id"] in graph.concepts and row["goal"] in graph.concepts[row["concept_id"]].goals
    )


def review(
    storage: Storage, graph: ConceptGraph, concept_id: str, goal: str, rating: Rating, *, now: datetime | None = None
) -> Reviewed:
    """Record how well a goal was met, and plan when to try it again.

    Parameters
    ----------
    storage : Storage
        Where the cards are.
    graph : ConceptGraph
        The map, for what the concept exercises by use.
    concept_id, goal : str
        The card.
    rating : {"again", "hard", "good", "easy"}
        ``again`` where it failed. ``good`` and ``easy`` count for the prerequisites as well.
    now : datetime, optional
        The time of the review.

    Raises
    ------
    InputError
        If the rating is none of the four.
    UnknownNameError
        If there is no such card.
    """
    if rating not in _RATINGS:
        raise InputError(f"The rating {rating!r} is none of {', '.join(_RATINGS)}.")
    at = _utc(now)
    scheduler = _scheduler()
    with storage.writing() as connection:
        card = _stored_card(connection, concept_id, goal)
        if card is None:
            raise UnknownNameError("review card", f"{concept_id}: {goal}"[:160])
        next_due = _reviewed(
            connection, scheduler, card, key=(concept_id, goal), rating=_RATINGS[rating], at=at, by_use=False
        )
        used: list[ReviewCard] = []
        if rating in ("good", "easy") and concept_id in graph.concepts:
            for other_id, other_goal in _exercised(graph, graph.concepts[concept_id]):
                other = _stored_card(connection, other_id, other_goal)
                if other is not None and other.due <= at + _EARLY:
                    key = (other_id, other_goal)
                    due = _reviewed(connection, scheduler, other, key=key, rating=_RATINGS["good"], at=at, by_use=True)
                    used.append(ReviewCard(other_id, other_goal, due))
    return Reviewed(next_due, tuple(used))


def _exercised(graph: ConceptGraph, concept: Concept) -> list[tuple[str, str]]:
    """Return the goals that a concept makes use of: those its edges name, else all of a prerequisite's."""
    pairs = []
    for edge in concept.prerequisites:
        goals = graph.concepts[edge.requires_id].goals
        wanted: Collection[int] = edge.goals or range(len(goals))
        pairs += [(edge.requires_id, goals[index]) for index in wanted]
    return pairs


def _utc(now: datetime | None) -> datetime:
    """Return a time in UTC, in which stored times compare as texts; the present unless given."""
    return (now or datetime.now(UTC)).astimezone(UTC)


def _scheduler() -> Scheduler:
    from fsrs import Scheduler  # noqa: PLC0415  # the app starts without it

    # One learning step of a day: goals are tried again tomorrow, not in ten minutes. No fuzz, so
    # that the same reviews give the same dates.
    return Scheduler(learning_steps=(_FIRST_REVIEW,), relearning_steps=(_FIRST_REVIEW,), enable_fuzzing=False)


def _new_card(due: datetime) -> Card:
    from fsrs import Card  # noqa: PLC0415 - as above

    return Card(card_id=0, due=due)


def _stored_card(connection: sqlite3.Connection, concept_id: str, goal: str) -> Card | None:
    from fsrs import Card  # noqa: PLC0415 - as above

    key = (concept_id, goal)
    row = connection.execute("SELECT fsrs FROM card WHERE concept_id = ? AND goal = ?", key).fetchone()
    return Card.from_json(row["fsrs"]) if row else None


def _reviewed(
    connection: sqlite3.Connection,
    scheduler: Scheduler,
    card: Card,
    *,
    key: tuple[str, str],
    rating: int,
    at: datetime,
    by_use: bool,
) -> datetime:
    from fsrs import Rating as FsrsRating  # noqa: PLC0415 - as above

    after, _ = scheduler.review_card(card, FsrsRating(rating), at)
    due: datetime = after.due
    update = "UPDATE card SET fsrs = ?, due = ? WHERE concept_id = ? AND goal = ?"
    connection.execute(update, (after.to_json(), due.isoformat(), *key))
    connection.execute(
        "INSERT INTO review (concept_id, goal, rating, by_use, at) VALUES (?, ?, ?, ?, ?)",
        (*key, rating, int(by_use), at.isoformat()),
    )
    return due
