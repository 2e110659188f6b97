"""In which order to learn a set of concepts.

Summed over edges, the distances from prerequisite to use are a weighted sum of places, each
concept weighing (edges in - edges out): the scheduling problem 1|prec|sum wC with unit times
(Lawler 1978), which is NP-hard. So orders are grown by a beam search over sets of learned
concepts, the states of Held and Karp (1962), and mended by exchanging neighbouring blocks. While
no hopeful state has been dropped the search is exact, which it is for most goals of up to some
thirty concepts.
"""

from __future__ import annotations

from typing import NamedTuple

from rlmap.study.beam import beam_search
from rlmap.study.blocks import exchange_blocks
from rlmap.study.order_cost import OrderProblem

#: The beam keeps this many beginnings for two hundred concepts, which takes some thirty
#: milliseconds, and more for fewer, since time grows with a little over the square of them.
_WIDTH_AT_200 = 40
_GROWTH = 2.3
_WIDEST_BEAM = 1_000
_NARROWEST_BEAM = 20


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
    width = int(_WIDTH_AT_200 * (200 / count) ** _GROWTH)
    grown = beam_search(problem, min(_WIDEST_BEAM, max(_NARROWEST_BEAM, width)))
    if grown.proved:
        return FoundOrder(grown.order, proved=True)
    return FoundOrder(exchange_blocks(problem, grown.order), proved=False)
