"""Home: one search box, three doors, what is in the map."""

from __future__ import annotations

import streamlit as st

from rlmap.pipeline.library import library_counts
from rlmap.web.shell import go, page_link, workspace

EXAMPLES = (
    "effect of discount rate in RL",
    "why does PPO clip the probability ratio",
    "when is SARSA safer than Q-learning",
)
DOORS = (
    ("map", "Explore the map", "Concepts, why each needs the other, and how each source says it."),
    ("path", "Plan your path", "Say what you know and want; get one strict order, with reasons."),
    ("demos", "Run an experiment", "One question, one thing changed, several seeds, live curves."),
)


def render() -> None:
    """Draw the page."""
    st.title("A map of reinforcement learning that quotes its sources")
    with st.form("home-ask", border=False):
        box, button = st.columns([5, 1], vertical_alignment="bottom")
        question = box.text_input("Ask a question", placeholder=EXAMPLES[0], max_chars=2000)
        if button.form_submit_button("Ask", type="primary", width="stretch"):
            go("ask", q=question.strip() or EXAMPLES[0])
    st.caption("Answers are quotes from several works, never generated sentences. For example:")
    with st.container(horizontal=True):
        for example in EXAMPLES:
            if st.button(example, key=f"example-{example}", type="tertiary"):
                go("ask", q=example)
    for column, (page, title, text) in zip(st.columns(3), DOORS, strict=True):
        with column.container(border=True, height="stretch"):
            st.subheader(title)
            st.write(text)
            page_link(page, "Open")
    counts = library_counts(workspace())
    for column, (label, value) in zip(st.columns(len(counts)), counts.items(), strict=True):
        column.metric(label, f"{value:,}")
