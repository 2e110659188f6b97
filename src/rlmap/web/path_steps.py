"""The steps of a path on its page: stages as a list, the present one in full, what is done."""

from __future__ import annotations

import streamlit as st

from rlmap import path_views as views
from rlmap.path_views import Stop
from rlmap.pipeline.following import (
    Followed,
    chain_to_goal,
    follow_plan,
    followed_plan,
    ground_lost,
    mark,
)
from rlmap.pipeline.learning import Entry, State, progress_entries
from rlmap.pipeline.paths import Shelf
from rlmap.pipeline.workspace import Workspace
from rlmap.reading_views import reading_sentence
from rlmap.types import LearnerProfile, Reading, Stage, Step, StudyPath
from rlmap.views import hours
from rlmap.web.shell import escape, page_link

_ICONS = {
    "read": ":material/menu_book:",
    "build": ":material/construction:",
    "demo": ":material/science:",
    "check": ":material/quiz:",
    "paper": ":material/article:",
}
_VERBS = {"read": "Read", "build": "Build", "demo": "Run", "check": "Check", "paper": "Read the paper"}
_MESSAGE = "_path_message"
_STATES: dict[State, str] = {"done": "done", "roughly": "understood roughly", "skipped": "skipped"}


def show_message() -> None:
    """Say once how the plan has changed."""
    if _MESSAGE in st.session_state:
        st.success(escape(st.session_state.pop(_MESSAGE)), icon=":material/check_circle:")


def show(opened: Workspace, profile: LearnerProfile, path: StudyPath, around: Shelf) -> None:
    """Draw the stages: the chosen one, at first the first, in full, the others in outline."""
    stages = list(views.stops_of(path))
    if not stages:
        st.success("Nothing is left to do: you know all that your goal asks for.", icon=":material/celebration:")
        return
    chosen = min(st.session_state.get("path_stage", 0), len(stages) - 1)
    for number, (stage, stops) in enumerate(stages):
        if number == chosen:
            st.header(f"Stage {number + 1} of {len(stages)}: up to {escape(stage.title)} · {hours(stage.minutes)}")
            for stop in stops:
                _stop(opened, profile, path, around, stop)
        else:
            _outline(number, len(stages), stage, stops, around)


def _outline(number: int, count: int, stage: Stage, stops: tuple[Stop, ...], around: Shelf) -> None:
    label = f"Stage {number + 1} of {count}: up to {escape(stage.title)} · {hours(stage.minutes)}"
    with st.expander(label):
        lines = []
        for stop in stops:
            icons = " ".join(_ICONS[step.kind] for step in stop.steps)
            lines.append(f"{stop.number}. {escape(around.names[stop.concept_id])} {icons} {hours(stop.minutes)}")
        st.markdown("\n".join(lines))
        st.button("Open this stage", key=f"stage-{number}", on_click=_choose_stage, args=(number,))


def _choose_stage(number: int) -> None:
    st.session_state["path_stage"] = number


def _stop(opened: Workspace, profile: LearnerProfile, path: StudyPath, around: Shelf, stop: Stop) -> None:
    key = f"{stop.number}-{stop.steps[0].kind}"
    with st.container(border=True, key=f"stop-{key}"):
        st.markdown(f"### {stop.number}. {escape(around.names[stop.concept_id])}")
        for step in stop.steps:
            _step(around, step)
        with st.container(horizontal=True, vertical_alignment="center"):
            for state, label in (("done", "Done"), ("roughly", "Roughly")):
                arguments = (opened, profile, stop.concept_id, state)
                st.button(label, key=f"{state}-{key}", on_click=_mark, args=arguments, icon=_icon(state))
            _why(opened, path, stop, key)
            _skip(opened, profile, path, stop, key)
            _note(opened, profile, stop, key)
            page_link("map", "Article and quotes", c=stop.concept_id)
            for step in stop.steps:
                if step.kind == "demo" and step.demo_id:
                    page_link("demos", "Run the experiment", d=step.demo_id)


def _icon(state: str) -> str:
    return ":material/check:" if state == "done" else ":material/remove:"


def _step(around: Shelf, step: Step) -> None:
    lines = [
        f"{_ICONS[step.kind]} **{_VERBS[step.kind]}** · {hours(step.minutes)}. {escape(views.task_of(step, around))}"
    ]
    lines += ["", *(f"- {_reading(around, reading)}" for reading in step.readings)]
    if step.kind in ("read", "paper") and step.note:
        lines += ["", f"*{escape(step.note.strip())}*"]
    st.markdown("\n".join(lines))


