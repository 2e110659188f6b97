"""Grow an order concept by concept, keeping the best beginnings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rlmap.study.beam_tables import Counts, Ints, SmallInts, Tables, tables_of
from rlmap.study.order_cost import RAMP, SWITCH, UNIT, OrderProblem

#: A beginning is judged by what it costs, plus this share of the detours that its open edges
#: cannot avoid. No share is best on every map, so each has its part of the beam.
_SHARES_OF_DETOUR = (0.0, 0.25, 0.5)
_ENOUGH = 8
_SCALE = 4  # makes the judgement a whole number of half-places, so that ties are true ties
_WEIGHTS_OF_DETOUR = np.array([[int(_SCALE * UNIT * share)] for share in _SHARES_OF_DETOUR])


class Grown(NamedTuple):
    """An order, and whether only hopeless beginnings were dropped, so that none can be cheaper."""

    order: tuple[int, ...]
    proved: bool


class _Beam(NamedTuple):
    """Beginnings of one length, a row for each: the row it was grown from, the concept placed last, and the rest.

    ``open_edges`` counts, in half-places, edges of which one end is placed; ``detour`` the
    places for which they must stay open beyond the next. ``step`` is the row of the table of that
    name. ``unmet`` counts what each concept waits for, -1 once it is placed; ``adds`` is what placing
    it would add to ``detour``. ``name`` is the same for the same set of concepts, and differs
    for others but for chance of 2^-64.
    """

    rows: Ints
    chosen: Ints
    cost: Ints
    open_edges: Ints
    detour: Ints
    step: Ints
    name: NDArray[np.uint64]
    unmet: Counts
    adds: SmallInts


class _Candidates(NamedTuple):
    """Beginnings one concept longer: the row each comes from, the concept, and what they amount to."""

    rows: Ints
    chosen: Ints
    cost: Ints
    open_edges: Ints
    detour: Ints
    name: NDArray[np.uint64]


def beam_search(problem: OrderProblem, width: int, *, backward: bool = False) -> Grown:
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
    backward : bool
        Grow from the last concept towards the first. Orders with few ends, such as the path to
        one goal, offer less choice there. The wait for the first build is left out of the
        search, so nothing is proved unless the order found begins with a build.
    """
    tables = tables_of(problem, backward=backward)
    none = np.zeros(0, dtype=np.int64)
    beam = _Beam(
        rows=none,
        chosen=none,
        cost=np.zeros(1, dtype=np.int64),
        open_edges=np.zeros(1, dtype=np.int64),
        detour=np.zeros(1, dtype=np.int64),
        step=np.full(1, len(problem.ids), dtype=np.int64),
        name=np.zeros(1, dtype=np.uint64),
        unmet=tables.unlocks.sum(axis=0, dtype=np.int16)[None, :] - np.int16(1),
        adds=tables.detour[None, :],
    )
    trail: list[tuple[Ints, Ints]] = []
    proved = True
    for _ in problem.ids:
        grown = _grown(beam, tables)
        kept = _undominated(grown, tables) if proved else _best(grown, width)
        if len(kept) > width:
            kept, proved = _best(grown, width), False
        beam = _placed(beam, grown, kept, tables)
        trail.append((beam.rows, beam.chosen))
    found = _walk_back(trail, int(np.argmin(beam.cost)))
    if not backward:
        return Grown(tuple(reversed(found)), proved)
    return Grown(found, proved and problem.builds[found[0]])


def _grown(beam: _Beam, tables: Tables) -> _Candidates:
    """Return every beginning that is one concept longer."""
    count = beam.unmet.shape[1]
    flat = np.flatnonzero(beam.unmet == 0)
    rows, chosen = np.divmod(flat, count)
    return _Candidates(
        rows=rows,
        chosen=chosen,
        cost=(beam.cost + beam.open_edges).take(rows) + tables.step.take((beam.step * count).take(rows) + chosen),
        open_edges=beam.open_edges.take(rows) - tables.weight.take(chosen),
        detour=beam.detour.take(rows) + beam.adds.take(flat),
        name=beam.name.take(rows) ^ tables.names.take(chosen),
    )


def _placed(beam: _Beam, grown: _Candidates, kept: Ints, tables: Tables) -> _Beam:
    """Return the beam of the candidates that are kept."""
    rows, chosen = grown.rows.take(kept), grown.chosen.take(kept)
    count = beam.unmet.shape[1]
    built = (beam.step.take(rows) > count) | tables.builds.take(chosen)
    unmet = beam.unmet.take(rows, axis=0)
    unmet -= tables.unlocks.take(chosen, axis=0)
    adds = beam.adds.take(rows, axis=0)
    adds -= tables.relief.take(chosen, axis=0)
    return _Beam(
        rows=rows,
        chosen=chosen,
        cost=grown.cost.take(kept),
        open_edges=grown.open_edges.take(kept),
        detour=grown.detour.take(kept),
        step=chosen + (count + 1) * built,
        name=grown.name.take(kept),
        unmet=unmet,
        adds=adds,
    )


def _undominated(grown: _Candidates, tables: Tables) -> Ints:
    """Return the beginnings that may still lead to the cheapest order, in their own order.

    Within a set of concepts, the cheapest beginning undercuts another if it is cheaper by as
    much as the other's last concept could ever save on the next join.
    """
    above = grown.cost - grown.cost.min()
    bits = int(above.max()).bit_length()
    # By set, then by cost, in one key: sorting by two keys takes three times as long.
    order = np.argsort((grown.name << np.uint64(bits)) | above.astype(np.uint64), kind="stable")
    name, cost, last = grown.name[order], grown.cost[order], grown.chosen[order]
    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = name[1:] != name[:-1]
    first = np.flatnonzero(fresh)[np.cumsum(fresh) - 1]
    reach, code = tables.reach[last], tables.code[last]
    saving = SWITCH + RAMP * np.maximum(0, reach - reach[first])
    alive = fresh | ((code != code[first]) & (cost < cost[first] + saving))
    return np.sort(order[alive])


def _best(grown: _Candidates, width: int) -> Ints:
    """Return the ``width`` most promising beginnings, each way of judging them choosing its part.

    Once the search can prove nothing any more, one beginning for each set of concepts is enough. A
    set often comes up several times, by different last concepts: for each beginning that
    is to be kept, ``_ENOUGH`` of the most promising are looked at.
    """
    judged = _SCALE * (grown.cost + grown.open_edges) + _WEIGHTS_OF_DETOUR * grown.detour
    enough = _ENOUGH * width
    among: Ints | None = None
    if judged.shape[1] > 2 * enough:
        limits = np.partition(judged, enough, axis=1)[:, enough]
        among = np.flatnonzero((judged <= limits[:, None]).any(axis=0))
        judged = judged[:, among]
    names = (grown.name if among is None else grown.name.take(among)).tolist()
    kept: dict[int, int] = {}
    for turn, ranked in enumerate(np.argsort(judged, axis=1, kind="stable")[:, :enough].tolist(), start=1):
        wanted = width * turn // len(judged)
        for at in ranked:
            if len(kept) >= wanted:
                break
            # The cheapest of a set comes first by every judgement, for the rest of it is the set's own.
            kept.setdefault(names[at], at)
    places = np.array(sorted(kept.values()))
    return places if among is None else among.take(places)


def _walk_back(trail: list[tuple[Ints, Ints]], row: int) -> tuple[int, ...]:
    """Return the concepts of a row of the last beam, the one placed last first."""
    order = []
    for parents, chosen in reversed(trail):
        order.append(int(chosen[row]))
        row = int(parents[row])
    return tuple(order)
