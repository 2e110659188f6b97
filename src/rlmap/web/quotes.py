"""Quotes on a page: the words, where they stand, and the place itself with a highlight."""

from __future__ import annotations

import html

import streamlit as st

from rlmap import views
from rlmap.answer_exports import citation
from rlmap.corpus.citations import where
from rlmap.pipeline.judging import judge_quote
from rlmap.pipeline.quoting import quote_context, quote_picture
from rlmap.pipeline.workspace import Workspace
from rlmap.types import Quote, WorkAnswer
from rlmap.web.shell import escape

_BADGES = {
    "verified": ("verified in the original file", "green", ":material/verified:"),
    "picture": ("see the page picture", "orange", ":material/image:"),
    "withdrawn": ("withdrawn", "red", ":material/block:"),
}


def show_answer(workspace: Workspace, answer: WorkAnswer, key: str, question: str = "") -> None:
    """Draw one work with its quotes; those that answer a question can be judged."""
    source = answer.source
    with st.container(border=True):
        title = f"[{escape(source.title)}]({source.url})" if source.url else escape(source.title)
        st.markdown(f"**{title}**")
        facts = views.byline(source).removeprefix(source.title).strip(" ()")
        st.caption(escape(facts))
        for number, quote in enumerate(answer.quotes):
            _show_quote(workspace, answer, quote, f"{key}-{number}", question)


def _show_quote(workspace: Workspace, answer: WorkAnswer, quote: Quote, key: str, question: str) -> None:
    label, colour, icon = _BADGES[quote.verification.state]
    if quote.verification.state == "withdrawn":
        st.warning(f"This quote was withdrawn: {quote.verification.reason}", icon=icon)
        return
    if quote.verification.state == "picture":
        st.image(quote_picture(workspace, quote, crop=True))
    else:
        body = "\n>\n> ".join(escape(" ".join(part.split())) for part in quote.display.split("\n\n"))
        st.markdown(f"> {body}")
    st.caption(f"{escape(where(quote, answer.source))} :{colour}-badge[{icon} {label}]")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Show on the page", key=f"show-{key}", icon=":material/find_in_page:"):
            _show_place(workspace, answer, quote)
        with st.popover("Copy", icon=":material/content_copy:"):
            st.code(citation(quote, answer.source), language=None, wrap_lines=True)
        if question:
            _judge(workspace, question, quote)


def _judge(workspace: Workspace, question: str, quote: Quote) -> None:
    """Offer to say whether a quote answers; what was said is kept on this machine."""
    key = f"judge-{question}-{quote.passage_id}-{quote.locator.start}"

    def keep() -> None:
        thumb = st.session_state.get(key)
        if thumb is not None:
            judge_quote(workspace.settings, question, quote, "good" if thumb else "bad")

    st.feedback("thumbs", key=key, on_change=keep)


@st.dialog("In the source", width="large")
def _show_place(workspace: Workspace, answer: WorkAnswer, quote: Quote) -> None:
    st.markdown(f"**{escape(answer.source.title)}**  \n{escape(where(quote, answer.source))}")
    if quote.boxes:
        st.image(quote_picture(workspace, quote), width="stretch")
    else:
        before, exact, after = quote_context(workspace, quote)
        st.html(
            '<div class="rlmap-context" style="white-space:pre-wrap;font-family:monospace;font-size:.875rem;'
            'line-height:1.5;overflow-wrap:anywhere">'
            f'{html.escape(before)}<mark style="background:#ffe08a;color:#111">{html.escape(exact)}</mark>'
            f"{html.escape(after)}</div>"
        )
    if quote.link:
        st.link_button("Open the source", quote.link, icon=":material/open_in_new:")
