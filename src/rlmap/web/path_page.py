"""Path: say what you know and want, get one strict order, and live with it."""

from __future__ import annotations

import streamlit as st

from rlmap import path_views as views
from rlmap.errors import RlmapError
from rlmap.pipeline.following import Followed, follow_plan, followed_plan
from rlmap.pipeline.learning import reviews_due
from rlmap.pipeline.paths import Shelf, goal_names, make_path, shelf
from rlmap.pipeline.workspace import Workspace, index_stamp
from rlmap.types import LearnerProfile, StudyPath
from rlmap.web import path_calendar, path_next, path_placement, path_profile, path_review, path_share, path_steps
from rlmap.web.shell import escape, workspace

#: Goals to begin with, for who does not know the names yet.
_FIRST_GOALS = ("ppo", "spine", "q-learning", "offline-rl", "rlhf", "infrastructure")
VIEWS = ("Steps", "Calendar", "What next", "Review", "Share and export")


def render() -> None:
    """Draw the page; the profile is kept in the address, so a path is shared as a link."""
    opened = workspace()
    st.title("Path")
    if path_placement.is_open():
        path_placement.show(opened, path_profile.kept_profile())
        return
    names = goal_names(opened)
    followed = followed_plan(opened)
    profile = path_profile.profile_form(opened, names, followed, path_placement.start)
    path_steps.show_message()
    if not profile.goals:
        _first_goals(names)
        return
    try:
        path = make_path(opened, profile)
    except RlmapError as error:
        st.error(str(error), icon=":material/error:")
        return
    _standing(opened, profile, path, followed)
    _view(opened, profile, path, followed)


@st.cache_resource(max_entries=2, show_spinner=False)
def _shelf(home: str, stamp: str, _opened: Workspace) -> Shelf:  # noqa: ARG001 - the first two are the cache key
    return shelf(_opened)


def _first_goals(names: dict[str, str]) -> None:
    st.info("Choose a goal above to see your path. For a start:", icon=":material/flag:")
    with st.container(horizontal=True):
        for goal in _FIRST_GOALS:
            if goal in names:
                st.button(names[goal], key=f"goal-{goal}", on_click=path_profile.choose_goal, args=(goal,))


def _standing(opened: Workspace, profile: LearnerProfile, path: StudyPath, followed: Followed | None) -> None:
    """Show what the path takes, how far the learner is, and the button that keeps it."""
    st.markdown(escape(views.headline(path, goal_names(opened))))
    mine = followed is not None and followed.profile == profile
    if followed is not None and mine:
        st.progress(min(1.0, followed.share_done), text=escape(views.standing_lines(followed)[0]))
        for line in views.standing_lines(followed)[1:]:
            st.warning(escape(line), icon=":material/info:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Follow this path", type="primary", icon=":material/bookmark_add:"):
            follow_plan(opened, profile)
            st.rerun()
        if followed is not None:
            goals = ", ".join(goal_names(opened).get(goal, goal) for goal in followed.profile.goals)
            label = f"Back to the path you follow ({goals or 'its goals have left the map'})"
            st.button(label, on_click=path_profile.use, args=(followed.profile,), type="tertiary")


def _view(opened: Workspace, profile: LearnerProfile, path: StudyPath, followed: Followed | None) -> None:
    due = reviews_due(opened)
    labels = {"Review": f"Review ({len(due)})" if due else "Review"}
    chosen = st.segmented_control(
        "Show",
        VIEWS,
        default=VIEWS[0],
        key="path_view",
        required=True,
        format_func=lambda view: labels.get(view, view),
        label_visibility="collapsed",
    )
    around = _shelf(str(opened.settings.home), index_stamp(opened.settings), opened)
    if chosen == "Calendar":
        path_calendar.show(path)
    elif chosen == "What next":
        path_next.show(opened, path)
    elif chosen == "Review":
        path_review.show(opened, due)
    elif chosen == "Share and export":
        path_share.show(opened, profile, path, around)
    else:
        path_steps.show(opened, profile, path, around)
        path_steps.show_done(opened, profile, followed)
