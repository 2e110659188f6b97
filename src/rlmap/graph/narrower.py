"""Whether a passage treats a narrower concept rather than the one it was found for.

A passage on prioritised replay says much of what experience replay is, so it is found for both. It
belongs to the narrower one, and to the broader one only where that has too little of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rlmap.graph.explains import WEIGHTS, Candidate, Signals, signs_of
from rlmap.graph.mentions import longer_names
from rlmap.types import Concept, ConceptGraph

#: The signs of what a passage is about; the others say how well it explains, whatever that is.
_ABOUT = ("summary", "title", "heading", "outer heading")
#: By so much, in log-odds, a passage must be nearer to the narrower concept.
_NEARER = 0.3
#: Prioritised replay is built on DQN, and that on replay: one edge would not reach it.
_STEPS = 2


def narrower_concepts(graph: ConceptGraph, concept: Concept) -> tuple[Concept, ...]:
    """Return the concepts that are built on one within two edges of any hard kind, in the order of the map."""
    found: set[str] = set()
    for _ in range(_STEPS):
        found |= {other.id for other in graph.concepts.values() if not _needs(other).isdisjoint({concept.id, *found})}
    return tuple(other for other in graph.concepts.values() if other.id in found)


def _needs(concept: Concept) -> set[str]:
    options = {option.requires_id for group in concept.any_of for option in group.options}
    return {edge.requires_id for edge in concept.prerequisites} | options


def treats_narrower(
    graph: ConceptGraph, concept: Concept, candidate: Candidate, narrower: Mapping[str, Signals]
) -> bool:
    """Say whether a passage is about a narrower concept that it names.

    Parameters
    ----------
    graph : ConceptGraph
        With both.
    concept : Concept
        What the passage was found for.
    candidate : Candidate
        The passage.
    narrower : mapping from str to Signals
        By the id of a narrower concept, what the index knows of it and this passage; the ``words``
        are not looked at.
    """
    own = about(graph, concept, candidate)
    return any(
        about(graph, graph.concepts[other], replace(candidate, signals=signals)) > own + _NEARER
        for other, signals in narrower.items()
    )


def about(graph: ConceptGraph, concept: Concept, candidate: Candidate) -> float:
    """Return how much a passage is about a concept, in log-odds; minus infinity where nothing names it."""
    signs = signs_of(concept, candidate, longer_names(graph, concept))
    return sum(WEIGHTS[name] * signs[name] for name in _ABOUT) if signs is not None else float("-inf")
