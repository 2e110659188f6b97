"""Where to draw each concept of a part of the map: in layers, with few crossing lines.

The method is that of Sugiyama, Tagawa and Toda (1981): each concept goes one layer further than
the furthest of what it needs; inside a layer concepts are moved towards the mean place of their
neighbours, sweep after sweep, and the sweep with the fewest crossings is kept.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import networkx as nx

from rlmap.graph.walk import Digraph, to_digraph
from rlmap.types import ConceptGraph

_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a concept is drawn: ``layer`` and ``row`` count from 0; ``x`` and ``y`` are in [0, 1].

    Layers run along ``x`` from what is learned first to what is learned last; rows are spread
    evenly around the middle of ``y``.
    """

    layer: int
    row: int
    x: float
    y: float


def layers(graph: ConceptGraph, concept_ids: Collection[str]) -> dict[str, Place]:
    """Lay out a part of the map.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    concept_ids : collection of str
        The concepts to draw; edges to others do not count.

    Returns
    -------
    dict of str to Place
        In id order. The same for the same ids, whatever their order and in every process.
    """
    digraph = to_digraph(graph).subgraph(concept_ids)
    layering = [sorted(layer) for layer in nx.topological_generations(digraph)]
    best, fewest = layering, count_crossings(digraph, layering)
    for sweep in range(_SWEEPS):
        layering = _sweep(digraph, layering, forward=sweep % 2 == 0)
        crossings = count_crossings(digraph, layering)
        if crossings < fewest:
            best, fewest = layering, crossings
        if fewest == 0:
            break
    return _places(best)


def count_crossings(digraph: Digraph, layering: Sequence[Sequence[str]]) -> int:
    """Return how many pairs of edges cross, each edge drawn between the rows of its two ends.

    Edges over several layers are compared with edges between the same two layers only.
    """
    row = {concept_id: index for layer in layering for index, concept_id in enumerate(layer)}
    depth = {concept_id: index for index, layer in enumerate(layering) for concept_id in layer}
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for upper, lower in digraph.edges:
        spans.setdefault((depth[upper], depth[lower]), []).append((row[upper], row[lower]))
    total = 0
    for pairs in spans.values():
        ends: list[int] = []
        for _, end in sorted(pairs):
            total += len(ends) - bisect_right(ends, end)
            insort(ends, end)
    return total


def _sweep(digraph: Digraph, layering: Sequence[Sequence[str]], *, forward: bool) -> list[list[str]]:
    """Order each layer by the mean relative place of the neighbours on the side just passed."""
    ordered = [list(layer) for layer in layering]
    place = {c: (row + 1) / (len(layer) + 1) for layer in ordered for row, c in enumerate(layer)}
    neighbours = digraph.predecessors if forward else digraph.successors
    for layer in ordered if forward else reversed(ordered):
        mean = {}
        for concept_id in layer:
            near = [place[other] for other in neighbours(concept_id)]
            mean[concept_id] = sum(near) / len(near) if near else place[concept_id]
        layer.sort(key=lambda concept_id: (mean[concept_id], place[concept_id], concept_id))
        place.update({concept_id: (row + 1) / (len(layer) + 1) for row, concept_id in enumerate(layer)})
    return ordered


def _places(layering: Sequence[Sequence[str]]) -> dict[str, Place]:
    last = max(len(layering) - 1, 1)
    places = {
        concept_id: Place(depth, row, depth / last, (row + 1) / (len(layer) + 1))
        for depth, layer in enumerate(layering)
        for row, concept_id in enumerate(layer)
    }
    return dict(sorted(places.items()))
