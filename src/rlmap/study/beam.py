"""Grow an order concept by concept, keeping the best beginnings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rlmap.study.order_cost import RAMP, SWITCH, WAIT_TO_BUILD, OrderProblem

_SEED = 7
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Grown(NamedTuple):
    """An order, and whether only hopeless beginnings were dropped, so that none can be cheaper."""

    order: tuple[int, ...]
    proved: bool


class _Beam(NamedTuple):
    """Beginnings of one length, a row for each.

    ``open_edges`` counts, in half-places, edges from what is learned to what is not; ``unmet``
    how many needs of each concept are not learned; ``name`` is the same for the same set of
    concepts, and differs for others but for chance of 2^-64.
    """

    cost: Ints
    open_edges: Ints
    last: Ints
    built: Bools
    learned: Bools
    unmet: NDArray[np.int16]
    name: NDArray[np.uint64]


class _Tables(NamedTuple):
    """A problem as arrays; row -1 of ``join`` stands for the beginning, which joins for nothing."""

    weight: Ints
    unlocks: NDArray[np.int16]
    join: Ints
    builds: Bools
    reach: Ints
    code: Ints
    names: NDArray[np.uint64]


def beam_search(problem: OrderProblem, width: int) -> Grown:
    """Grow orders by one concept at a time, keeping the ``width`` best beginnings of each length.

    A beginning costs what its joins cost, plus, after each of its concepts, the edges that are
    open there: added up, these are the distances. Of beginnings with the same concepts, those
    are dropped that another undercuts whatever comes next; they do not count against a proof.

    Parameters
    ----------
    problem : OrderProblem
        At least one concept; no cycle.
    width : int
        How many beginnings to keep, at least 1.
    """
    tables = _tables(problem)
    count = len(problem.ids)
    beam = _Beam(
        cost=np.zeros(1, dtype=np.int64),
        open_edges=np.zeros(1, dtype=np.int64),
        last=np.full(1, -1, dtype=np.int64),
        built=np.zeros(1, dtype=bool),
        learned=np.zeros((1, count), dtype=bool),
        unmet=tables.unlocks.sum(axis=0, dtype=np.int16)[None, :],
        name=np.zeros(1, dtype=np.uint64),
    )
    trail: list[tuple[Ints, Ints]] = []
    proved = True
    for _ in range(count):
        beam, parents, chosen, dropped = _grown(beam, tables, width)
        trail.append((parents, chosen))
        proved = proved and not dropped
    return Grown(_walk_back(trail, int(np.argmin(beam.cost))), proved)


def _tables(problem: OrderProblem) -> _Tables:
    count = len(problem.ids)
    unlocks = np.zeros((count, count), dtype=np.int16)
    for index, needed in enumerate(problem.after):
        unlocks[list(needed), index] = 1
    areas = np.asarray(problem.areas)
    formalism = np.asarray(problem.formalism)
    reach = np.maximum(formalism + 1, problem.level)
    join = np.zeros((count + 1, count), dtype=np.int64)
    join[:count] = SWITCH * (areas[:, None] != areas[None, :])
    join[:count] += RAMP * np.maximum(0, formalism[None, :] - reach[:, None])
    return _Tables(
        weight=np.asarray(problem.weights(), dtype=np.int64),
        unlocks=unlocks,
        join=join,
        builds=np.asarray(problem.builds, dtype=bool),
        reach=reach.astype(np.int64),
        code=(areas * 4 + formalism).astype(np.int64),
        names=np.random.default_rng(_SEED).integers(1, 2**63, size=count, dtype=np.uint64),
    )


def _grown(beam: _Beam, tables: _Tables, width: int) -> tuple[_Beam, Ints, Ints, bool]:
    """Return the beginnings one concept longer, where each came from, and whether good ones were dropped."""
    rows, chosen = np.nonzero((beam.unmet == 0) & ~beam.learned)
    open_edges = beam.open_edges[rows] - tables.weight[chosen]
    built = beam.built[rows] | tables.builds[chosen]
    cost = beam.cost[rows] + open_edges + tables.join[beam.last[rows], chosen] + WAIT_TO_BUILD * ~built
    name = beam.name[rows] ^ tables.names[chosen]
    kept = _undominated(name, cost, chosen, tables)
    kept = kept[np.argsort((cost + open_edges)[kept], kind="stable")]
    dropped = len(kept) > width
    kept = kept[:width]
    rows, chosen = rows[kept], chosen[kept]
    learned = beam.learned[rows]
    learned[np.arange(len(rows)), chosen] = True
    grown = _Beam(
        cost=cost[kept],
        open_edges=open_edges[kept],
        last=chosen,
        built=built[kept],
        learned=learned,
        unmet=beam.unmet[rows] - tables.unlocks[chosen],
        name=name[kept],
    )
    return grown, rows, chosen, dropped


def _undominated(name: NDArray[np.uint64], cost: Ints, chosen: Ints, tables: _Tables) -> Ints:
    """Return the beginnings that may still lead to the cheapest order, in their own order.

    Within a set of concepts, the cheapest beginning undercuts another if it is cheaper by as
    much as the other's last concept could ever save on the next join.
    """
    order = np.lexsort((np.arange(len(name)), cost, name))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = name[order][1:] != name[order][:-1]
    first = order[np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))]
    reach = tables.reach[chosen]
    saving = SWITCH + RAMP * np.maximum(0, reach[order] - reach[first])
    same = tables.code[chosen][order] == tables.code[chosen][first]
    alive = fresh | (~same & (cost[order] < cost[first] + saving))
    return np.sort(order[alive])


def _walk_back(trail: list[tuple[Ints, Ints]], row: int) -> tuple[int, ...]:
    order = []
    for parents, chosen in reversed(trail):
        order.append(int(chosen[row]))
        row = int(parents[row])
    return tuple(reversed(order))
