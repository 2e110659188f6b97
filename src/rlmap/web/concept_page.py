"""A concept: what it is, what it needs and why, how works say and write it, what to read, build and run."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from rlmap import views
from rlmap.errors import RlmapError
from rlmap.pipeline.concepts import article_of, concept_notation, concept_works
from rlmap.pipeline.demo_results import recorded
from rlmap.pipeline.demos import demo_spec
from rlmap.pipeline.edge_passages import needs_evidence
from rlmap.pipeline.learning import forget_progress, known_concepts, ready_concepts, record_progress
from rlmap.pipeline.maps import edges_from, known_concept, needs_map, neighbourhood_map
from rlmap.pipeline.quoting import verified_again
from rlmap.pipeline.workspace import Workspace, index_stamp
from rlmap.types import Concept, Prerequisite, Reading, WorkAnswer
from rlmap.web.charts import show_result_picture
from rlmap.web.concept_map import Standing, concept_map
from rlmap.web.quotes import show_answer
from rlmap.web.shell import escape, page_link, reopen, source_link, workspace

_SCOPES = {"around": "Around it", "needs": "All that it needs"}
_FORMALISM = ("no symbols", "a few symbols", "derivations", "proofs")
_SOURCE_ID = re.compile(r"`([a-z0-9][\w.-]*)`")


def show_concept(opened: Workspace, wanted: str) -> None:
    """Draw the page of a concept."""
    graph = opened.graph
    concept = graph.concepts[known_concept(graph, wanted)]
    page_link("map", f"← {escape(graph.areas[concept.area])}", a=concept.area)
    st.title(escape(concept.title))
    if concept.aliases:
        st.caption("Also called: " + ", ".join(escape(alias) for alias in concept.aliases))
    st.markdown(escape(concept.summary))
    if concept.formula:
        with st.container(key="formula"):
            st.latex(concept.formula)
    known = known_concepts(opened)
    _actions(opened, concept, known=concept.id in known)
    _map(opened, concept, Standing(known, ready_concepts(opened, known)))
    _tabs(opened, concept)


def _tabs(opened: Workspace, concept: Concept) -> None:
    """Draw the tab that is open; the others cost nothing until they are."""
    parts = {
        "Explained": _article,
        "Needs and unlocks": _links,
        "In other works": _quotes,
        "Notation": _notation,
        "Read and build": _practice,
    }
    for tab, draw in zip(st.tabs(list(parts), key="concept-tab", on_change="rerun"), parts.values(), strict=True):
        if tab.open:
            with tab:
                try:
                    draw(opened, concept)
                except RlmapError as error:
                    st.info(escape(str(error)), icon=":material/build:")


@st.cache_resource(max_entries=400, show_spinner="Looking for the places that explain it ...")
def _found_works(home: str, stamp: str, concept_id: str) -> tuple[tuple[WorkAnswer, ...], tuple[WorkAnswer, ...]]:  # noqa: ARG001 - the cache key
    """Find what works say; the quotes are verified again each time they are drawn."""
    opened = workspace()
    return concept_works(opened, opened.graph.concepts[concept_id])


@st.cache_resource(max_entries=400, show_spinner="Looking for places that speak of both ...")
def _found_evidence(home: str, stamp: str, concept_id: str) -> Mapping[str, WorkAnswer]:  # noqa: ARG001 - see above
    opened = workspace()
    return needs_evidence(opened, opened.graph.concepts[concept_id])


def _key(opened: Workspace, concept: Concept) -> tuple[str, str, str]:
    return str(opened.settings.home), index_stamp(opened.settings), concept.id


def _actions(opened: Workspace, concept: Concept, *, known: bool) -> None:
    def toggle() -> None:
        if known:
            forget_progress(opened, concept.id)
        else:
            record_progress(opened, concept.id, "done")

    with st.container(horizontal=True, vertical_alignment="center"):
        label = "You know it: take it back" if known else "Mark as known"
        icon = ":material/check_circle:" if known else ":material/circle:"
        st.button(label, icon=icon, key="mark-known", on_click=toggle)
        page_link("path", "Path to here", goal=concept.id)
        if concept.demo_id:
            page_link("demos", "Run the experiment", d=concept.demo_id)
        page_link("ask", "Ask about it", q=f"What is {concept.title}?")
        st.caption(f"{views.hours(concept.minutes)} · {_FORMALISM[concept.formalism]}", width="content")


def _map(opened: Workspace, concept: Concept, standing: Standing) -> None:
    scope = st.segmented_control(
        "Shown on the map",
        list(_SCOPES),
        default="around",
        format_func=_SCOPES.__getitem__,
        key="map-scope",
        label_visibility="collapsed",
    )
    drawn = needs_map if scope == "needs" else neighbourhood_map
    concept_map(
        drawn(opened.graph, concept.id),
        selected=concept.id,
        standing=standing,
        on_choose=lambda chosen: reopen(c=chosen),
        key="concept-map",
    )


def _article(opened: Workspace, concept: Concept) -> None:
    if article := article_of(opened, concept):
        st.markdown(_with_titles(opened, article))
        st.caption("Written for this map (CC BY 4.0). How others say it stands under *In other works*.")
    st.header("You should be able to")
    st.markdown("\n".join(f"- {escape(goal)}" for goal in concept.goals))
    if concept.mistakes:
        st.header("Common mistakes")
        st.markdown("\n".join(f"- {escape(mistake)}" for mistake in concept.mistakes))


def _with_titles(opened: Workspace, article: str) -> str:
    """Name the sources of an article by their titles: an article itself names them by their ids."""

    def title(match: re.Match[str]) -> str:
        return source_link(opened, match[1]) if match[1] in opened.sources else match[0]

    return _SOURCE_ID.sub(title, article)


def _links(opened: Workspace, concept: Concept) -> None:
    evidence = _found_evidence(*_key(opened, concept)) if index_stamp(opened.settings) else {}
    st.header("Needs")
    if not concept.prerequisites and not concept.any_of:
        st.markdown("Nothing: you can start here.")
    for edge in concept.prerequisites:
        _edge(opened, edge.requires_id, edge, evidence.get(edge.requires_id))
    for group in concept.any_of:
        st.markdown(f"**One of these is enough.** {escape(group.reason)}")
        for option in group.options:
            side = "" if option.background == "any" else f" (natural for {option.background}s)"
            page_link("map", escape(opened.graph.concepts[option.requires_id].title) + side, c=option.requires_id)
            _evidence(opened, evidence.get(option.requires_id))
    if concept.helpful:
        st.header("Helps")
        for edge in concept.helpful:
            _edge(opened, edge.requires_id, edge, None)
    st.header("Unlocks")
    unlocks = edges_from(opened.graph, concept.id)
    if not unlocks:
        st.markdown("Nothing on this map rests on it.")
    for edge in unlocks:
        _edge(opened, edge.concept_id, edge, None)


def _edge(opened: Workspace, other: str, edge: Prerequisite, evidence: WorkAnswer | None) -> None:
    page_link("map", f"**{escape(opened.graph.concepts[other].title)}**", c=other)
    st.markdown(escape(edge.reason))
    if edge.goals:
        goals = opened.graph.concepts[edge.requires_id].goals
        st.caption("Enough of it: " + " ".join(escape(goals[goal]) for goal in edge.goals))
    _evidence(opened, evidence)


def _evidence(opened: Workspace, evidence: WorkAnswer | None) -> None:
    """Show a quote that speaks of both ends of an edge, if it still stands in its file."""
    if evidence is None:
        return
    answer = verified_again(opened, evidence)
    if answer.quotes[0].verified:
        words = escape(" ".join(answer.quotes[0].display.split()))
        st.markdown(f"> “{words}”  \n> {source_link(opened, answer.source.id)}")


def _quotes(opened: Workspace, concept: Concept) -> None:
    answers, touching = _found_works(*_key(opened, concept))
    if answers:
        st.caption("Word for word, the plainest work first, the most formal last.")
    else:
        st.info("No source of the library explains this yet. Add one on the Sources page.")
    for number, answer in enumerate(answers):
        show_answer(opened, verified_again(opened, answer), f"{concept.id}-{number}")
    if touching:
        st.header("Mentioned in")
        st.caption("Few works here explain it; these speak of it without explaining it.")
    for number, answer in enumerate(touching):
        show_answer(opened, verified_again(opened, answer), f"{concept.id}-mention-{number}")


def _notation(opened: Workspace, concept: Concept) -> None:
    quantities = concept_notation(opened, concept)
    if not quantities:
        st.markdown("No quantity of the notation table belongs to this concept.")
    for quantity in quantities:
        st.header(escape(quantity.name))
        rows = ["| Written | In | Mind |", "|---|---|---|", f"| ${quantity.ours}$ | **this map** | |"]
        for spelling in quantity.spellings:
            work = source_link(opened, spelling.source_id) if spelling.source_id else escape(spelling.work)
            rows.append(f"| ${spelling.writes}$ | {work} | {escape(spelling.note)} |")
        st.markdown("\n".join(rows))


def _practice(opened: Workspace, concept: Concept) -> None:
    st.header("Read")
    for reading in concept.readings:
        _reading(opened, reading)
    if concept.build:
        st.header("Build")
        st.caption(views.hours(concept.build.minutes))
        st.markdown(f"{escape(concept.build.task)}\n\n**It works when:** {escape(concept.build.check)}")
    if concept.demo_id:
        st.header("Run")
        _result_picture(opened, concept.demo_id)
        page_link("demos", "The experiment that shows it", d=concept.demo_id)


def _result_picture(opened: Workspace, demo_id: str) -> None:
    """Show what came out of the concept's experiment, as the gallery shows it."""
    spec = demo_spec(opened.settings, demo_id)
    with st.container(width=360):
        show_result_picture(spec, recorded(opened.settings, spec))
    st.caption(escape(spec.question))


def _reading(opened: Workspace, reading: Reading) -> None:
    st.markdown(
        f"**{source_link(opened, reading.source_id)}**, {escape(reading.where)} "
        f"({reading.level}, {views.hours(reading.minutes)})  \n"
        f"{escape(reading.why)} *Skip:* {escape(reading.skip)}"
    )
