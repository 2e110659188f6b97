from __future__ import annotations

import io
import json
from pathlib import Path

import networkx as nx
import pytest

from maps import concept, graph_of
from rlmap.errors import InputError, UnknownNameError
from rlmap.graph.formats import FORMATS, export_map
from rlmap.graph.lint_order import lint_order, read_order
from rlmap.types import ConceptGraph, Track


@pytest.fixture
def graph() -> ConceptGraph:
    either = [
        {
            "reason": "Either does.",
            "options": [
                {"concept": "code", "background": "engineer"},
                {"concept": "sums", "background": "mathematician"},
            ],
        }
    ]
    return graph_of(
        concept("sums", area="mathematics", aliases=["Σ"]),
        concept("code", area="engineering", title='Say "hello"'),
        concept("reward"),
        concept("return", ["reward"], any_of=either, helpful=[{"concept": "picture", "reason": "It shows it."}]),
        concept("picture", area="practice"),
        tracks=[
            Track("spine", "The spine", "For all.", ("reward", "return")),
            Track("famous", "A famous course", "As taught.", ("return", "reward", "sums"), "famous"),
        ],
    )


def test_text_says_what_each_concept_needs_and_why(graph: ConceptGraph) -> None:
    text = export_map(graph, "text")
    assert "  Return [return], formalism 1, 30 minutes\n    needs Reward: return is made of reward.\n" in text
    assert 'needs one of Say "hello" (engineer) or Sums (mathematician): Either does.' in text
    assert "is helped by Picture: It shows it." in text
    assert text.index("Sums [sums]") < text.index("Return [return]"), "areas keep their order"


def test_json_holds_every_edge_with_its_reason(graph: ConceptGraph) -> None:
    data = json.loads(export_map(graph, "json", area="core-rl"))
    assert [item["id"] for item in data["concepts"]] == ["return", "reward"]
    assert data["areas"] == [{"id": "core-rl", "title": "Core-rl"}]
    returned = data["concepts"][0]
    assert returned["prerequisites"] == [{"concept": "reward", "reason": "return is made of reward.", "goals": []}]
    assert returned["any_of"][0]["options"][0] == {"concept": "code", "background": "engineer"}


def test_graphml_is_read_back_by_networkx(graph: ConceptGraph) -> None:
    text = export_map(graph, "graphml")
    read = nx.read_graphml(io.BytesIO(text.encode()))
    assert set(read.edges) == {("reward", "return"), ("code", "return"), ("sums", "return"), ("picture", "return")}
    assert read.nodes["code"]["title"] == 'Say "hello"'


def test_dot_escapes_quotes_and_marks_the_kind_of_edge(graph: ConceptGraph) -> None:
    text = export_map(graph, "dot")
    assert '"code" [label="Say \\"hello\\""];' in text
    assert '"sums" -> "return" [style=dashed, tooltip="Either does."];' in text
    assert text.count("{") == text.count("}")


def test_jsonld_names_concepts_in_skos_terms(graph: ConceptGraph) -> None:
    data = json.loads(export_map(graph, "jsonld"))
    nodes = {node["id"]: node for node in data["@graph"]}
    assert nodes["rlmap:return"]["requires"] == ["rlmap:reward"]
    assert nodes["rlmap:edge:return:reward"]["reason"] == "return is made of reward."
    assert nodes["rlmap:sums"]["aliases"] == ["Σ"]
    assert data["@context"]["requires"]["@id"] == "dcterms:requires"
    used = {key for node in data["@graph"] for key in node}
    assert used <= set(data["@context"]), "a key without a meaning is dropped by every reader of linked data"


def test_unknown_formats_and_areas_are_refused(graph: ConceptGraph) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean json"):
        export_map(graph, "jsonl")
    with pytest.raises(UnknownNameError, match="no area named 'core'"):
        export_map(graph, next(iter(FORMATS)), area="core")


def test_an_order_is_compared_with_the_map(graph: ConceptGraph) -> None:
    title, order = read_order(graph, "famous")
    report = lint_order(graph, title, order)
    assert [(b.edge.requires_id, b.used_at, b.taught_at) for b in report.late] == [("reward", 1, 2)]
    assert (report.absent, report.kept) == ((), 0)
    assert lint_order(graph, "x", ["return"]).absent[0].taught_at is None
    assert lint_order(graph, *read_order(graph, "Spine")).kept == 1


def test_an_order_may_come_from_a_file_of_names(graph: ConceptGraph, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("# my course\nReward\n\nΣ\nreturn\n", encoding="utf-8")
    assert read_order(graph, str(path)) == ("mine.txt", ("reward", "sums", "return"))
    path.write_text("reward\nretrun\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine.txt, line 2: There is no concept named 'retrun'. Did you mean return"):
        read_order(graph, str(path))
    path.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(InputError, match="names no concept"):
        read_order(graph, str(path))
    with pytest.raises(UnknownNameError, match=r"no track or file named 'spin'. Did you mean spine"):
        read_order(graph, "spin")
