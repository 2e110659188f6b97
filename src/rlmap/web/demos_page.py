"""Demos: a gallery of recorded results, and the page of one experiment."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from rlmap.pipeline.demo_results import Recorded, recorded
from rlmap.pipeline.demos import demo_spec
from rlmap.pipeline.gallery import demo_gallery
from rlmap.pipeline.workspace import Workspace
from rlmap.types import DemoSpec
from rlmap.web.charts import show_result_picture
from rlmap.web.demo_one import demo
from rlmap.web.shell import escape, page_link, workspace

_COLUMNS = 3
_EVERY_AREA = "All"


def render() -> None:
    """Draw the page: ``?d=`` opens a demo, ``?run=`` follows a run of it."""
    opened = workspace()
    wanted = st.query_params.get("d")
    if wanted is None:
        _gallery(opened)
    else:
        spec = demo_spec(opened.settings, wanted)
        demo(opened, spec, recorded(opened.settings, spec))


def _gallery(opened: Workspace) -> None:
    gallery = demo_gallery(opened.settings)
    specs, results = gallery.specs, gallery.results
    st.title("Demos")
    held = sum(result.held for result in results.values())
    st.write(
        f"{len(specs)} experiments. Each answers one question by changing one thing, with several seeds. "
        f"Of {len(results)} recorded on fresh seeds, {held} showed everything that was expected."
    )
    for problem in gallery.problems:
        st.warning(escape(f"{problem.file}: {problem.field}: {problem.message}"), icon=":material/error:")
    by_area = _by_area(opened, specs)
    words = st.text_input("Find a demo", placeholder="learning rate, exploration, memory ...", key="demo-words")
    names = [_EVERY_AREA, *by_area]
    area = st.pills(
        "Area", names, default=names[1] if len(names) > 1 else names[0], key="demo-area", format_func=lambda name: name
    )
    for title, group in by_area.items():
        shown = [spec for spec in group if _matches(opened, spec, words)]
        if words.strip() or area in (_EVERY_AREA, None, title):
            _area(title, shown, results)


def _by_area(opened: Workspace, specs: Mapping[str, DemoSpec]) -> dict[str, list[DemoSpec]]:
    areas, concepts = opened.graph.areas, opened.graph.concepts
    found: dict[str, list[DemoSpec]] = {title: [] for title in areas.values()}
    for spec in specs.values():
        known = next((concepts[concept_id] for concept_id in spec.concept_ids if concept_id in concepts), None)
        found.setdefault(areas[known.area] if known else "Other", []).append(spec)
    return {title: group for title, group in found.items() if group}


def _matches(opened: Workspace, spec: DemoSpec, words: str) -> bool:
    concepts = opened.graph.concepts
    titles = " ".join(concepts[concept_id].title for concept_id in spec.concept_ids if concept_id in concepts)
    text = f"{spec.id} {spec.title} {spec.question} {spec.varied} {titles}".lower()
    return all(word in text for word in words.lower().split())


def _area(title: str, group: list[DemoSpec], results: Mapping[str, Recorded]) -> None:
    if not group:
        return
    st.header(title)
    for start in range(0, len(group), _COLUMNS):
        row = group[start : start + _COLUMNS]
        for column, spec in zip(st.columns(_COLUMNS), row, strict=False):
            with column.container(border=True):
                _card(spec, results.get(spec.id))


def _card(spec: DemoSpec, result: Recorded | None) -> None:
    show_result_picture(spec, result)
    page_link("demos", spec.title, d=spec.id)
    st.caption(escape(spec.question))
    if result is None:
        st.badge("not recorded yet", color="gray")
    elif result.held:
        st.badge(f"observed on {len(result.record['seeds'])} fresh seeds", icon=":material/check:", color="green")
    else:
        st.badge("not observed as expected", icon=":material/close:", color="orange")
