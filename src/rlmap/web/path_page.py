"""Path: say what you know and want, get one strict order."""

from __future__ import annotations

import json
from typing import cast

import streamlit as st

from rlmap import views
from rlmap.pipeline.learning import calendar_of, exported_path
from rlmap.pipeline.paths import LEVELS, goal_names, make_path
from rlmap.pipeline.workspace import Workspace
from rlmap.types import LearnerProfile, Level, Step, StudyPath
from rlmap.web.shell import escape, page_link, source_link, workspace

_ICONS = {
    "read": ":material/menu_book:",
    "build": ":material/construction:",
    "demo": ":material/science:",
    "check": ":material/quiz:",
    "paper": ":material/article:",
}


def render() -> None:
    """Draw the page; the profile is kept in the address, so a path can be shared as a link."""
    opened = workspace()
    st.title("Path")
    profile = _profile(opened)
    if not profile.goals:
        st.info("Choose a goal to see your path.", icon=":material/flag:")
        return
    _show(opened, make_path(opened, profile))


def _level(column: st.delta_generator.DeltaGenerator, field: str, label: str, default: int) -> Level:
    words = LEVELS[field]
    kept = int(st.query_params.get(field, default))
    chosen = column.selectbox(label, range(4), index=min(3, max(0, kept)), format_func=lambda level: words[level])
    st.query_params[field] = str(chosen)
    return cast("Level", chosen)


def _profile(opened: Workspace) -> LearnerProfile:
    names = goal_names(opened)
    wanted = [goal for goal in st.query_params.get_all("goal") if goal in names]
    goals = st.multiselect("I want to understand", list(names), default=wanted, format_func=names.__getitem__)
    st.query_params["goal"] = goals
    maths, engineering, deep_learning = st.columns(3)
    maths_level = _level(maths, "maths", "Mathematics", 1)
    engineering_level = _level(engineering, "engineering", "Programming", 1)
    deep_learning_level = _level(deep_learning, "deep_learning", "Deep learning", 0)
    titles = {concept.id: concept.title for concept in opened.graph.concepts.values()}
    kept = [concept for concept in st.query_params.get_all("known") if concept in titles]
    left, right = st.columns([3, 1])
    known = left.multiselect("I already know", sorted(titles), default=kept, format_func=titles.__getitem__)
    st.query_params["known"] = known
    pace = right.number_input("Hours a week", 0.5, 80.0, float(st.query_params.get("hours", 5.0)), 0.5)
    st.query_params["hours"] = str(pace)
    return LearnerProfile(
        goals=tuple(goals),
        maths=maths_level,
        engineering=engineering_level,
        deep_learning=deep_learning_level,
        known=frozenset(known),
        hours_per_week=pace,
    )


def _show(opened: Workspace, path: StudyPath) -> None:
    weeks = path.total_minutes / 60 / path.profile.hours_per_week
    for column, (label, value) in zip(
        st.columns(3),
        (("Steps", str(len(path.steps))), ("Time", views.hours(path.total_minutes)), ("Weeks", f"{weeks:.1f}")),
        strict=True,
    ):
        column.metric(label, value)
    with st.container(horizontal=True):
        st.download_button("Markdown", views.path_markdown(path), "path.md", icon=":material/download:")
        payload = json.dumps(views.path_payload(path), ensure_ascii=False, indent=2)
        st.download_button("JSON", payload, "path.json", icon=":material/download:")
        calendar = exported_path(opened, path, "ics")
        st.download_button("Calendar", calendar, "path.ics", "text/calendar", icon=":material/calendar_month:")
        table = exported_path(opened, path, "csv")
        st.download_button("Table", table, "path.csv", "text/csv", icon=":material/table:")
    steps, weeks_tab, branches = st.tabs(["Steps", "Week by week", "Where it leads"])
    with steps:
        for number, step in enumerate(path.steps, 1):
            _step(opened, number, step)
    with weeks_tab:
        _calendar(path)
    with branches:
        for branch in path.branches:
            st.markdown(f"**{escape(branch.title)}** ({views.hours(branch.minutes)}): {escape(branch.because)}")
            for concept_id in branch.concept_ids:
                page_link("map", opened.graph.concepts[concept_id].title, c=concept_id)


def _calendar(path: StudyPath) -> None:
    st.caption("A fifth of each week is left free, because estimates are estimates.")
    for week in calendar_of(path):
        with st.expander(f"Week {week.number}, from {week.starts.isoformat()}: {views.hours(week.minutes)}"):
            for portion in week.portions:
                part = f", part {portion.part} of {portion.parts}" if portion.parts > 1 else ""
                title = escape(portion.step.title)
                st.markdown(f"- {portion.number}. {title} ({views.hours(portion.minutes)}{part})")


def _step(opened: Workspace, number: int, step: Step) -> None:
    with st.container(border=True):
        st.markdown(
            f"**{number}. {_ICONS[step.kind]} {escape(step.title)}** · {step.kind} · {views.hours(step.minutes)}"
        )
        st.markdown(escape(step.because))
        for reading in step.readings:
            st.markdown(
                f"- {source_link(opened, reading.source_id)}, {escape(reading.where)}. {escape(reading.why)} "
                f"*Skip:* {escape(reading.skip)}"
            )
        if step.note:
            st.caption(escape(step.note))
        with st.container(horizontal=True):
            page_link("map", "Concept", c=step.concept_id)
            if step.demo_id and step.kind == "demo":
                page_link("demos", "Run it", d=step.demo_id)
