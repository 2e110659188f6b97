"""Review on the Path page: one goal after the other, and when it comes again."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rlmap.pipeline.learning import RATINGS, Rating, ReviewCard, rate_review
from rlmap.pipeline.workspace import Workspace
from rlmap.web.shell import escape, page_link

_WORDS: dict[Rating, str] = {"again": "Not at all", "hard": "With effort", "good": "Yes", "easy": "Easily"}
_SAID = "_review_said"


def show(opened: Workspace, due: Sequence[ReviewCard]) -> None:
    """Draw the goal that is due first."""
    if _SAID in st.session_state:
        st.success(escape(st.session_state.pop(_SAID)), icon=":material/event_repeat:")
    if not due:
        st.info(
            "Nothing is due. What you mark as done comes back tomorrow, and then less and less often.",
            icon=":material/event_available:",
        )
        return
    card = due[0]
    concept = opened.graph.concepts[card.concept_id]
    st.caption(f"{len(due)} due. A good answer to something advanced counts for what it is made of.")
    with st.container(border=True):
        st.header(f"{escape(concept.title)}: can you do this?")
        st.markdown(f"**{escape(card.goal)}**")
        with st.expander("Show me what it is"):
            st.markdown(escape(concept.summary))
            page_link("map", "Article and quotes", c=concept.id)
        with st.container(horizontal=True):
            for rating in RATINGS:
                st.button(_WORDS[rating], key=f"rate-{rating}", on_click=_rate, args=(opened, card, rating))


def _rate(opened: Workspace, card: ReviewCard, rating: Rating) -> None:
    outcome = rate_review(opened, card, rating)
    title = opened.graph.concepts[card.concept_id].title
    used = f" It counts for {len(outcome.by_use)} goals that it is made of." if outcome.by_use else ""
    st.session_state[_SAID] = f"{title} comes again on {outcome.next_due.date().isoformat()}.{used}"
