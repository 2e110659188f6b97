"""The concept map as a component: an SVG drawn in the browser, fed with plain data."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files

import streamlit as st

from rlmap.pipeline.maps import MapView

_HEIGHT_PX = 560


@cache
def _assets() -> tuple[str, str]:
    here = files("rlmap.web")
    return (here / "concept_map.css").read_text("utf-8"), (here / "concept_map.js").read_text("utf-8")


def concept_map(view: MapView, *, selected: str | None, known: Collection[str], key: str) -> str | None:
    """Draw the map and return the id of a concept that was just chosen, if any."""
    areas = list(view.area_titles)
    hues = {area: round(360 * number / len(areas)) for number, area in enumerate(areas)}
    data = {
        "label": view.label,
        "height": _HEIGHT_PX,
        "nodes": [
            {
                "id": node.id,
                "title": node.title,
                "area_title": view.area_titles[node.area],
                "hue": hues[node.area],
                "status": "known" if node.id in known else "new",
                "selected": node.id == selected,
                "x": node.column,
                "y": node.row,
            }
            for node in view.nodes
        ],
        "edges": [{"from": edge.requires_id, "to": edge.concept_id, "reason": edge.reason} for edge in view.edges],
    }
    css, js = _assets()
    mount = st.components.v2.component("rlmap.concept_map", html='<div class="map"></div>', css=css, js=js)
    chosen: str | None = mount(data=data, key=key, on_selected_change=lambda: None).selected
    return chosen
