from __future__ import annotations

import re
from pathlib import Path

import pytest

from rlmap.graph.lint_order import lint_order
from rlmap.graph.load import load_graph
from rlmap.types import ConceptGraph


@pytest.fixture(scope="module")
def graph(root: Path) -> ConceptGraph:
    return load_graph(root / "graph")


def test_the_spine_and_the_endings_break_no_prerequisite(graph: ConceptGraph) -> None:
    for track in graph.tracks.values():
        if track.kind != "famous":
            assert lint_order(graph, track.title, track.concept_ids).late == (), track.id
    assert {track.id for track in graph.tracks.values() if track.kind == "ending"} == {
        "applications",
        "infrastructure",
        "research",
    }


def test_the_page_on_famous_orders_states_what_the_map_says(graph: ConceptGraph, root: Path) -> None:
    page = (root / "docs" / "guide" / "famous-orders.md").read_text(encoding="utf-8")
    stated = {
        row[0]: tuple(int(number) for number in row[1:])
        for row in re.findall(r"^\| `([\w-]+)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", page, re.MULTILINE)
    }
    found = {}
    for track in graph.tracks.values():
        if track.kind == "famous":
            report = lint_order(graph, track.title, track.concept_ids)
            found[track.id] = (len(report.order), report.kept, len(report.late), len(report.absent))
    assert stated == found, "run rlmap lint-order for each course and correct the table"
