"""The learner's profile on the Path page: a form, the address that holds it, and a summary in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import streamlit as st

from rlmap.errors import InputError
from rlmap.path_views import vanished_sentence
from rlmap.pipeline.following import Followed
from rlmap.pipeline.paths import LEVELS, on_this_map, profile_from_query, profile_to_query
from rlmap.pipeline.workspace import Workspace
from rlmap.types import LearnerProfile, Level
from rlmap.web.shell import escape

_LABELS = {"maths": "Mathematics", "engineering": "Programming", "deep_learning": "Deep learning"}
_TASTES = {-1.0: "Build as much as possible", 0.0: "Half and half", 1.0: "More theory and papers"}
#: Kept when the learner looks at another page, unlike the state of widgets.
_KEPT = "_path_profile"
_GOALS = "path_goals"
_SETS = {"known": "path_known", "known_roughly": "path_roughly", "unknown": "path_unknown"}


def profile_form(
    opened: Workspace, names: Mapping[str, str], followed: Followed | None, start_placement: Callable[[], None]
) -> LearnerProfile:
    """Draw the form and return what it says; the address is brought up to date."""
    if _GOALS not in st.session_state:
        use(_initial(opened, followed))
    st.multiselect("I want to understand", list(names), key=_GOALS, format_func=lambda goal: names.get(goal, goal))
    with st.expander(f"About you: {_summary(kept_profile())}", icon=":material/person:"):
        _about(opened, start_placement)
    profile = _read()
    st.session_state[_KEPT] = profile
    query = address_of(profile)
    if _query() != query:
        st.query_params.from_dict(query)
    return profile


def kept_profile() -> LearnerProfile:
    """Return the profile that the form held when it was last drawn."""
    return cast("LearnerProfile", st.session_state[_KEPT])


def address_of(profile: LearnerProfile) -> dict[str, list[str]]:
    """Return the query part of the address of a path; goals have a short name there, as people write it by hand."""
    query = profile_to_query(profile)
    return {"goal" if name == "goals" else name: values for name, values in query.items()}


def use(profile: LearnerProfile) -> None:
    """Fill the form with a profile."""
    state = st.session_state
    state[_KEPT] = profile
    state[_GOALS] = list(profile.goals)
    for field in LEVELS:
        state[f"path_{field}"] = getattr(profile, field)
    for field, key in _SETS.items():
        state[key] = sorted(getattr(profile, field))
    state["path_hours"] = float(profile.hours_per_week)
    state["path_taste"] = min(_TASTES, key=lambda taste: abs(taste - profile.taste))


def choose_goal(goal: str) -> None:
    """Add a goal to the form."""
    st.session_state[_GOALS] = [*dict.fromkeys([*st.session_state[_GOALS], goal])]


def _query() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params}


def _initial(opened: Workspace, followed: Followed | None) -> LearnerProfile:
    """Return the profile of the address; else the one of this visit, else the one that is followed."""
    query = _query()
    if "goal" in query:
        query["goals"] = [*query.get("goals", []), *query.pop("goal")]
    if "hours" in query:
        query["hours_per_week"] = query.pop("hours")
    try:
        asked, vanished = on_this_map(opened, profile_from_query(query))
    except InputError as error:
        st.error(escape(f"The address holds a path that cannot be used. {error}"), icon=":material/link_off:")
        return LearnerProfile(goals=())
    if vanished:
        st.warning(escape(vanished_sentence(vanished)), icon=":material/info:")
    if asked != LearnerProfile(goals=()):
        return asked
    if _KEPT in st.session_state:
        return kept_profile()
    return followed.profile if followed is not None else asked


def _about(opened: Workspace, start_placement: Callable[[], None]) -> None:
    for column, (field, label) in zip(st.columns(3), _LABELS.items(), strict=True):
        words = LEVELS[field]
        column.radio(label, range(4), key=f"path_{field}", format_func=words.__getitem__)
    titles = {concept.id: concept.title for concept in opened.graph.concepts.values()}
    left, right = st.columns(2)
    left.multiselect("I know", sorted(titles), key=_SETS["known"], format_func=titles.__getitem__)
    right.multiselect(
        "I understand roughly, not deeply",
        sorted(titles),
        key=_SETS["known_roughly"],
        format_func=titles.__getitem__,
        help="It is checked in five minutes where something leans on it, instead of being taught.",
    )
    st.multiselect(
        "Teach me all the same",
        sorted(titles),
        key=_SETS["unknown"],
        format_func=titles.__getitem__,
        help="Concepts that your levels above would take for known.",
    )
    left, right = st.columns(2)
    left.number_input("Hours a week", 0.5, 80.0, step=0.5, key="path_hours")
    right.select_slider("Taste", sorted(_TASTES), key="path_taste", format_func=_TASTES.__getitem__)
    st.button(
        "Find out what I know, in about ten questions",
        icon=":material/quiz:",
        on_click=start_placement,
        disabled=not st.session_state[_GOALS],
        help="Choose a goal first." if not st.session_state[_GOALS] else None,
    )


def _read() -> LearnerProfile:
    state = st.session_state
    known = frozenset(state[_SETS["known"]])
    return LearnerProfile(
        goals=tuple(state[_GOALS]),
        maths=cast("Level", state["path_maths"]),
        engineering=cast("Level", state["path_engineering"]),
        deep_learning=cast("Level", state["path_deep_learning"]),
        known=known,
        known_roughly=frozenset(state[_SETS["known_roughly"]]) - known,
        unknown=frozenset(state[_SETS["unknown"]]) - known,
        hours_per_week=float(state["path_hours"]),
        taste=float(state["path_taste"]),
    )


def _summary(profile: LearnerProfile) -> str:
    known = len(profile.known) + len(profile.known_roughly)
    parts = [f"{label.lower()} {getattr(profile, field)} of 3" for field, label in _LABELS.items()]
    parts.append(f"{profile.hours_per_week:g} hours a week")
    if known:
        parts.append(f"{known} concepts known")
    return ", ".join(parts)
