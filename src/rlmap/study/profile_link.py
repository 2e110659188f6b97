"""A profile as plain data: for files, for the query part of a link, and back again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from rlmap.errors import InputError
from rlmap.study.profile import LEVELS, check_profile
from rlmap.types import LearnerProfile, Level

_SETS = ("known", "known_roughly", "unknown")
_KEYS = {"goals", *LEVELS, *_SETS, "hours_per_week", "taste"}


def profile_payload(profile: LearnerProfile) -> dict[str, Any]:
    """Return a profile as JSON values; lists are sorted, goals keep their order."""
    return {
        "goals": list(profile.goals),
        **{field: getattr(profile, field) for field in LEVELS},
        **{field: sorted(getattr(profile, field)) for field in _SETS},
        "hours_per_week": profile.hours_per_week,
        "taste": profile.taste,
    }


def profile_from_payload(payload: object, goals: object = None) -> LearnerProfile:
    """Return the profile that JSON values describe.

    Parameters
    ----------
    payload : object
        What :func:`profile_payload` returned; keys that are missing take their defaults.
    goals : object, optional
        The list of goals, where it is kept beside the profile.

    Raises
    ------
    InputError
        Naming the key that is unknown or has the wrong kind of value.
    """
    if not isinstance(payload, dict):
        raise InputError("The profile is not a JSON object.")
    unknown = sorted(set(payload) - _KEYS)
    if unknown:
        raise InputError(f"The profile has a key {unknown[0]!r} that no profile has: remove it.")
    default = LearnerProfile(goals=())
    profile = LearnerProfile(
        goals=tuple(_texts("goals", payload.get("goals", []) if goals is None else goals)),
        maths=_level(payload, "maths", default.maths),
        engineering=_level(payload, "engineering", default.engineering),
        deep_learning=_level(payload, "deep_learning", default.deep_learning),
        known=frozenset(_texts("known", payload.get("known", []))),
        known_roughly=frozenset(_texts("known_roughly", payload.get("known_roughly", []))),
        unknown=frozenset(_texts("unknown", payload.get("unknown", []))),
        hours_per_week=_number(payload, "hours_per_week", default.hours_per_week),
        taste=_number(payload, "taste", default.taste),
    )
    check_profile(profile)
    return profile


def profile_to_query(profile: LearnerProfile) -> dict[str, list[str]]:
    """Return a profile as the query part of a link, without what is at its default.

    The link holds the whole state, so a path is shared without an account.
    """
    default = profile_payload(LearnerProfile(goals=()))
    query: dict[str, list[str]] = {}
    for key, value in profile_payload(profile).items():
        if value != default[key]:
            query[key] = [str(item) for item in value] if isinstance(value, list) else [f"{value:g}"]
    return query


def profile_from_query(query: Mapping[str, Sequence[str]]) -> LearnerProfile:
    """Return the profile of a link; keys that no profile has are left to others.

    Raises
    ------
    InputError
        Naming the key whose value cannot be used.
    """
    payload: dict[str, Any] = {}
    for key in sorted(_KEYS & set(query)):
        values = list(query[key])
        if key in ("goals", *_SETS):
            payload[key] = values
        elif values:
            number = _parsed(key, values[-1])
            payload[key] = int(number) if key in LEVELS and number.is_integer() else number
    return profile_from_payload(payload)


def _parsed(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError(f"The value of {key} is {text[:40]!r}: give a number.") from error


def _texts(key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"The value of {key} is not a list of names.")
    return value


def _level(payload: Mapping[str, object], key: str, default: Level) -> Level:
    value = payload.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"The value of {key} is {value!r}: give 0, 1, 2 or 3.")
    return cast("Level", value)


def _number(payload: Mapping[str, object], key: str, default: float) -> float:
    value = payload.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"The value of {key} is {value!r}: give a number.")
    return float(value)
