"""Mend an order by moving concepts, each with those that must come along.

A concept that is to come later than another takes with it whatever lies between and needs it; one
that is to come earlier, whatever lies between that it needs. So each segment of an order stands for two
moves, and every move keeps the order valid. What all moves of all concepts would change is
computed at once, in tables with a column for each concept and a row for each length of the segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rlmap.study.beam_tables import join_costs
from rlmap.study.order_cost import WAIT_TO_BUILD, OrderProblem
from rlmap.study.precedence import Bools, all_before

_Value = TypeVar("_Value", np.intp, np.int32)
Ints = NDArray[np.int32]
Places = NDArray[np.intp]


class _Side(NamedTuple):
    """A problem of n concepts as seen from the end that moves go away from; concept n stands for none.

    Attributes
    ----------
    follows : ((n + 1)²,)
        At ``x * (n + 1) + y``, whether ``y`` comes along where it lies on the way of ``x``; ``x`` itself does.
    weight : (n + 1,) half-places
        What one place farther from that end costs.
    join : ((n + 1)²,) half-places
        At ``x * (n + 1) + y``, what ``y`` costs as the neighbour of ``x`` on the far side.
    """

    follows: Bools
    weight: Ints
    join: Ints


class MoveTables(NamedTuple):
    """What mending needs to know of a problem: both sides, that of moves to later places first."""

    sides: tuple[_Side, _Side]
    builds: Bools


class _Best(NamedTuple):
    """For the concept at each place the move that saves most: its change in half-places, and how far it goes."""

    change: Ints
    length: Places


def move_tables(problem: OrderProblem) -> MoveTables:
    """Return the tables that :func:`mend` needs, the same for all orders of a problem."""
    follows = np.pad(all_before(problem.after) | np.eye(len(problem.ids), dtype=np.bool_), (0, 1))
    weight = np.append(np.asarray(problem.weights(), dtype=np.int32), np.int32(0))
    join = np.pad(join_costs(problem).astype(np.int32), (0, 1))
    return MoveTables(
        sides=(_Side(follows.T.ravel(), weight, join.ravel()), _Side(follows.ravel(), -weight, join.T.ravel())),
        builds=np.asarray(problem.builds, dtype=np.bool_),
    )


def mend(tables: MoveTables, order: Sequence[int], reach: int) -> tuple[int, ...]:
    """Return an order made cheaper by moves until none of them saves anything.

    Moves to later places and moves to earlier ones take turns. Of those that save, the ones that
    save most are made, as many at once as lie apart from each other; then what they touched is judged again.

    Parameters
    ----------
    tables : MoveTables
        Those of the problem.
    order : sequence of int
        An order that respects it.
    reach : int
        Over how many places a concept may move, at least 1.
    """
    now = np.array(order, dtype=np.intp)
    count = len(now)
    reach = min(reach, count - 1)
    if reach < 1:
        return tuple(order)
    # Seen from the last concept back, a move to an earlier place is one to a later place.
    views = (now, now[::-1])
    best = tuple(_Best(np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.intp)) for _ in views)
    touched: list[list[int]] = [[0, count - 1], [0, count - 1]]
    turn = 0
    while any(touched):
        if touched[turn]:
            places = max(0, min(touched[turn]) - reach - 1), min(count, max(touched[turn]) + 2)
            _judge(tables.sides[turn], views[turn], places, reach, best[turn])
            touched[turn] = _make_moves(tables, turn, views, best[turn])
            touched[1 - turn] += [count - 1 - at for at in touched[turn]]
        turn = 1 - turn
    return tuple(now.tolist())


def _judge(side: _Side, order: Places, places: tuple[int, int], reach: int, best: _Best) -> None:
    """Write into ``best`` the moves that save most, of the concepts from a place to before another.

    A row is a segment from each start, of one place more than the row above. Some of its concepts
    move behind those that stay; both keep their order among themselves.
    """
    none = len(order)
    size = none + 1
    start, end = places
    # One more in front of the first concept, and enough behind the last one.
    ringed = np.full(none + reach + 2, none, dtype=np.intp)
    ringed[1:size] = order
    joins = np.add.accumulate(side.join.take(ringed[:-1] * size + ringed[1:]), dtype=np.int32)

    def rows(values: NDArray[_Value], begin: int, stop: int) -> NDArray[_Value]:
        """Return a table of the values ``begin`` to before ``stop`` places after each start."""
        step = values.itemsize
        return np.ndarray((stop - begin, end - start), values.dtype, values, (start + begin) * step, (step, step))

    at = rows(np.arange(len(ringed), dtype=np.int32), 1, reach + 2)
    segment, first = rows(ringed, 1, reach + 2), ringed[start + 1 : end + 1]
    moves = side.follows.take(segment + first * size)
    stays = ~moves
    weight = rows(side.weight.take(ringed), 1, reach + 2)
    change = _running(np.add, weight * moves)
    change -= weight * _running(np.add, moves.astype(np.int32))
    change *= stays  # all that move pass by a concept that stays
    last_moving = ringed.take(_running(np.maximum, at * moves))
    stayed_at = at * stays
    stayed_at[0] = at[0] - 1  # the neighbour in front, until one stays
    stayed_at = _running(np.maximum, stayed_at)
    last_staying = ringed.take(stayed_at) * size
    change, segment = change[1:], segment[1:]
    change += side.join.take(np.where(moves[1:], last_moving[:-1] * size, last_staying[:-1]) + segment)
    change = _running(np.add, change)
    change += side.join.take(last_staying[1:] + first)
    change += side.join.take(last_moving[1:] * size + rows(ringed, 3, reach + 3))
    change -= rows(joins, 2, reach + 2) - (joins[start - 1 : end - 1] if start else np.append(0, joins[: end - 1]))
    change *= (stayed_at[1:] >= at[0]) & (segment != none)
    length = change.argmin(axis=0)
    best.change[start:end] = change[length, np.arange(end - start)]
    best.length[start:end] = length + 1


def _running(join: np.ufunc, table: Ints) -> Ints:
    """Return what ``join`` makes of each row and all rows above it.

    As ``join.accumulate``, in half the time: each pass joins rows twice as far apart as the one before
    (Hillis and Steele 1986).
    """
    apart = 1
    while apart < len(table):
        joined = table.copy()
        join(table[apart:], table[:-apart], out=joined[apart:])
        table = joined
        apart *= 2
    return table


def _make_moves(tables: MoveTables, turn: int, views: tuple[Places, Places], best: _Best) -> list[int]:
    """Make the moves that save most, none next to another; return the first and the last place of each."""
    order, (follows, *_) = views[turn], tables.sides[turn]
    found = [(change, at, at + best.length.item(at)) for at, change in enumerate(best.change.tolist()) if change < 0]
    taken = bytearray(len(order) + 2)  # by the place before
    made = []
    first_build = _first_build(tables.builds, views[0])
    for change, first, last in sorted(found):
        if any(taken[first : last + 3]):
            continue
        segment = order[first : last + 1].copy()
        moves = follows.take(segment + segment[0] * (len(order) + 1))
        order[first : last + 1] = np.concatenate([segment[~moves], segment[moves]])
        moved_build = _first_build(tables.builds, views[0])
        if change + WAIT_TO_BUILD * (moved_build - first_build) >= 0:
            order[first : last + 1] = segment
            best.change[first] = 0
            continue
        first_build = moved_build
        taken[first + 1 : last + 2] = bytes([1]) * len(segment)
        made += [first, last]
    return made


def _first_build(builds: Bools, order: Places) -> int:
    """Return the place of the first concept that has something to build."""
    built = builds.take(order)
    return int(built.argmax()) if built.any() else len(order)
