"""A path week by week, at the learner's own pace and with room for what goes wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rlmap.errors import InputError
from rlmap.types import Step, StudyPath

#: The share of each week that is left free; estimates are estimates.
SLACK = 0.2


@dataclass(frozen=True, slots=True)
class Portion:
    """A step, or the part of it that falls into a week; ``number`` counts the path's steps from 1."""

    number: int
    step: Step
    minutes: int
    part: int
    parts: int


@dataclass(frozen=True, slots=True)
class Week:
    """What to do in one week: ``minutes`` of work, ``slack_minutes`` left free."""

    number: int
    starts: date
    portions: tuple[Portion, ...]
    minutes: int
    slack_minutes: int


def weeks_of(path: StudyPath, start: date, hours_per_week: float | None = None) -> tuple[Week, ...]:
    """Lay a path out over weeks.

    A step that does not fit into what is left of a week is split, unless a week can hold it
    whole and less than a quarter of an hour of the current one would be used.

    Parameters
    ----------
    path : StudyPath
        What to do.
    start : date
        The first day of the first week.
    hours_per_week : float, optional
        The pace; that of the profile unless given.

    Raises
    ------
    InputError
        If the pace is not a positive number of hours that a week can hold.
    """
    pace = path.profile.hours_per_week if hours_per_week is None else hours_per_week
    if not (math.isfinite(pace) and 0 < pace <= 168):
        raise InputError(f"The hours per week are {pace!r}: give a number above 0 and at most 168.")
    whole = round(pace * 60)
    capacity = max(1, round(pace * 60 * (1 - SLACK)))
    weeks: list[list[tuple[int, int]]] = [[]]
    free = capacity
    for at, step in enumerate(path.steps):
        left = step.minutes
        if free < min(left, 15) and left <= capacity:
            weeks.append([])
            free = capacity
        while left > 0:
            if free == 0:
                weeks.append([])
                free = capacity
            taken = min(left, free)
            weeks[-1].append((at, taken))
            left -= taken
            free -= taken
    if not path.steps:
        return ()
    return _named(path, weeks, start, whole)


def days_of(weeks: Sequence[Week]) -> list[tuple[Step, date, date]]:
    """Return each step with the first and the last day on which it is done, in order.

    The work of a week is spread evenly over its seven days.
    """
    days: dict[int, tuple[Step, date, date]] = {}
    for week in weeks:
        done = 0
        for portion in week.portions:
            first = week.starts + timedelta(days=7 * done // week.minutes)
            done += portion.minutes
            last = max(first, week.starts + timedelta(days=(7 * done - 1) // week.minutes))
            begun = days[portion.number][1] if portion.number in days else first
            days[portion.number] = portion.step, begun, last
    return list(days.values())


def what_if(path: StudyPath, start: date, hours_per_week: float) -> tuple[date, date, int]:
    """Return the last day at the path's own pace, the last day at another, and the weeks between them.

    The number of weeks is positive where the other pace is slower.

    Raises
    ------
    InputError
        If the pace is not a positive number of hours that a week can hold.
    """
    own, other = weeks_of(path, start), weeks_of(path, start, hours_per_week)
    last_day = timedelta(days=6)
    ends = [weeks[-1].starts + last_day if weeks else start for weeks in (own, other)]
    return ends[0], ends[1], len(other) - len(own)


def _named(path: StudyPath, weeks: list[list[tuple[int, int]]], start: date, whole: int) -> tuple[Week, ...]:
    parts: dict[int, int] = {}
    for week in weeks:
        for at, _ in week:
            parts[at] = parts.get(at, 0) + 1
    seen: dict[int, int] = {}
    named = []
    for number, week in enumerate(weeks, start=1):
        portions = []
        for at, minutes in week:
            seen[at] = seen.get(at, 0) + 1
            portions.append(Portion(at + 1, path.steps[at], minutes, seen[at], parts[at]))
        used = sum(portion.minutes for portion in portions)
        starts = start + timedelta(weeks=number - 1)
        named.append(Week(number, starts, tuple(portions), used, max(0, whole - used)))
    return tuple(named)
