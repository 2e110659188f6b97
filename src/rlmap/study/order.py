"""In which order to learn a set of concepts.

Summed over edges, the distances from prerequisite to use are a weighted sum of places, each
concept weighing (edges in - edges out): the scheduling problem 1|prec|sum wC with unit times
(Lawler 1978), which is NP-hard. So orders are grown by beam searches over sets of learned
concepts, the states of Held and Karp (1962), from the first concept on and from the last one
back; both orders and one between them are mended by moving concepts together with what must come along.
While no hopeful state has been dropped the search is exact, which it is for most goals of up to
some twenty-five concepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rlmap.study.beam import beam_search
from rlmap.study.moves import mend, move_tables
from rlmap.study.order_cost import OrderProblem, order_cost

#: Each of the two beams may take the time of so many beginnings of two hundred concepts, of which its
#: steps take a part however narrow it is; for fewer concepts it is wider by the square of them.
_TIME_AT_200 = 11
_TIME_OF_STEPS = 5
_WIDEST = 1_500
_NARROWEST = 6
#: Beyond so many concepts growing from the first one alone is as good, and four times as quick.
_BOTH_ENDS_UP_TO = 400
#: Over so many places concepts may move when an order is mended.
_REACH = 50


class FoundOrder(NamedTuple):
    """An order, and whether the search has shown that none is cheaper."""

    order: tuple[int, ...]
    proved: bool


def find_order(problem: OrderProblem) -> FoundOrder:
    """Search for a cheap order.

    Parameters
    ----------
    problem : OrderProblem
        Its edges must have no cycle.

    Returns
    -------
    FoundOrder
        The same for the same problem in every process.
    """
    count = len(problem.ids)
    if count == 0:
        return FoundOrder((), proved=True)
    width = int(_TIME_AT_200 * (200 / count) ** 2) - _TIME_OF_STEPS
    width = min(_WIDEST, max(_NARROWEST, width))
    grown = [beam_search(problem, width)]
    if not grown[0].proved and count <= _BOTH_ENDS_UP_TO:
        grown.append(beam_search(problem, width, backward=True))
    if grown[-1].proved:
        return FoundOrder(grown[-1].order, proved=True)
    tables = move_tables(problem)
    mended = [mend(tables, found.order, _REACH) for found in grown]
    if len(mended) > 1:
        mended.append(mend(tables, _between(*mended), _REACH))
    return FoundOrder(min(mended, key=lambda order: order_cost(problem, order).total), proved=False)


def _between(first: Sequence[int], second: Sequence[int]) -> list[int]:
    """Return the order by mean places in two orders; what is before another in both stays before it."""
    places = [0] * len(first)
    for order in (first, second):
        for at, index in enumerate(order):
            places[index] += at
    return sorted(first, key=places.__getitem__)
