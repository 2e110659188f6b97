"""In which order to learn a set of concepts.

Summed over edges, the distances from prerequisite to use are a weighted sum of places, each
concept weighing (edges in - edges out): the scheduling problem 1|prec|sum wC with unit times
(Lawler 1978), which is NP-hard. So orders are grown by a beam search over sets of learned
concepts, the states of Held and Karp (1962), and mended by exchanging neighbouring blocks. While
no state has been dropped the search is exact, which it is for most goals of up to some twenty
concepts.
"""

from __future__ import annotations

from typing import NamedTuple

from rlmap.study.beam import beam_search
from rlmap.study.blocks import exchange_blocks
from rlmap.study.greedy import greedy_order
from rlmap.study.order_cost import OrderProblem, order_cost

#: States kept in a beam, times concepts to order: with this product grows the time of a plan.
_BEAM_WORK = 3_000
_WIDEST_BEAM = 400
_LARGEST_FOR_BEAM = 400


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
    starts = []
    if count <= _LARGEST_FOR_BEAM:
        grown = beam_search(problem, min(_WIDEST_BEAM, _BEAM_WORK // count))
        if grown.proved:
            return FoundOrder(grown.order, proved=True)
        starts.append(grown.order)
    starts.append(greedy_order(problem.after, problem.weights()))
    mended = [exchange_blocks(problem, start) for start in starts]
    return FoundOrder(min(mended, key=lambda order: order_cost(problem, order).total), proved=False)
