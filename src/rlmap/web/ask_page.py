"""Ask: a question in, quotes out, with the search terms shown and editable."""

from __future__ import annotations

import json

import streamlit as st

from rlmap import views
from rlmap.pipeline.asking import AskOptions, ask_question
from rlmap.pipeline.workspace import Workspace
from rlmap.types import AskResult, SearchTerm, SourceKind
from rlmap.web.quotes import show_answer
from rlmap.web.shell import escape, page_link, source_link, workspace

KINDS: tuple[SourceKind, ...] = ("paper", "textbook", "course", "blog", "docs", "handbook", "own")


def render() -> None:
    """Draw the page for the question in ``?q=``."""
    opened = workspace()
    st.title("Ask")
    question = _question_form()
    if not question:
        st.info("Ask in your own words, for example: effect of discount rate in RL.", icon=":material/lightbulb:")
        return
    kinds, plainness = _filters()
    options = AskOptions(kinds=frozenset(kinds), plainness=plainness)
    result = ask_question(opened, question, options)
    kept = _term_chips(result)
    if kept != result.terms:
        result = ask_question(opened, question, AskOptions(kinds=frozenset(kinds), plainness=plainness, terms=kept))
    _show_result(opened, result)


def _question_form() -> str:
    with st.form("ask", border=False):
        box, button = st.columns([5, 1], vertical_alignment="bottom")
        question = box.text_input("Your question", value=st.query_params.get("q", ""), max_chars=2000)
        if button.form_submit_button("Ask", type="primary", width="stretch"):
            st.query_params["q"] = question.strip()
    return st.query_params.get("q", "").strip()


def _filters() -> tuple[list[SourceKind], float]:
    with st.expander("Filters", icon=":material/tune:"):
        kinds = st.pills("Kinds of source", KINDS, selection_mode="multi", key="ask-kinds")
        plainness = st.slider("From formal to plain words", -1.0, 1.0, 0.0, 0.25, key="ask-plainness")
    return list(kinds), plainness


def _term_chips(result: AskResult) -> tuple[SearchTerm, ...]:
    """Show what was searched for; a term that is switched off is not searched again."""
    extra = [term for term in result.terms if term.origin != "question"]
    if not extra:
        return result.terms
    labels = {f"{term.text} · {term.origin}": term for term in extra}
    chosen = st.pills(
        "Also searched (press a term to leave it out)",
        list(labels),
        selection_mode="multi",
        default=list(labels),
        key=f"terms-{result.query}",
    )
    dropped = {term for label, term in labels.items() if label not in chosen}
    return tuple(term for term in result.terms if term not in dropped)


def _show_result(opened: Workspace, result: AskResult) -> None:
    works = len(result.answers)
    if result.state == "nothing":
        st.warning(views.STATE_SENTENCES["nothing"], icon=":material/search_off:")
    else:
        st.caption(f"{works} {'work' if works == 1 else 'works'} · {result.elapsed_ms:.0f} ms")
        if result.state == "partial":
            st.info(views.STATE_SENTENCES["partial"], icon=":material/info:")
    for number, answer in enumerate(result.answers):
        show_answer(opened, answer, f"ask-{number}")
    if result.further_reading:
        st.subheader("Read further")
        for reading in result.further_reading:
            st.markdown(f"- {source_link(opened, reading.source_id)}, {escape(reading.where)}: {escape(reading.why)}")
    if result.concepts:
        st.subheader("Nearest on the map" if result.state == "nothing" else "On the map")
        with st.container(horizontal=True):
            for concept_id in result.concepts:
                page_link("map", opened.graph.concepts[concept_id].title, c=concept_id)
    if result.answers:
        with st.container(horizontal=True):
            st.download_button("Markdown", views.ask_markdown(result), "answer.md", icon=":material/download:")
            payload = json.dumps(views.ask_payload(result), ensure_ascii=False, indent=2)
            st.download_button("JSON", payload, "answer.json", icon=":material/download:")
