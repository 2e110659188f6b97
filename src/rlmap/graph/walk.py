"""Ways through the map: what surrounds a concept, what it needs, what it unlocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeAlias

import networkx as nx

from rlmap.errors import InputError, UnknownNameError
from rlmap.spelling import fold_name, nearest_names
from rlmap.types import ConceptGraph

Digraph: TypeAlias = "nx.DiGraph[str]"


def to_digraph(graph: ConceptGraph, *, soft: bool = False) -> Digraph:
    """Return the map as a networkx graph with an edge from each prerequisite to what needs it.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    soft : bool
        Whether to add edges from concepts that merely help.

    Returns
    -------
    networkx.DiGraph
        Nodes in id order with ``title``, ``area`` and ``formalism``. Edges with ``reason`` and
        ``kind``: ``hard``, ``option`` (one of a group of alternatives, with ``background``) or
        ``soft``. Without soft edges it has no cycle.
    """
    digraph: Digraph = nx.DiGraph()
    for concept in graph.concepts.values():
        digraph.add_node(concept.id, title=concept.title, area=concept.area, formalism=concept.formalism)
    for concept in graph.concepts.values():
        for edge in concept.prerequisites:
            digraph.add_edge(edge.requires_id, concept.id, reason=edge.reason, kind="hard")
        for group in concept.any_of:
            for option in group.options:
                attributes = {"reason": group.reason, "kind": "option", "background": option.background}
                digraph.add_edge(option.requires_id, concept.id, **attributes)
        for edge in concept.helpful if soft else ():
            digraph.add_edge(edge.requires_id, concept.id, reason=edge.reason, kind="soft")
    return digraph


def neighbourhood(graph: ConceptGraph, concept_id: str, back: int = 2, forward: int = 1) -> tuple[str, ...]:
    """Return the concepts near one, in the order in which they can be learned.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    concept_id : str
        The concept in the middle; it is part of the result.
    back, forward : int
        How many edges to follow towards what it needs, and towards what needs it.

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    """
    _require(graph, [concept_id])
    digraph = to_digraph(graph)
    before = nx.single_source_shortest_path_length(digraph.reverse(copy=False), concept_id, cutoff=back)
    after = nx.single_source_shortest_path_length(digraph, concept_id, cutoff=forward)
    return _learnable_order(digraph, {*before, *after})


def closure(graph: ConceptGraph, concept_ids: Iterable[str]) -> tuple[str, ...]:
    """Return these concepts and all that they need or may need, in a learnable order.

    Every alternative is included; a plan for one learner chooses among them.

    Raises
    ------
    UnknownNameError
        If one of the ids does not exist.
    """
    wanted = list(concept_ids)
    _require(graph, wanted)
    digraph = to_digraph(graph)
    needed = set(wanted)
    for concept_id in wanted:
        needed |= nx.ancestors(digraph, concept_id)
    return _learnable_order(digraph, needed)


def unlocks(graph: ConceptGraph, concept_id: str) -> tuple[str, ...]:
    """Return the concepts that directly need this one or may use it as a way in, by id.

    Raises
    ------
    UnknownNameError
        If there is no such concept.
    """
    _require(graph, [concept_id])
    return tuple(sorted(to_digraph(graph).successors(concept_id)))


def path_to(graph: ConceptGraph, known: Collection[str], goal: str) -> tuple[str, ...]:
    """Return what is still to be learned for a goal, in a learnable order, the goal last.

    What is known already ends the search: its own prerequisites are not asked for. Where there
    are alternatives, a known one is enough, otherwise the first in the file is taken.

    Raises
    ------
    UnknownNameError
        If the goal does not exist.
    """
    _require(graph, [goal])
    needed: set[str] = set()
    stack = [goal]
    while stack:
        concept_id = stack.pop()
        if concept_id in needed or concept_id in known:
            continue
        needed.add(concept_id)
        concept = graph.concepts[concept_id]
        stack.extend(edge.requires_id for edge in concept.prerequisites)
        for group in concept.any_of:
            options = [option.requires_id for option in group.options]
            if not any(option in known for option in options):
                stack.append(options[0])
    return _learnable_order(to_digraph(graph), needed)


def find_concept(graph: ConceptGraph, text: str) -> str:
    """Return the id of the concept that a reader means by an id, a title or an alias.

    Case, hyphens and underscores do not count.

    Raises
    ------
    InputError
        If the text is empty.
    UnknownNameError
        If no concept has this name; it carries the ids of the concepts with the nearest names.
    """
    if not text.strip():
        raise InputError("Name a concept: the name given is empty.")
    owners: dict[str, str] = {}
    for concept in graph.concepts.values():
        for name in (concept.id, concept.title, *concept.aliases):
            owners.setdefault(fold_name(name), concept.id)
    wanted = fold_name(text)
    if wanted in owners:
        return owners[wanted]
    nearest = dict.fromkeys(owners[name] for name in nearest_names(wanted, owners, limit=6))
    raise UnknownNameError("concept", text.strip()[:80], tuple(nearest)[:3])


def _require(graph: ConceptGraph, concept_ids: Iterable[str]) -> None:
    for concept_id in concept_ids:
        if concept_id not in graph.concepts:
            raise UnknownNameError("concept", concept_id[:80], nearest_names(concept_id, graph.concepts))


def _learnable_order(digraph: Digraph, concept_ids: Collection[str]) -> tuple[str, ...]:
    return tuple(nx.lexicographical_topological_sort(digraph.subgraph(concept_ids)))
