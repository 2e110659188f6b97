"""Placement on the Path page: one question after the other, then a list to be edited."""

from __future__ import annotations

import streamlit as st

from rlmap.errors import RlmapError
from rlmap.pipeline.placing import (
    ANSWERS,
    MAX_QUESTIONS,
    Answer,
    Answered,
    Placement,
    Question,
    placement,
    with_placement,
)
from rlmap.pipeline.workspace import Workspace
from rlmap.types import LearnerProfile
from rlmap.web import path_profile
from rlmap.web.shell import escape

_ANSWERS = "_placement_answers"
_STOPPED = "_placement_stopped"
_WORDS: dict[Answer, str] = {"yes": "Yes", "roughly": "Roughly", "no": "No", "unknown": "I don't know"}


def is_open() -> bool:
    """Whether a placement is going on."""
    return _ANSWERS in st.session_state


def start() -> None:
    """Begin with the first question."""
    st.session_state[_ANSWERS] = []
    st.session_state[_STOPPED] = False


def _close() -> None:
    st.session_state.pop(_ANSWERS, None)


def _answer(question: Question, answer: Answer) -> None:
    st.session_state[_ANSWERS].append(Answered(question.concept_id, question.goal, answer))


def _undo() -> None:
    st.session_state[_ANSWERS].pop()
    st.session_state[_STOPPED] = False


def _stop() -> None:
    st.session_state[_STOPPED] = True


def show(opened: Workspace, profile: LearnerProfile) -> None:
    """Draw the next question, or the outcome."""
    try:
        belief = placement(opened, profile, st.session_state[_ANSWERS])
    except RlmapError as error:
        st.error(str(error), icon=":material/error:")
        st.button("Close", on_click=_close)
        return
    with st.container(border=True):
        if belief.question is None or st.session_state[_STOPPED]:
            _outcome(opened, profile, belief)
        else:
            _question(opened, belief, belief.question)


def _question(opened: Workspace, belief: Placement, question: Question) -> None:
    asked = len(belief.answers)
    st.progress(
        min(1.0, asked / MAX_QUESTIONS),
        text=f"Question {asked + 1}. By now about {1 - belief.expected_wrong:.0%} of your knowledge is placed rightly; "
        "it stops by itself at 97 %.",
    )
    st.header(f"{escape(opened.graph.concepts[question.concept_id].title)}: can you do this?")
    st.markdown(f"**{escape(question.text)}**")
    with st.container(horizontal=True):
        for answer in ANSWERS:
            st.button(_WORDS[answer], key=f"answer-{answer}", on_click=_answer, args=(question, answer))
    with st.container(horizontal=True):
        st.button("One question back", on_click=_undo, disabled=not asked, type="tertiary", icon=":material/undo:")
        st.button("Enough, show the result", on_click=_stop, disabled=not asked, type="tertiary")
        st.button("Leave without a result", on_click=_close, type="tertiary")


def _outcome(opened: Workspace, profile: LearnerProfile, belief: Placement) -> None:
    titles = {concept_id: opened.graph.concepts[concept_id].title for concept_id in sorted(belief.probability)}
    st.header(f"After {len(belief.answers)} questions: you know {len(belief.known)} of {len(titles)} concepts")
    st.caption("It is an estimate. Take out what is wrong and add what is missing.")
    known = st.multiselect(
        "You know", list(titles), default=sorted(belief.known), format_func=titles.__getitem__, key="placed_known"
    )
    roughly = st.multiselect(
        "You understand roughly",
        list(titles),
        default=sorted(belief.known_roughly),
        format_func=titles.__getitem__,
        key="placed_roughly",
    )
    found = with_placement(profile, frozenset(titles), frozenset(known), frozenset(roughly))
    with st.container(horizontal=True):
        st.button("Use this for my path", type="primary", on_click=_take, args=(found,))
        st.button("One question back", on_click=_undo, disabled=not belief.answers, type="tertiary")
        st.button("Leave it", on_click=_close, type="tertiary")


def _take(found: LearnerProfile) -> None:
    path_profile.use(found)
    _close()
