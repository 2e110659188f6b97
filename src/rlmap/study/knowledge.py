"""What learners may know: sets of concepts that hold, with each concept, all that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from rlmap.types import ConceptGraph

_SPREAD_OF_AREAS = 0.22
_SPREAD_OF_CONCEPTS = 0.10
_MOST_MASTERED = 8


@dataclass(frozen=True, slots=True)
class KnowledgeSpace:
    """Concepts by index: what each needs, its area as a code, and an order that respects the needs."""

    needs: tuple[tuple[int, ...], ...]
    areas: tuple[int, ...]
    order: tuple[int, ...]


def space_of(graph: ConceptGraph, ids: tuple[str, ...]) -> KnowledgeSpace:
    """Return the knowledge space over some concepts; alternatives do not bind, since one is enough."""
    index = {concept_id: at for at, concept_id in enumerate(ids)}
    needs = tuple(
        tuple(sorted(index[e.requires_id] for e in graph.concepts[c].prerequisites if e.requires_id in index))
        for c in ids
    )
    codes = {area: code for code, area in enumerate(sorted({graph.concepts[c].area for c in ids}))}
    order = tuple(TopologicalSorter(dict(enumerate(needs))).static_order())
    return KnowledgeSpace(needs, tuple(codes[graph.concepts[c].area] for c in ids), order)


def sample_states(space: KnowledgeSpace, count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return knowledge states drawn from a broad prior, a third from each of three stories.

    * By ability: a learner has an ability, shifted by area, and knows what is not too hard, where
      a concept is as hard as the share of the others that it rests on.
    * By study: the learner took up concepts one by one, in any order that respects the needs,
      and stopped somewhere.
    * By use: the learner mastered a few concepts anywhere, with all that they rest on.

    Returns
    -------
    array of bool, shape (count, concepts)
        Each row holds, with each concept, all that it needs.
    """
    third = count // 3
    stories = (by_ability(space, third, rng), by_study(space, third, rng), by_use(space, count - 2 * third, rng))
    return np.concatenate(stories)


def by_ability(space: KnowledgeSpace, count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return states of learners who know what is not too hard for them.

    Half of them lack what has no ground, half have the ground of all they know, so that neither
    small nor large states are favoured.
    """
    concepts = len(space.needs)
    depth = _ancestors(space).sum(axis=1)
    hardness = np.argsort(np.argsort(depth, kind="stable"), kind="stable") / max(concepts - 1, 1)
    areas = np.asarray(space.areas)
    ability = rng.uniform(-0.15, 1.15, size=(count, 1))
    shift = rng.normal(0, _SPREAD_OF_AREAS, size=(count, areas.max() + 1))[:, areas]
    noise = rng.normal(0, _SPREAD_OF_CONCEPTS, size=(count, concepts))
    known: NDArray[np.bool_] = hardness[None, :] + noise < ability + shift
    half = count // 2
    for index in space.order:
        for needed in space.needs[index]:
            known[:half, index] &= known[:half, needed]
    for index in reversed(space.order):
        for needed in space.needs[index]:
            known[half:, needed] |= known[half:, index]
    return known


def by_study(space: KnowledgeSpace, count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return states of learners who took up ready concepts at random and stopped at random."""
    concepts = len(space.needs)
    unlocks = np.zeros((concepts, concepts), dtype=np.int16)
    for index, needs in enumerate(space.needs):
        unlocks[list(needs), index] = 1
    unmet = np.tile(unlocks.sum(axis=0, dtype=np.int16), (count, 1))
    known = np.zeros((count, concepts), dtype=bool)
    stop = rng.integers(0, concepts + 1, size=count)
    rows = np.arange(count)
    for taken in range(concepts):
        lot = np.where((unmet == 0) & ~known, rng.random((count, concepts), dtype=np.float32), -1)
        chosen = lot.argmax(axis=1)
        known[rows, chosen] |= taken < stop
        unmet -= unlocks[chosen] * (taken < stop)[:, None].astype(np.int16)
    return known


def by_use(space: KnowledgeSpace, count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return states of learners who mastered up to eight concepts, with all that they rest on."""
    concepts = len(space.needs)
    ground = _ancestors(space) | np.eye(concepts, dtype=bool)
    known = np.zeros((count, concepts), dtype=bool)
    mastered = rng.integers(0, min(_MOST_MASTERED, concepts) + 1, size=count)
    for drawn in range(_MOST_MASTERED):
        picked = ground[rng.integers(0, concepts, size=count)]
        known |= picked & (drawn < mastered)[:, None]
    return known


def _ancestors(space: KnowledgeSpace) -> NDArray[np.bool_]:
    ancestors = np.zeros((len(space.needs), len(space.needs)), dtype=bool)
    for index in space.order:
        for needed in space.needs[index]:
            ancestors[index] |= ancestors[needed]
            ancestors[index, needed] = True
    return ancestors
