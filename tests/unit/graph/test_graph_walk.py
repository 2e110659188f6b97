from __future__ import annotations

import pytest

from maps import concept, graph_of
from rlmap.errors import InputError, UnknownNameError
from rlmap.graph.layers import count_crossings, layers
from rlmap.graph.walk import closure, find_concept, neighbourhood, path_to, to_digraph, unlocks
from rlmap.types import ConceptGraph


@pytest.fixture
def graph() -> ConceptGraph:
    """Two ways into ``d``; ``e`` is helped by ``side``."""
    ways = [
        {
            "reason": "Either way leads there.",
            "options": [
                {"concept": "code", "background": "engineer"},
                {"concept": "sums", "background": "mathematician"},
            ],
        }
    ]
    return graph_of(
        concept("a"),
        concept("b", ["a"], title="Discount factor", aliases=["γ", "discount rate"]),
        concept("c", ["b"]),
        concept("code"),
        concept("sums"),
        concept("d", ["c"], any_of=ways),
        concept("e", ["d"], helpful=[{"concept": "side", "reason": "It shows an example."}]),
        concept("side"),
    )


def test_edges_run_from_prerequisite_to_use_and_carry_their_reason(graph: ConceptGraph) -> None:
    digraph = to_digraph(graph)
    assert sorted(digraph.edges) == [("a", "b"), ("b", "c"), ("c", "d"), ("code", "d"), ("d", "e"), ("sums", "d")]
    assert digraph.edges["a", "b"] == {"reason": "b is made of a.", "kind": "hard"}
    assert digraph.edges["code", "d"]["background"] == "engineer"
    assert to_digraph(graph, soft=True).edges["side", "e"]["kind"] == "soft"


def test_neighbourhood_reaches_as_far_as_asked(graph: ConceptGraph) -> None:
    assert neighbourhood(graph, "c") == ("a", "b", "c", "d")
    assert neighbourhood(graph, "c", back=1, forward=0) == ("b", "c")
    assert neighbourhood(graph, "c", back=0, forward=2) == ("c", "d", "e")


def test_closure_holds_every_alternative_in_a_learnable_order(graph: ConceptGraph) -> None:
    assert closure(graph, ["d"]) == ("a", "b", "c", "code", "sums", "d")
    assert closure(graph, ["b", "sums"]) == ("a", "b", "sums")


def test_unlocks_names_what_needs_a_concept(graph: ConceptGraph) -> None:
    assert unlocks(graph, "c") == ("d",)
    assert unlocks(graph, "sums") == ("d",)
    assert unlocks(graph, "side") == ()


def test_path_to_stops_at_what_is_known_and_takes_one_alternative(graph: ConceptGraph) -> None:
    assert path_to(graph, (), "d") == ("a", "b", "c", "code", "d")
    assert path_to(graph, {"b", "sums"}, "d") == ("c", "d")
    assert path_to(graph, {"d"}, "d") == ()


@pytest.mark.parametrize("name", ["b", "Discount-Factor", " discount  factor ", "γ", "DISCOUNT RATE"])
def test_a_concept_is_found_by_any_of_its_names(graph: ConceptGraph, name: str) -> None:
    assert find_concept(graph, name) == "b"


def test_an_unknown_name_comes_with_the_nearest(graph: ConceptGraph) -> None:
    with pytest.raises(UnknownNameError, match=r"no concept named 'discont rat'. Did you mean b\?"):
        find_concept(graph, "discont rat")
    with pytest.raises(InputError, match="empty"):
        find_concept(graph, "  ")
    for walk in (unlocks, neighbourhood):
        with pytest.raises(UnknownNameError):
            walk(graph, "zebra")


def test_layers_put_what_is_needed_first_and_are_the_same_for_any_order(graph: ConceptGraph) -> None:
    places = layers(graph, list(graph.concepts))
    assert places == layers(graph, list(reversed(graph.concepts)))
    for needed, needing in to_digraph(graph).edges:
        assert places[needed].layer < places[needing].layer
    assert len({(place.layer, place.row) for place in places.values()}) == len(places)
    assert all(0 <= place.x <= 1 and 0 < place.y < 1 for place in places.values())


def test_sweeps_remove_crossings_that_id_order_has() -> None:
    graph = graph_of(*(concept(f"a{i}") for i in range(4)), *(concept(f"b{i}", [f"a{3 - i}"]) for i in range(4)))
    digraph = to_digraph(graph)
    by_id = [[f"a{i}" for i in range(4)], [f"b{i}" for i in range(4)]]
    places = layers(graph, graph.concepts)
    drawn = [sorted((c for c in places if places[c].layer == n), key=lambda c: places[c].row) for n in (0, 1)]
    assert count_crossings(digraph, by_id) == 6
    assert count_crossings(digraph, drawn) == 0
