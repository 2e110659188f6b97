"""The map of this repository, as it is."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from rlmap.graph.check import check_graph
from rlmap.graph.load import load_graph
from rlmap.graph.walk import find_concept, to_digraph
from rlmap.types import ConceptGraph


@pytest.fixture(scope="module")
def graph(root: Path) -> ConceptGraph:
    return load_graph(root / "graph")


def test_the_map_has_no_error(root: Path) -> None:
    demo_ids = {path.parent.name for path in (root / "demos").glob("*/demo.toml")}
    problems = check_graph(root / "graph", demo_ids=demo_ids)
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert {problem.field for problem in problems} <= {"demo_id"}, "only missing demos are left to warn of"


def test_the_map_is_the_whole_of_the_field(graph: ConceptGraph) -> None:
    digraph = to_digraph(graph)
    assert digraph.number_of_nodes() >= 200
    assert digraph.number_of_edges() >= 450
    assert nx.is_directed_acyclic_graph(to_digraph(graph, soft=True))
    assert {concept.area for concept in graph.concepts.values()} == set(graph.areas)


def test_every_edge_is_argued(graph: ConceptGraph) -> None:
    """A reason says something about the two concepts, not that one is needed for the other."""
    for _, _, data in to_digraph(graph).edges(data=True):
        assert len(data["reason"].split()) >= 6, data["reason"]


@pytest.mark.parametrize(
    ("name", "concept_id"),
    [
        ("gamma", "discount-factor"),
        ("GAE", "generalized-advantage-estimation"),
        ("PPO", "ppo"),
        ("soft actor critic", "sac"),
        ("MCTS", "monte-carlo-tree-search"),
        ("kullback-leibler divergence", "kl-divergence"),
        ("TD", "temporal-difference-learning"),
        ("multi armed bandit", "multi-armed-bandit"),
    ],
)
def test_concepts_answer_to_the_names_that_people_use(graph: ConceptGraph, name: str, concept_id: str) -> None:
    assert find_concept(graph, name) == concept_id
