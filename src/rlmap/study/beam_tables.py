"""An ordering problem as arrays, for growing orders from either end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rlmap.study.order_cost import RAMP, SWITCH, OrderProblem

_SEED = 7
Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Counts = NDArray[np.int16]
Bools = NDArray[np.bool_]


class Tables(NamedTuple):
    """What growing needs to know of n concepts; "before" is as seen from the end that orders grow from.

    Attributes
    ----------
    weight : (n,) half-places
        By how much placing a concept lowers what all open edges cost for each further place.
    unlocks : (n, n)
        ``unlocks[i, j]`` is 1 where ``j`` waits for ``i``.
    detour : (n,)
        How many places placing a concept first adds to the least that open edges still cost.
    relief : (n, n)
        ``relief[i, j]`` is how much less ``j`` adds to that once ``i`` is placed.
    join : (n + 1, n) half-places
        What it costs to place one concept next to another; row -1 is the end, which joins for nothing.
    reach : (n,)
        The formalism that a concept, placed last, leads up to without a ramp; only differences count.
    builds, code, names : (n,)
        Whether there is something to build; the same for the same joins; 64 random bits.
    """

    weight: Ints
    unlocks: Counts
    detour: SmallInts
    relief: SmallInts
    join: Ints
    reach: Ints
    builds: Bools
    code: Ints
    names: NDArray[np.uint64]


def tables_of(problem: OrderProblem, *, backward: bool) -> Tables:
    """Return the tables of a problem; backward, concepts wait for their uses, and all count as builds.

    An edge is open while one of its ends is placed. The other end cannot be placed before all
    that it waits for, so an edge stays open for at least as many places as that has members left.
    Summed over open edges this bound is linear in what has been placed, hence ``detour`` and
    ``relief``: placing ``i`` opens edges to concepts that wait for much, and brings the ends of
    edges that are open already one place nearer.
    """
    count = len(problem.ids)
    unlocks, uses = _pairs(problem.after), _pairs(problem.uses)
    waits = _all_before(problem.after)
    formalism, areas = np.asarray(problem.formalism), np.asarray(problem.areas)
    reach = np.maximum(formalism + 1, problem.level)
    join = SWITCH * (areas[:, None] != areas[None, :]) + RAMP * np.maximum(0, formalism[None, :] - reach[:, None])
    weight = np.asarray(problem.weights(), dtype=np.int64)
    builds = np.asarray(problem.builds, dtype=np.bool_)
    if backward:
        unlocks, uses, waits = unlocks.T.copy(), uses.T.copy(), waits.T.copy()
        join, weight, reach, builds = join.T, -weight, -formalism, np.ones(count, dtype=np.bool_)
    nearer = np.zeros((count, count), dtype=np.int32)
    for first, second in np.argwhere(uses).tolist():
        nearer[first] += waits[second]
    return Tables(
        weight=weight,
        unlocks=unlocks.astype(np.int16),
        detour=(uses * (waits.sum(axis=1, dtype=np.int32) - 1)).sum(axis=1, dtype=np.int32),
        relief=nearer + nearer.T,
        join=np.vstack([join, np.zeros(count, dtype=np.int64)]),
        reach=reach,
        builds=builds,
        code=areas * 4 + formalism,
        names=np.random.default_rng(_SEED).integers(1, 2**63, size=count, dtype=np.uint64),
    )


def _pairs(needed: Sequence[Sequence[int]]) -> Bools:
    """Return a matrix that holds at (i, j) whether ``j`` needs ``i``."""
    pairs = np.zeros((len(needed), len(needed)), dtype=np.bool_)
    first = [index for required in needed for index in required]
    second = np.repeat(np.arange(len(needed)), [len(required) for required in needed])
    pairs[first, second] = True
    return pairs


def _all_before(after: Sequence[Sequence[int]]) -> Bools:
    """Return a matrix that holds at (i, j) whether ``j`` has to come before ``i``, directly or not."""
    before = np.zeros((len(after), len(after)), dtype=np.bool_)
    unmet = [len(needed) for needed in after]
    followers: list[list[int]] = [[] for _ in after]
    for index, needed in enumerate(after):
        before[index, list(needed)] = True
        for required in needed:
            followers[required].append(index)
    ready = [index for index, needed in enumerate(unmet) if needed == 0]
    while ready:
        index = ready.pop()
        for follower in followers[index]:
            before[follower] |= before[index]
            unmet[follower] -= 1
            if unmet[follower] == 0:
                ready.append(follower)
    return before
