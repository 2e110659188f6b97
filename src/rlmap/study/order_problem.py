"""From the needs of a learner to the problem of ordering them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rlmap.study.needs import Needs
from rlmap.study.order_cost import OrderProblem
from rlmap.study.precedence import sets_before
from rlmap.types import ConceptGraph


def order_problem(graph: ConceptGraph, needs: Needs, level: int, tracks: Iterable[Sequence[str]] = ()) -> OrderProblem:
    """Return the concepts of a path and their edges by index, for the search of an order.

    Besides hard and helpful edges, two things bind the order without costing distance: what most
    of the path rests on comes first, so that a learner sees what it is about; and concepts of
    ``tracks``, named orders that are goals, come in the order of their track.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    needs : Needs
        What the path holds.
    level : int
        The formalism at which the learner is at home, 0-3.
    tracks : iterable of sequence of str
        Concept ids in order; a pair that contradicts what binds already is left out.
    """
    index = {concept_id: at for at, concept_id in enumerate(needs.concept_ids)}
    concepts = [graph.concepts[concept_id] for concept_id in needs.concept_ids]
    areas = {area: code for code, area in enumerate(sorted({concept.area for concept in concepts}))}
    uses = [sorted({index[edge.requires_id] for edge in needs.requires[concept.id]}) for concept in concepts]
    after = [
        {*used, *(index[edge.requires_id] for edge in needs.soft[concept.id])}
        for concept, used in zip(concepts, uses, strict=True)
    ]
    _root_first(after)
    for track in tracks:
        _in_turn(after, [index[concept_id] for concept_id in track if concept_id in index])
    return OrderProblem(
        ids=needs.concept_ids,
        after=tuple(tuple(sorted(needed)) for needed in after),
        uses=tuple(tuple(used) for used in uses),
        areas=tuple(areas[concept.area] for concept in concepts),
        formalism=tuple(concept.formalism for concept in concepts),
        builds=tuple(concept.build is not None for concept in concepts),
        level=level,
    )


def _root_first(after: list[set[int]]) -> None:
    """Let the concept without needs on which most others rest come before all other such concepts."""
    roots = [at for at, needed in enumerate(after) if not needed]
    if len(roots) < 2:
        return
    before = sets_before(after)
    first = max(roots, key=lambda root: (sum(bits >> root & 1 for bits in before), -root))
    for root in roots:
        if root != first:
            after[root].add(first)


def _in_turn(after: list[set[int]], order: Sequence[int]) -> None:
    """Let each concept of an order come after the one before it, where nothing demands the opposite."""
    before = sets_before(after)
    for earlier, later in pairwise(order):
        if before[earlier] >> later & 1:
            continue
        after[later].add(earlier)
        added = before[earlier] | 1 << earlier
        before[later] |= added
        for at, bits in enumerate(before):
            if bits >> later & 1:
                before[at] = bits | added
