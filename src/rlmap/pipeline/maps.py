"""The map as a picture: which concepts, where, with which arrows; and its exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rlmap.errors import UnknownNameError
from rlmap.graph.layers import layers
from rlmap.graph.walk import closure, find_concept, neighbourhood
from rlmap.spelling import nearest_names
from rlmap.types import ConceptGraph, Prerequisite


@dataclass(frozen=True, slots=True)
class MapNode:
    """A concept on the picture; ``column`` and ``row`` are in units of one node, from 0."""

    id: str
    title: str
    area: str
    column: float
    row: float


@dataclass(frozen=True, slots=True)
class MapView:
    """A part of the map, laid out. ``area_titles`` holds every area, in the order of the map."""

    label: str
    nodes: tuple[MapNode, ...]
    edges: tuple[Prerequisite, ...]
    area_titles: Mapping[str, str]


def area_map(graph: ConceptGraph, area: str) -> MapView:
    """Return the concepts of one area.

    Raises
    ------
    UnknownNameError
        If there is no such area.
    """
    if area not in graph.areas:
        raise UnknownNameError("area", area[:80], nearest_names(area, list(graph.areas)))
    members = [concept.id for concept in graph.concepts.values() if concept.area == area]
    return _view(graph, members, f"Map of the area {graph.areas[area]}")


def neighbourhood_map(graph: ConceptGraph, concept_id: str, back: int = 2, forward: int = 1) -> MapView:
    """Return what a concept needs (``back`` steps) and unlocks (``forward`` steps)."""
    members = neighbourhood(graph, concept_id, back, forward)
    return _view(graph, members, f"Map around {graph.concepts[concept_id].title}")


def needs_map(graph: ConceptGraph, concept_id: str) -> MapView:
    """Return a concept and everything that it needs, back to what needs nothing."""
    return _view(graph, closure(graph, [concept_id]), f"Map of all that {graph.concepts[concept_id].title} needs")


def whole_map(graph: ConceptGraph) -> MapView:
    """Return every concept of the map."""
    return _view(graph, list(graph.concepts), "The whole map")


def known_concept(graph: ConceptGraph, text: str) -> str:
    """Return the id that an id, a title or an alias stands for; raises UnknownNameError."""
    return text if text in graph.concepts else find_concept(graph, text)


def _view(graph: ConceptGraph, members: Collection[str], label: str) -> MapView:
    places = layers(graph, members)
    tallest = max(Counter(place.layer for place in places.values()).values())
    nodes = tuple(
        MapNode(
            id=concept_id,
            title=graph.concepts[concept_id].title,
            area=graph.concepts[concept_id].area,
            column=place.layer,
            row=place.y * (tallest + 1) - 1,
        )
        for concept_id, place in places.items()
    )
    return MapView(label, nodes, tuple(edges_between(graph, members)), graph.areas)


def edges_between(graph: ConceptGraph, members: Collection[str]) -> list[Prerequisite]:
    """Return hard edges and alternatives whose two ends are among ``members``, by id."""
    inside = set(members)
    edges = []
    for concept_id in sorted(inside):
        concept = graph.concepts[concept_id]
        edges += [edge for edge in concept.prerequisites if edge.requires_id in inside]
        edges += [
            Prerequisite(concept_id, option.requires_id, group.reason)
            for group in concept.any_of
            for option in group.options
            if option.requires_id in inside
        ]
    return edges


def edges_from(graph: ConceptGraph, concept_id: str) -> tuple[Prerequisite, ...]:
    """Return the edges that leave a concept: what it unlocks, and why, by id."""
    everything = edges_between(graph, graph.concepts)
    return tuple(edge for edge in everything if edge.requires_id == concept_id)
