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
from rlmap.study.order_cost import OrderProblem, order_cost

#: The beams keep this many beginnings in all for two hundred concepts, which takes some thirty
#: milliseconds, and more for fewer, since time grows with the square of them.
_WIDTH_AT_200 = 60
_WIDEST = 1_500
_NARROWEST = 30
#: Where at most this share of the concepts is needed by no other, a third of that grows backward.
_FEW_ENDS = 0.1


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
    width = min(_WIDEST, max(_NARROWEST, int(_WIDTH_AT_200 * (200 / count) ** 2)))
    share = width // 3 if _ends(problem) <= _FEW_ENDS * count else 0
    grown = beam_search(problem, width - share)
    if share and not grown.proved:
        backward = beam_search(problem, share, backward=True)
        grown = min(grown, backward, key=lambda found: (order_cost(problem, found.order).total, not found.proved))
    if grown.proved:
        return FoundOrder(grown.order, proved=True)
    return FoundOrder(exchange_blocks(problem, grown.order), proved=False)


def _ends(problem: OrderProblem) -> int:
    """Return how many concepts nothing else has to come after."""
    return len(problem.ids) - len({required for needed in problem.after for required in needed})
