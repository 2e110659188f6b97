"""What next: ready concepts, what is one step away, other ways in, and where a path leads."""

from __future__ import annotations

import streamlit as st

from rlmap.pipeline.learning import next_steps
from rlmap.pipeline.workspace import Workspace
from rlmap.types import StudyPath
from rlmap.views import hours
from rlmap.web import path_profile
from rlmap.web.shell import escape, page_link

_SIDES = {"engineer": "for engineers", "mathematician": "for mathematicians", "any": "for anybody"}


def show(opened: Workspace, path: StudyPath) -> None:
    """Draw the four lists."""
    concepts = opened.graph.concepts
    steps = next_steps(opened, behind=path.profile.known | path.profile.known_roughly)
    left, right = st.columns(2)
    with left:
        st.header("Ready now")
        st.caption("All that they need is behind you; what most rests on comes first.")
        for concept_id, count in steps.unlocks:
            page_link("map", f"{concepts[concept_id].title}: {count} others rest on it", c=concept_id)
    with right:
        st.header("One step away")
        st.caption("One thing is missing, and that is ready.")
        for concept_id, missing in steps.near:
            page_link("map", f"{concepts[concept_id].title}: needs {concepts[missing].title}", c=concept_id)
    _other_ways(opened, path)
    st.header("Where it leads")
    for branch in path.branches:
        with st.container(border=True):
            st.markdown(
                f"**{escape(branch.title)}** · {escape(branch.because)} The next takes {hours(branch.minutes)}."
            )
            for concept_id in branch.concept_ids:
                page_link("map", concepts[concept_id].title, c=concept_id)
            arguments = (branch.track_id,)
            st.button(
                "Add to my goals", key=f"branch-{branch.track_id}", on_click=path_profile.choose_goal, args=arguments
            )


def _other_ways(opened: Workspace, path: StudyPath) -> None:
    """Draw, for each concept of the path with alternative ways in, those that were not taken."""
    concepts = opened.graph.concepts
    learned = dict.fromkeys(step.concept_id for step in path.steps)
    behind = learned.keys() | path.profile.known | path.profile.known_roughly
    groups = [(concept_id, group) for concept_id in learned for group in concepts[concept_id].any_of]
    if not groups:
        return
    st.header("Other ways in")
    for concept_id, group in groups:
        taken = [option for option in group.options if option.requires_id in behind]
        others = [option for option in group.options if option.requires_id not in behind]
        names = " or ".join(concepts[option.requires_id].title for option in taken)
        st.markdown(escape(f"{concepts[concept_id].title}, here by way of {names}. {group.reason}"))
        for option in others:
            title = concepts[option.requires_id].title
            label = f"Go by way of {title} ({_SIDES[option.background]})"
            arguments = (option.requires_id,)
            st.button(label, key=f"way-{option.requires_id}", on_click=path_profile.choose_goal, args=arguments)
