from __future__ import annotations

from pathlib import Path

import pytest
import rtoml

from maps import entry, reading, write_map
from rlmap.errors import GraphError
from rlmap.graph.load import load_graph, read_graph
from rlmap.types import Alternative, Build, PassageRef, Prerequisite, Reading


def test_a_file_becomes_the_record_it_describes(tmp_path: Path) -> None:
    """Every key of the file arrives in the record under its own name."""
    full = entry(
        "discount-factor",
        aliases=["gamma", "γ"],
        formula=r"G_t = \sum_k \gamma^k R_{t+k+1}",
        prerequisites=[{"concept": "return", "reason": "It weighs the return.", "goals": [1]}],
        any_of=[
            {
                "reason": "Both lead to a sum that stays finite.",
                "options": [
                    {"concept": "series", "background": "mathematician"},
                    {"concept": "loop", "background": "engineer"},
                ],
            }
        ],
        pinned=["book/p1"],
        checked_against=[{"source": "book", "where": "chapter 3"}],
    )
    folder = write_map(tmp_path, [full, entry("return"), entry("series"), entry("loop")])

    graph = load_graph(folder)

    record = graph.concepts["discount-factor"]
    assert record.aliases == ("gamma", "γ")
    assert record.formula == r"G_t = \sum_k \gamma^k R_{t+k+1}"
    assert record.prerequisites == (Prerequisite("discount-factor", "return", "It weighs the return.", (1,)),)
    assert record.any_of[0].options == (Alternative("series", "mathematician"), Alternative("loop", "engineer"))
    assert record.readings[0] == Reading("plain-book", "section 1", "It says it shortly.", "The appendix.", "plain", 10)
    assert record.build == Build("Write discount factor.", "It prints 1.", 20, False)
    assert record.pinned == (PassageRef("book", "p1"),)
    assert record.checked_against[0].where == "chapter 3"
    assert list(graph.concepts) == sorted(graph.concepts)
    assert graph.areas == {"core-rl": "Core-rl"}
    assert graph.area_summaries == {"core-rl": "All about core-rl."}


def test_tracks_are_loaded_with_their_kind(tmp_path: Path) -> None:
    track = {"id": "spine", "title": "Spine", "kind": "spine", "summary": "For all.", "concepts": ["b", "a"]}
    graph = load_graph(write_map(tmp_path, [entry("a"), entry("b")], tracks=[track]))
    assert graph.tracks["spine"].concept_ids == ("b", "a")
    assert graph.tracks["spine"].kind == "spine"


@pytest.mark.parametrize(
    ("change", "field", "fix"),
    [
        ({"minuts": 3}, "minuts", "spelling"),
        ({"minutes": "thirty"}, "minutes", "whole number"),
        ({"formalism": 4}, "formalism", ""),
        ({"prerequisites": [{"concept": "b"}]}, "prerequisites[0].reason", "add the key"),
        ({"prerequisites": [{"concept": "b", "reason": "  "}]}, "prerequisites[0].reason", "write a text"),
        ({"readings": [{**reading("s"), "level": "easy"}]}, "readings[0].level", ""),
        ({"build": {"task": "x", "check": "y", "minutes": 0}}, "build.minutes", ""),
    ],
)
def test_a_fault_of_form_names_file_field_and_fix(tmp_path: Path, change: dict, field: str, fix: str) -> None:
    folder = write_map(tmp_path, [entry("a", **change), entry("b")])
    raw, problems = read_graph(folder)
    assert [item.concept.id for item in raw.entries] == ["b"]
    assert [(p.file, p.field, p.severity) for p in problems] == [("concepts/core-rl/a.toml", field, "error")]
    assert fix in problems[0].fix


def test_every_fault_of_every_file_is_reported_at_once(tmp_path: Path) -> None:
    folder = write_map(tmp_path, [entry("a", formalism=9, minutes=-1), entry("b", ["absent"]), entry("c")])
    (folder / "concepts" / "core-rl" / "c.toml").write_text("id = 'c'\nid = 'c'\n", encoding="utf-8")
    (folder / "concepts" / "core-rl" / "d.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(GraphError) as caught:
        load_graph(folder)
    text = str(caught.value)
    assert "5 problems" in text
    places = ("a.toml: formalism", "a.toml: minutes", "b.toml: prerequisites[0].concept", "c.toml: not TOML", "d.toml")
    for place in places:
        assert place in text
    assert "line 2" in text


def test_a_missing_area_file_and_an_empty_map_are_said_plainly(tmp_path: Path) -> None:
    folder = write_map(tmp_path, [entry("a")])
    (folder / "areas.toml").unlink()
    with pytest.raises(GraphError, match=r"areas\.toml: the file cannot be read"):
        load_graph(folder)
    with pytest.raises(GraphError, match="the map has no concept"):
        load_graph(write_map(tmp_path / "empty", []))


def test_what_only_an_editor_minds_does_not_stop_loading(tmp_path: Path) -> None:
    long = entry("a", summary="word " * 90)
    del long["build"]
    assert load_graph(write_map(tmp_path, [long])).concepts["a"].build is None


def test_text_survives_as_written(tmp_path: Path) -> None:
    """Backslashes, Greek and quotes are what learners see; none may be lost on the way."""
    tricky = entry("a", formula='\\frac{1}{2} "q"', aliases=["λ-return", "Q(s, a)"])
    folder = write_map(tmp_path, [tricky])
    text = (folder / "concepts" / "core-rl" / "a.toml").read_text(encoding="utf-8")
    assert rtoml.loads(text) == tricky
    assert load_graph(folder).concepts["a"].formula == '\\frac{1}{2} "q"'
