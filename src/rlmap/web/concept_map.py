"""The concept map as a component: an SVG drawn in the browser, fed with plain data."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st

from rlmap.pipeline.maps import MapNode, MapView

#: The same for every map, so that the page stays where it is on the way from one to the next.
HEIGHT_PX = 420
_SPOKEN = {"known": ", you know it", "ready": ", ready for you", "later": ""}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the learner knows, and what is ready: all that it needs is known."""

    known: Collection[str] = ()
    ready: Collection[str] = ()

    def of(self, concept_id: str) -> str:
        """Return ``known``, ``ready`` or ``later``."""
        return "known" if concept_id in self.known else "ready" if concept_id in self.ready else "later"


@cache
def _assets() -> tuple[str, str]:
    here = files("rlmap.web")
    return (here / "concept_map.css").read_text("utf-8"), (here / "concept_map.js").read_text("utf-8")


def concept_map(
    view: MapView,
    *,
    selected: str | None,
    standing: Standing,
    on_choose: Callable[[str], None],
    key: str,
    height_px: int = HEIGHT_PX,
) -> None:
    """Draw the map; ``on_choose`` is called with a concept's id before the page runs again.

    Maps under the same ``key`` share one place on the page, which is redrawn and not replaced.
    """
    css, js = _assets()
    mount = st.components.v2.component("rlmap.concept_map", html='<div class="map"></div>', css=css, js=js)

    def choose() -> None:
        if chosen := st.session_state[key].selected:
            on_choose(chosen)

    data = map_data(view, selected, standing) | {"height": height_px}
    mount(data=data, key=key, on_selected_change=choose)


def map_data(view: MapView, selected: str | None, standing: Standing) -> dict[str, Any]:
    """Return what the drawing needs, as JSON values."""
    hues = {area: round(360 * number / len(view.area_titles)) for number, area in enumerate(view.area_titles)}
    shown = {node.area for node in view.nodes}
    return {
        "label": view.label,
        "areas": [{"title": view.area_titles[area], "hue": hues[area]} for area in hues if area in shown],
        "nodes": [_node(view, node, hues[node.area], selected, standing) for node in view.nodes],
        "edges": [{"from": edge.requires_id, "to": edge.concept_id, "reason": edge.reason} for edge in view.edges],
    }


def _node(view: MapView, node: MapNode, hue: int, selected: str | None, standing: Standing) -> dict[str, Any]:
    status = standing.of(node.id)
    return {
        "id": node.id,
        "title": node.title,
        "label": f"{node.title}, {view.area_titles[node.area]}{_SPOKEN[status]}",
        "hue": hue,
        "status": status,
        "selected": node.id == selected,
        "x": node.column,
        "y": node.row,
    }
