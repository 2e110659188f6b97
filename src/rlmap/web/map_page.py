"""Map: areas, then a neighbourhood, then a concept."""

from __future__ import annotations

import streamlit as st

from rlmap.pipeline.learning import known_concepts, ready_concepts
from rlmap.pipeline.maps import MapView, area_map, whole_map
from rlmap.pipeline.workspace import Workspace
from rlmap.types import Concept
from rlmap.web.concept_map import HEIGHT_PX, Standing, concept_map
from rlmap.web.concept_page import show_concept
from rlmap.web.shell import escape, page_link, reopen, workspace

#: The value of ``?a=`` that shows every area at once.
_WHOLE = "all"
_WHOLE_PX = 540


def render() -> None:
    """Draw the page: ``?c=`` opens a concept, ``?a=`` an area, nothing shows the areas."""
    opened = workspace()
    _search(opened)
    if wanted := st.query_params.get("c"):
        show_concept(opened, wanted)
    elif area := st.query_params.get("a"):
        _area_page(opened, area)
    else:
        _areas(opened)


def _search(opened: Workspace) -> None:
    concepts = opened.graph.concepts
    names = {concept.title: concept.id for concept in concepts.values()}
    names |= {f"{alias} → {concept.title}": concept.id for concept in concepts.values() for alias in concept.aliases}

    def choose() -> None:
        if chosen := st.session_state["map-search"]:
            reopen(c=names[chosen])
            st.session_state["map-search"] = None

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
    st.markdown(
        f"{len(opened.graph.concepts)} concepts in {len(opened.graph.areas)} areas. "
        "Open an area, then a concept; every arrow says why it is there."
    )
    page_link("map", "The whole map in one picture", a=_WHOLE)
    known = known_concepts(opened)
    by_area: dict[str, list[Concept]] = {area: [] for area in opened.graph.areas}
    for concept in opened.graph.concepts.values():
        by_area[concept.area].append(concept)
    with st.container(key="cards"):
        for area, members in by_area.items():
            with st.container(border=True, height="stretch"):
                page_link("map", f"**{escape(opened.graph.areas[area])}**", a=area)
                st.markdown(escape(opened.graph.area_summaries.get(area, "")))
                st.caption(_size(members, sum(concept.id in known for concept in members)))


def _size(members: list[Concept], known: int) -> str:
    first = sorted(members, key=lambda concept: (concept.formalism, concept.minutes, concept.id))[:3]
    count = f"{len(members)} concepts" + (f", {known} known" if known else "")
    return f"{count}, such as {', '.join(escape(concept.title) for concept in first)}"


def _area_page(opened: Workspace, area: str) -> None:
    whole = area == _WHOLE
    view = whole_map(opened.graph) if whole else area_map(opened.graph, area)
    page_link("map", "← All areas")
    st.title("The whole map" if whole else escape(view.area_titles[area]))
    known = known_concepts(opened)
    standing = Standing(known, ready_concepts(opened, known))
    concept_map(
        view,
        selected=None,
        standing=standing,
        on_choose=lambda chosen: reopen(c=chosen),
        key="concept-map",
        height_px=_WHOLE_PX if whole else HEIGHT_PX,
    )
    if whole:
        st.caption("Each area lists its concepts as text as well.")
        with st.container(horizontal=True):
            for name, title in view.area_titles.items():
                page_link("map", escape(title), a=name)
    else:
        st.header("The same as a list")
        st.caption("In an order in which it can be learned, with what each needs from this picture.")
        _list(view, standing)


def _list(view: MapView, standing: Standing) -> None:
    titles = {node.id: node.title for node in view.nodes}
    needs: dict[str, list[str]] = {node.id: [] for node in view.nodes}
    for edge in view.edges:
        needs[edge.concept_id].append(titles[edge.requires_id])
    marks = {"known": " ✓", "ready": " ●", "later": ""}
    for node in sorted(view.nodes, key=lambda node: (node.column, node.row)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            page_link("map", escape(node.title) + marks[standing.of(node.id)], c=node.id)
            if needs[node.id]:
                st.caption(f"needs {escape(', '.join(needs[node.id]))}", width="content")
