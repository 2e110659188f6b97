"""Map: areas, then a neighbourhood, then a concept."""

from __future__ import annotations

import streamlit as st

from rlmap import views
from rlmap.pipeline.concepts import concept_view
from rlmap.pipeline.learning import forget_progress, known_concepts, record_progress
from rlmap.pipeline.maps import area_map, neighbourhood_map
from rlmap.pipeline.workspace import Workspace
from rlmap.types import Concept, ConceptView, Reading
from rlmap.web.concept_map import concept_map
from rlmap.web.quotes import show_answer
from rlmap.web.shell import escape, page_link, source_link, workspace


def render() -> None:
    """Draw the page: ``?c=`` opens a concept, ``?a=`` an area, nothing shows the areas."""
    opened = workspace()
    _search(opened)
    if wanted := st.query_params.get("c"):
        _concept_page(opened, wanted)
    elif area := st.query_params.get("a"):
        _area_page(opened, area)
    else:
        _areas(opened)


def _open(**query: str) -> None:
    st.query_params.clear()
    st.query_params.update(query)


def _search(opened: Workspace) -> None:
    concepts = opened.graph.concepts
    names = {concept.title: concept.id for concept in concepts.values()}
    names |= {f"{alias} → {concept.title}": concept.id for concept in concepts.values() for alias in concept.aliases}

    def choose() -> None:
        if chosen := st.session_state["map-search"]:
            _open(c=names[chosen])

    st.selectbox(
        "Find a concept",
        sorted(names, key=str.lower),
        index=None,
        placeholder="Find a concept: type gamma, PPO, replay ...",
        key="map-search",
        on_change=choose,
        label_visibility="collapsed",
    )


def _areas(opened: Workspace) -> None:
    st.title("Map")
    st.write(
        f"{len(opened.graph.concepts)} concepts in {len(opened.graph.areas)} areas. "
        "Open an area, then a concept; every arrow says why it is there."
    )
    by_area: dict[str, list[Concept]] = {area: [] for area in opened.graph.areas}
    for concept in opened.graph.concepts.values():
        by_area[concept.area].append(concept)
    columns = st.columns(3)
    for number, (area, members) in enumerate(by_area.items()):
        with columns[number % 3].container(border=True):
            st.subheader(opened.graph.areas[area])
            first = sorted(members, key=lambda concept: (concept.formalism, concept.minutes, concept.id))[:3]
            st.write(opened.graph.area_summaries.get(area, ""))
            st.caption(f"{len(members)} concepts, such as {', '.join(concept.title for concept in first)}")
            page_link("map", f"Open {opened.graph.areas[area].lower()}", a=area)


def _area_page(opened: Workspace, area: str) -> None:
    view = area_map(opened.graph, area)
    page_link("map", "← All areas")
    st.title(view.area_titles[area])
    if chosen := concept_map(view, selected=None, known=known_concepts(opened), key=f"area-{area}"):
        _open(c=chosen)
        st.rerun()
    st.subheader("The same as a list")
    for node in sorted(view.nodes, key=lambda node: (node.column, node.row)):
        if node.area == area:
            page_link("map", node.title, c=node.id)


def _concept_page(opened: Workspace, wanted: str) -> None:
    view = concept_view(opened, wanted)
    concept = view.concept
    page_link("map", f"← {view.area_title}", a=concept.area)
    st.title(concept.title)
    if concept.aliases:
        st.caption("Also called: " + ", ".join(escape(alias) for alias in concept.aliases))
    st.markdown(escape(concept.summary))
    if concept.formula:
        st.latex(concept.formula)
    known = known_concepts(opened)
    surroundings = neighbourhood_map(opened.graph, concept.id)
    if chosen := concept_map(surroundings, selected=concept.id, known=known, key=f"map-{concept.id}"):
        _open(c=chosen)
        st.rerun()
    _actions(opened, concept, known=concept.id in known)
    article, quotes, links, practice = st.tabs(
        ["Plain article", f"In {len(view.answers)} works", "Needs and unlocks", "Read and build"]
    )
    with article:
        _article(view)
    with quotes:
        if not view.answers:
            st.info("No source of the library explains this yet. Add one on the Sources page.")
        for number, answer in enumerate(view.answers):
            show_answer(opened, answer, f"{concept.id}-{number}")
    with links:
        _links(opened, view)
    with practice:
        _practice(opened, concept)


def _actions(opened: Workspace, concept: Concept, *, known: bool) -> None:
    with st.container(horizontal=True):
        if concept.demo_id:
            page_link("demos", "Run the experiment", d=concept.demo_id)
        page_link("path", "Plan a path to here", goal=concept.id)
        label = "Known: take it back" if known else "Mark as known"
        if st.button(label, icon=":material/check_circle:", key="mark-known", type="tertiary"):
            if known:
                forget_progress(opened, concept.id)
            else:
                record_progress(opened, concept.id, "done")
            st.rerun()


def _article(view: ConceptView) -> None:
    if view.article:
        st.caption("Written for this map (CC BY 4.0); the sources follow under the next tab.")
        st.markdown(view.article)
    st.subheader("You should be able to")
    st.markdown("\n".join(f"- {escape(goal)}" for goal in view.concept.goals))
    if view.concept.mistakes:
        st.subheader("Common mistakes")
        st.markdown("\n".join(f"- {escape(mistake)}" for mistake in view.concept.mistakes))


def _links(opened: Workspace, view: ConceptView) -> None:
    concepts = opened.graph.concepts
    st.subheader("Needs")
    if not view.concept.prerequisites and not view.concept.any_of:
        st.write("Nothing: you can start here.")
    for edge in view.concept.prerequisites:
        page_link("map", concepts[edge.requires_id].title, c=edge.requires_id)
        st.markdown(escape(edge.reason))
        if evidence := view.evidence.get(edge.requires_id):
            st.caption(f"“{escape(evidence.quotes[0].display)}” ({escape(evidence.source.title)})")
    for group in view.concept.any_of:
        for option in group.options:
            page_link("map", f"{concepts[option.requires_id].title} (for {option.background}s)", c=option.requires_id)
        st.markdown(escape(group.reason))
    if view.concept.helpful:
        st.subheader("Helps")
        for edge in view.concept.helpful:
            page_link("map", concepts[edge.requires_id].title, c=edge.requires_id)
            st.markdown(escape(edge.reason))
    st.subheader("Unlocks")
    for edge in view.unlocks:
        page_link("map", concepts[edge.concept_id].title, c=edge.concept_id)
        st.markdown(escape(edge.reason))


def _practice(opened: Workspace, concept: Concept) -> None:
    st.subheader("Read")
    for reading in concept.readings:
        _reading(opened, reading)
    if concept.build:
        st.subheader(f"Build ({views.hours(concept.build.minutes)})")
        st.markdown(f"{escape(concept.build.task)}\n\n**It works when:** {escape(concept.build.check)}")


def _reading(opened: Workspace, reading: Reading) -> None:
    st.markdown(
        f"**{source_link(opened, reading.source_id)}**, {escape(reading.where)} "
        f"({reading.level}, {views.hours(reading.minutes)})  \n"
        f"{escape(reading.why)} *Skip:* {escape(reading.skip)}"
    )
