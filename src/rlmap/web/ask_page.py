"""Ask: a question in, quotes out, with the search terms shown and editable, and ways to follow up."""

from __future__ import annotations

import json
from dataclasses import replace

import streamlit as st

from rlmap import answer_exports, views
from rlmap.pipeline.asking import AskOptions, ask_question
from rlmap.pipeline.following_up import FOLLOW_UP_TITLES, FOLLOW_UPS, FollowUp, follow_up
from rlmap.pipeline.setting_up import fetch_named
from rlmap.pipeline.workspace import Workspace
from rlmap.types import AskResult, FurtherReading, SearchTerm, SourceKind
from rlmap.web.quotes import show_answer
from rlmap.web.shell import escape, page_link, source_link, workspace

KINDS: tuple[SourceKind, ...] = ("paper", "textbook", "course", "blog", "docs", "handbook", "own")

#: Where a search term came from, in a learner's words.
_ORIGINS = {
    "question": "what you asked",
    "title": "its name on the map",
    "alias": "another name on the map",
    "map": "with what the map says of it",
    "spelling": "spelling",
    "feedback": "words of the first passages",
    "model": "written by a language model",
    "user": "yours",
    "follow-up": "follow-up",
}
_FILES = {"markdown": "answer.md", "bibtex": "answer.bib", "csl": "answer.csl.json", "jsonld": "answer.jsonld"}
_FILE_TITLES = {"markdown": "Markdown", "bibtex": "BibTeX", "csl": "CSL-JSON", "jsonld": "Web Annotations"}
#: No work of the library is older; the newest year is open.
_FIRST_YEAR, _LAST_YEAR = 1950, 2030
_NEEDED = 4

#: What the button says of the rights, by whether the authors hold them.
_FETCH_HELP = {
    False: "Openly licensed; its quotes join the answers.",
    True: "The authors hold the rights: the copy is for your own use only.",
}


def render() -> None:
    """Draw the page for the question in ``?q=``."""
    opened = workspace()
    st.title("Ask")
    question = _question_form()
    if not question:
        st.info("Ask in your own words, for example: effect of discount rate in RL.", icon=":material/lightbulb:")
        return
    options = _filters(opened)
    result = ask_question(opened, question, options)
    kept = _term_chips(result)
    if kept != result.terms:
        options = replace(options, terms=kept)
        result = ask_question(opened, question, options)
    chosen = _follow_ups(result)
    if chosen is not None:
        result = follow_up(opened, result, chosen, options)
    _show_result(opened, result, chosen, is_filtered=bool(options.kinds or options.years))


def _question_form() -> str:
    with st.form("ask", border=False):
        box, button = st.columns([5, 1], vertical_alignment="bottom")
        question = box.text_input("Your question", value=st.query_params.get("q", ""), max_chars=2000)
        if button.form_submit_button("Ask", type="primary", width="stretch"):
            st.query_params["q"] = question.strip()
    return st.query_params.get("q", "").strip()


def _filters(opened: Workspace) -> AskOptions:
    with st.expander("Filters", icon=":material/tune:"):
        kinds = st.pills("Kinds of source", KINDS, selection_mode="multi", key="ask-kinds")
        plainness = st.slider("From formal to plain words", -1.0, 1.0, 0.0, 0.25, key="ask-plainness")
        first, last = st.slider(
            "Years", _FIRST_YEAR, _LAST_YEAR, (_FIRST_YEAR, _LAST_YEAR), key="ask-years", help="Works of unknown year "
            "are left out as soon as you move an end."
        )  # fmt: skip
        feedback = st.toggle("Also search words of the passages found first", key="ask-feedback")
        model = bool(opened.settings.model_url) and st.toggle(
            "Also search what the configured language model proposes", key="ask-model"
        )
    years = (first if first > _FIRST_YEAR else None, last if last < _LAST_YEAR else None)
    return AskOptions(
        kinds=frozenset(kinds),
        plainness=plainness,
        years=None if years == (None, None) else years,
        feedback=feedback,
        model=model,
    )


