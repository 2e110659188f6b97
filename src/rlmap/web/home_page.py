"""Home: one search box, the doors, the way back to where you were, what is in the map."""

from __future__ import annotations

import streamlit as st

from rlmap.errors import IndexMissingError
from rlmap.pipeline.learning import next_steps, reviews_due
from rlmap.pipeline.library import library_counts
from rlmap.pipeline.visits import recent_visits, visit_title
from rlmap.pipeline.workspace import Workspace
from rlmap.settings import MAX_QUESTION_CHARS
from rlmap.web.first_run import offer_set_up
from rlmap.web.shell import escape, go, page_link, workspace

EXAMPLES = (
    "effect of discount rate in RL",
    "why does PPO clip the probability ratio",
    "when is SARSA safer than Q-learning",
)
DOORS = (
    ("map", "Explore the map", "Concepts, why each needs the other, and how each source says it."),
    ("path", "Plan your path", "Say what you know and want; get one strict order, with a reason for each step."),
    ("ask", "Ask a question", "Quotes from several works, each with its place. Nothing is generated."),
    ("demos", "Run an experiment", "One question, one thing changed, several seeds, curves while it runs."),
)
_SHOWN = 4


def render() -> None:
    """Draw the page."""
    st.title("A map of reinforcement learning that quotes its sources")
    _search()
    _doors()
    opened = workspace()
    _continue(opened)
    try:
        counts = library_counts(opened)
    except IndexMissingError:
        st.header("Before you can ask")
        offer_set_up()
        return
    st.header("In the map")
    with st.container(horizontal=True, gap="large"):
        for label, value in counts.items():
            st.metric(label, f"{value:,}", width="content")


def _search() -> None:
    with st.form("home-ask", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        question = st.text_input(
            "What do you want to understand?", placeholder=EXAMPLES[0], max_chars=MAX_QUESTION_CHARS, width="stretch"
        )
        if st.form_submit_button("Ask", type="primary"):
            go("ask", q=question.strip() or EXAMPLES[0])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("For example:", width="content")
        for example in EXAMPLES:
            if st.button(example, key=f"example-{example}", type="tertiary"):
                go("ask", q=example)


def _doors() -> None:
    with st.container(key="cards"):
        for page, title, text in DOORS:
            with st.container(border=True, height="stretch"):
                page_link(page, f"**{title}**")
                st.markdown(text)


def _continue(opened: Workspace) -> None:
    visits = [(visit, visit_title(opened, visit)) for visit in recent_visits(opened.settings)]
    titled = [(visit, title) for visit, title in visits if title][:_SHOWN]
    if titled:
        st.header("Continue where you were")
        with st.container(horizontal=True):
            for visit, title in titled:
                page_link(visit.page, escape(title), **visit.query)
    steps = next_steps(opened, _SHOWN)
    if not steps.known:
        return
    st.header("Ready for you")
    with st.container(horizontal=True):
        for concept_id, unlocks in steps.unlocks:
            rest = f" ({unlocks} rest on it)" if unlocks else ""
            page_link("map", f"{escape(opened.graph.concepts[concept_id].title)}{rest}", c=concept_id)
    due = len(reviews_due(opened))
    if due:
        page_link("path", f"{due} {'review is' if due == 1 else 'reviews are'} due today")
