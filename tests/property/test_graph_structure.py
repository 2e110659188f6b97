"""The checks of the map against networkx, on random graphs with and without cycles."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import concept, entry, graph_of, write_map
from rlmap.errors import GraphError
from rlmap.graph.check import check_graph
from rlmap.graph.layers import layers
from rlmap.graph.load import load_graph
from rlmap.graph.walk import closure, neighbourhood, path_to, to_digraph, unlocks

NAMES = [f"c{number}" for number in range(8)]
pairs = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=14)


def needs_of(edges: set[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: sorted(needed for needed, user in edges if user == name) for name in NAMES}


@given(pairs)
@settings(max_examples=60, deadline=None)
def test_cycles_and_implied_edges_are_those_of_networkx(edges: set[tuple[str, str]]) -> None:
    expected = nx.DiGraph(edges)
    expected.add_nodes_from(NAMES)
    with tempfile.TemporaryDirectory() as folder:
        path = write_map(Path(folder), [entry(name, needs) for name, needs in needs_of(edges).items()])
        problems = check_graph(path)
        cycles = [problem.message for problem in problems if "a cycle: " in problem.message]
        knots = [
            knot
            for knot in nx.strongly_connected_components(expected)
            if len(knot) > 1 or any(expected.has_edge(name, name) for name in knot)
        ]
        assert len(cycles) == len(knots)
        for message in cycles:
            nodes = message.removeprefix("a cycle: ").split(" (")[0].split(" -> ")
            assert nodes[0] == nodes[-1]
            # the message reads "a needs b": in the graph the edge runs from b to a
            assert all(expected.has_edge(later, earlier) for earlier, later in pairwise(nodes))
        if cycles:
            with pytest.raises(GraphError, match="a cycle"):
                load_graph(path)
            return
        implied = {
            (p.file.removeprefix("concepts/core-rl/").removesuffix(".toml"), p.message.split(" is implied")[0])
            for p in problems
            if "is implied already" in p.message
        }
        reduced = nx.transitive_reduction(expected)
        assert implied == {(user, needed) for needed, user in expected.edges if not reduced.has_edge(needed, user)}
        assert set(to_digraph(load_graph(path)).edges) == set(expected.edges)


@st.composite
def acyclic(draw: st.DrawFn) -> dict[str, list[str]]:
    return needs_of({(a, b) for a, b in draw(pairs) if a < b})


@given(acyclic(), st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES)))
@settings(max_examples=80, deadline=None)
def test_walks_agree_with_each_other(needs: dict[str, list[str]], start: str, known: set[str]) -> None:
    graph = graph_of(*(concept(name, needed) for name, needed in needs.items()))
    digraph = to_digraph(graph)
    everything = closure(graph, [start])
    assert set(everything) == {start, *nx.ancestors(digraph, start)}
    assert everything[-1] == start
    assert set(neighbourhood(graph, start, back=99, forward=0)) == set(everything)
    assert all(start in needs[user] for user in unlocks(graph, start))
    path = path_to(graph, known, start)
    for at, name in enumerate(path):
        assert all(needed in known or needed in path[:at] for needed in needs[name])
    assert set(path) <= set(everything) - known


@given(acyclic(), st.sets(st.sampled_from(NAMES), min_size=1), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_layers_respect_edges_and_depend_on_the_set_alone(needs: dict[str, list[str]], part: set[str], rng) -> None:
    graph = graph_of(*(concept(name, needed) for name, needed in needs.items()))
    shuffled = sorted(part)
    rng.shuffle(shuffled)
    places = layers(graph, shuffled)
    assert list(places) == sorted(part)
    assert places == layers(graph, part)
    for name in part:
        for needed in needs[name]:
            if needed in part:
                assert places[needed].layer < places[name].layer
    rows: dict[int, list[int]] = {}
    for place in places.values():
        rows.setdefault(place.layer, []).append(place.row)
    assert all(sorted(found) == list(range(len(found))) for found in rows.values())