def _reading(around: Shelf, reading: Reading) -> str:
    """Return a reading as Markdown: its sentence, its address, and whether it is at hand."""
    source = around.sources.get(reading.source_id)
    sentence = escape(reading_sentence(reading, around.sources))
    state = ":green-badge[in your library]" if reading.source_id in around.here else ":gray-badge[on the web]"
    address = f" [{escape(source.url)}]({source.url})" if source and source.url else ""
    return f"{sentence} {state}{address}"


def _why(opened: Workspace, path: StudyPath, stop: Stop, key: str) -> None:
    concepts = opened.graph.concepts
    with st.popover("Why is this here?", type="tertiary", key=f"why-{key}"):
        chain = chain_to_goal(opened, path, stop.concept_id)
        st.markdown(_lines(views.why_text(concepts[stop.concept_id], chain, concepts)))


def _skip(opened: Workspace, profile: LearnerProfile, path: StudyPath, stop: Stop, key: str) -> None:
    concepts = opened.graph.concepts
    with st.popover("Skip it?", type="tertiary", key=f"skip-{key}"):
        st.markdown(
            _lines(views.without_text(concepts[stop.concept_id], ground_lost(opened, path, stop.concept_id), concepts))
        )
        arguments = (opened, profile, stop.concept_id, "skipped")
        st.button("Skip it all the same", key=f"skipped-{key}", on_click=_mark, args=arguments)


def _note(opened: Workspace, profile: LearnerProfile, stop: Stop, key: str) -> None:
    with st.popover("Done, with a note", type="tertiary", key=f"note-{key}"):
        st.number_input("Minutes spent", 0, 6000, stop.minutes, 5, key=f"minutes-{key}")
        st.text_area("Note", key=f"text-{key}", max_chars=4000)
        st.button("Save", key=f"save-{key}", on_click=_mark_noted, args=(opened, profile, stop.concept_id, key))


def _mark_noted(opened: Workspace, profile: LearnerProfile, concept_id: str, key: str) -> None:
    """Record a concept as done, with what the fields hold now: a click also ends the typing in them."""
    state = st.session_state
    _mark(opened, profile, concept_id, "done", minutes=int(state[f"minutes-{key}"]), note=str(state[f"text-{key}"]))


def _lines(text: str) -> str:
    """Return the lines of a view, wrapped for a terminal, as a Markdown list."""
    first, *rest = text.split("\n  - ")
    return "\n".join([escape(" ".join(first.split())), "", *(f"- {escape(' '.join(item.split()))}" for item in rest)])


def _mark(
    opened: Workspace,
    profile: LearnerProfile,
    concept_id: str,
    state: State | None,
    *,
    minutes: int = 0,
    note: str | None = None,
) -> None:
    """Record a concept; a first record also keeps the path as the one that is followed."""
    if state is not None and followed_plan(opened) is None:
        follow_plan(opened, profile)
    recorded = mark(opened, concept_id, state, minutes=minutes, note=note, profile=profile)
    title = opened.graph.concepts[concept_id].title
    said = f"{title}: {_STATES[state]}." if state is not None else f"{title}: taken back."
    change = views.change_sentence(recorded.change, opened.graph.concepts) if recorded.change else ""
    st.session_state[_MESSAGE] = f"{said} {change}"
    st.session_state["path_stage"] = 0 if state is not None else st.session_state.get("path_stage", 0)


def show_done(opened: Workspace, profile: LearnerProfile, followed: Followed | None) -> None:
    """Draw what is recorded, with a way to take it back."""
    entries = [entry for entry in progress_entries(opened) if entry.concept_id in opened.graph.concepts]
    if not entries:
        return
    spent = sum(entry.minutes for entry in entries)
    with st.expander(f"Behind you: {len(entries)} concepts, {hours(spent)} noted", icon=":material/check_circle:"):
        for entry in sorted(entries, key=lambda entry: entry.changed_at, reverse=True):
            _entry(opened, profile, entry)
        if followed is not None and followed.vanished:
            st.caption("Recorded, but no longer on the map: " + escape(", ".join(followed.vanished)))


def _entry(opened: Workspace, profile: LearnerProfile, entry: Entry) -> None:
    title = opened.graph.concepts[entry.concept_id].title
    with st.container(horizontal=True, vertical_alignment="center"):
        time = f", {hours(entry.minutes)}" if entry.minutes else ""
        note = f": {entry.note}" if entry.note else ""
        st.markdown(escape(f"{title} ({_STATES[entry.state]}{time}){note}"), width="content")
        arguments = (opened, profile, entry.concept_id, None)
        st.button("Take back", key=f"back-{entry.concept_id}", on_click=_mark, args=arguments, type="tertiary")