def _term_chips(result: AskResult) -> tuple[SearchTerm, ...]:
    """Show what was searched for; a term that is switched off is not searched again."""
    extra = result.terms[1:]
    if not extra:
        return result.terms
    labels = {f"{escape(views.term_text(term))} · {_ORIGINS[term.origin]}": term for term in extra}
    chosen = st.pills(
        "Also searched (press a term to leave it out)",
        list(labels),
        selection_mode="multi",
        default=list(labels),
        key=f"terms-{result.query}-{len(extra)}",
    )
    dropped = {term for label, term in labels.items() if label not in chosen}
    return tuple(term for term in result.terms if term not in dropped)


def _follow_ups(result: AskResult) -> FollowUp | None:
    if result.state == "nothing":
        return None
    return st.pills(
        "Follow up", FOLLOW_UPS, format_func=FOLLOW_UP_TITLES.__getitem__, key=f"follow-{result.query}"
    )  # fmt: skip


def _show_result(opened: Workspace, result: AskResult, chosen: FollowUp | None, *, is_filtered: bool) -> None:
    if not result.answers:
        _show_nothing(result, chosen, is_filtered=is_filtered)
    else:
        works = len(result.answers)
        st.caption(f"{works} {'work' if works == 1 else 'works'} · {result.elapsed_ms:.0f} ms")
        if result.state == "partial":
            st.info(views.STATE_SENTENCES["partial"], icon=":material/info:")
    for number, answer in enumerate(result.answers):
        show_answer(opened, answer, f"ask-{number}", question=result.query)
    if result.further_reading:
        st.header("Read further")
        for number, reading in enumerate(result.further_reading):
            _show_further(opened, reading, f"fetch-{number}")
    _show_concepts(opened, result)
    if result.answers:
        _show_exports(result)


def _show_nothing(result: AskResult, chosen: FollowUp | None, *, is_filtered: bool) -> None:
    if chosen is not None:
        st.warning(
            f"No further passage of the library answers “{FOLLOW_UP_TITLES[chosen]}”.", icon=":material/search_off:"
        )
        return
    st.warning(views.STATE_SENTENCES["nothing"], icon=":material/search_off:")
    hints = ["Name the thing that you ask about: an algorithm, a quantity, a symptom."]
    if is_filtered:
        hints.insert(0, "Your filters leave sources out: take them back above.")
    hints.append("Add more sources: `rlmap corpus fetch --profile open`, or your own files on the Sources page.")
    searched = ", ".join(f"“{escape(term.text)}”" for term in result.terms)
    st.markdown("\n".join([f"Searched for {searched}. You can", *(f"- {hint}" for hint in hints)]))


def _show_concepts(opened: Workspace, result: AskResult) -> None:
    if not result.concepts:
        return
    concepts = opened.graph.concepts
    st.header("Nearest on the map" if result.state == "nothing" else "On the map")
    with st.container(horizontal=True):
        for concept_id in result.concepts:
            page_link("map", concepts[concept_id].title, c=concept_id)
    needed = concepts[result.concepts[0]].prerequisites[:_NEEDED]
    if needed and result.state != "nothing":
        st.caption("To follow this you need")
        with st.container(horizontal=True):
            for edge in needed:
                page_link("map", concepts[edge.requires_id].title, c=edge.requires_id)


def _show_exports(result: AskResult) -> None:
    with st.container(horizontal=True):
        for form, export in answer_exports.EXPORTS.items():
            st.download_button(_FILE_TITLES[form], export(result), _FILES[form], icon=":material/download:")
        payload = json.dumps(views.ask_payload(result), ensure_ascii=False, indent=2)
        st.download_button("JSON", payload, "answer.json", icon=":material/download:")


def _show_further(opened: Workspace, reading: FurtherReading, key: str) -> None:
    """Draw a reading with its place and address; one that is not here can be fetched by one press."""
    st.markdown(f"{source_link(opened, reading.source_id)}, {escape(reading.where)}: {escape(reading.why)}")
    if reading.fetched:
        st.caption("On this machine.")
    elif not reading.fetchable:
        st.caption("Not on this machine. Bring your own copy under Sources.")
    elif st.button("Fetch it", key=key, icon=":material/download:", help=_FETCH_HELP[reading.profile == "personal"]):
        with st.spinner(f"Fetching and reading {reading.title} ...", show_time=True):
            report = fetch_named(opened.settings, [reading.source_id])
        for problem in report.problems:
            st.warning(escape(problem))
        if not report.problems:
            st.rerun()
