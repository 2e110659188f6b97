"""An ordering problem as arrays, for growing orders from either end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rlmap.study.order_cost import RAMP, SWITCH, WAIT_TO_BUILD, OrderProblem
from rlmap.study.precedence import Bools, all_before

_SEED = 7
Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]
Counts = NDArray[np.int16]


class Tables(NamedTuple):
    """What growing needs to know of n concepts; "before" is as seen from the end that orders grow from.

    Attributes
    ----------
    weight : (n,) half-places
        By how much placing a concept lowers what all open edges cost for each further place.
    unlocks : (n, n)
        ``unlocks[i, j]`` is 1 where ``j`` waits for ``i``, and where they are the same, which marks it as placed.
    detour : (n,)
        How many places placing a concept first adds to the least that open edges still cost.
    relief : (n, n)
        ``relief[i, j]`` is how much less ``j`` adds to that once ``i`` is placed.
    step : ((2n + 2) * n,) half-places, a table of n columns
        What placing a concept adds to what is open: its join with the concept placed last, given by the
        row, where row n stands for the end; less its weight; and the wait for the first build.
        The rows from n + 1 on say the same for when there has been a build.
    reach : (n,)
        The formalism that a concept, placed last, leads up to without a ramp; only differences count.
    builds, code, names : (n,)
        Whether there is something to build; the same for the same joins; 64 random bits.
    """

    weight: Ints
    unlocks: Counts
    detour: SmallInts
    relief: SmallInts
    step: Ints
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
    waits = all_before(problem.after)
    formalism, areas = np.asarray(problem.formalism), np.asarray(problem.areas)
    reach = np.maximum(formalism + 1, problem.level)
    join = join_costs(problem)
    weight = np.asarray(problem.weights(), dtype=np.int64)
    builds = np.asarray(problem.builds, dtype=np.bool_)
    if backward:
        unlocks, uses, waits = unlocks.T.copy(), uses.T.copy(), waits.T.copy()
        join, weight, reach, builds = join.T, -weight, -formalism, np.ones(count, dtype=np.bool_)
    built = np.vstack([join, np.zeros(count, dtype=np.int64)]) - weight
    unbuilt = built + WAIT_TO_BUILD * ~builds
    nearer = np.zeros((count, count), dtype=np.int32)
    first, second = np.nonzero(uses)
    if len(first):
        opening = np.flatnonzero(np.diff(first, prepend=-1))
        nearer[first[opening]] = np.add.reduceat(waits[second], opening, axis=0, dtype=np.int32)
    return Tables(
        weight=weight,
        unlocks=(unlocks | np.eye(count, dtype=np.bool_)).astype(np.int16),
        detour=(uses * (waits.sum(axis=1, dtype=np.int32) - 1)).sum(axis=1, dtype=np.int32),
        relief=nearer + nearer.T,
        step=np.vstack([unbuilt, built]).ravel(),
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


def join_costs(problem: OrderProblem) -> Ints:
    """Return a matrix that holds at (i, j) what it costs to learn ``j`` right after ``i``, in half-places."""
    formalism, areas = np.asarray(problem.formalism), np.asarray(problem.areas)
    rise = formalism[None, :] - np.maximum(formalism + 1, problem.level)[:, None]
    costs: Ints = SWITCH * (areas[:, None] != areas[None, :]) + RAMP * np.maximum(0, rise)
    return costs
