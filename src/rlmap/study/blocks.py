"""Mend an order by exchanging neighbouring blocks while that makes it cheaper."""

from __future__ import annotations

from collections.abc import Sequence

from rlmap.study.order_cost import WAIT_TO_BUILD, OrderProblem

_LONGEST_BLOCK = 8
_LONGEST_MOVE = 120
_SWEEPS = 6


def exchange_blocks(problem: OrderProblem, order: Sequence[int]) -> tuple[int, ...]:
    """Return an order made cheaper by exchanges of two neighbouring blocks.

    The first block has up to eight concepts, the second as many as precedence allows (up to
    120); moving one concept forwards or backwards is the special case of a block of one. Blocks
    are exchanged from the first place to the last, again and again, at most six times.

    Parameters
    ----------
    problem : OrderProblem
        What is to be ordered.
    order : sequence of int
        An order that respects it.
    """
    search = _Search(problem, list(order))
    for _ in range(_SWEEPS):
        if not search.sweep():
            break
    return tuple(search.order)


class _Search:
    """An order under repair, with the place of each concept."""

    def __init__(self, problem: OrderProblem, order: list[int]) -> None:
        self.problem = problem
        self.order = order
        self.weights = problem.weights()
        self.place = [0] * len(order)
        for at, index in enumerate(order):
            self.place[index] = at
        self.joins = self._all_joins()
        self.first_build = self._first_build()
        self.followers: list[list[int]] = [[] for _ in order]
        for index, needed in enumerate(problem.after):
            for required in needed:
                self.followers[required].append(index)

    def sweep(self) -> bool:
        """Exchange blocks from the first place to the last; return whether any was exchanged."""
        changed = False
        start = 0
        while start < len(self.order):
            move = self._best_exchange(start)
            if move is None:
                start += 1
                continue
            middle, end = move
            self.order[start:end] = self.order[middle:end] + self.order[start:middle]
            for at in range(start, end):
                self.place[self.order[at]] = at
            self.joins[start : end + 1] = [self._join(at - 1, at) for at in range(start, end + 1)]
            self.first_build = self._first_build()
            changed = True
        return changed

    def _all_joins(self) -> list[int]:
        """Return the cost of each place being next to the one before it; nothing at either end."""
        return [self._join(at - 1, at) for at in range(len(self.order) + 1)]

    def _first_build(self) -> int:
        return next((at for at, index in enumerate(self.order) if self.problem.builds[index]), len(self.order))

    def _best_exchange(self, start: int) -> tuple[int, int] | None:
        """Return (middle, end) of the exchange that saves most, the first block at ``start``."""
        best, saved = None, 0
        limit = min(len(self.order), start + _LONGEST_MOVE)
        first_weight = 0
        for middle in range(start + 1, min(start + _LONGEST_BLOCK, limit - 1) + 1):
            moved = self.order[middle - 1]
            first_weight += self.weights[moved]
            limit = min([limit, *(self.place[f] for f in self.followers[moved] if self.place[f] >= middle)])
            joins_removed = self.joins[start] + self.joins[middle]
            second_weight = 0
            for end in range(middle + 1, limit + 1):
                second_weight += self.weights[self.order[end - 1]]
                change = first_weight * (end - middle) - second_weight * (middle - start)
                if change - joins_removed - self.joins[end] >= saved and start > self.first_build:
                    continue
                change += self._joins_added(start, middle, end) - joins_removed - self.joins[end]
                change += self._later_build(start, middle, end)
                if change < saved:
                    best, saved = (middle, end), change
        return best

    def _join(self, left: int, right: int) -> int:
        """Return the cost of two places being neighbours; nothing beyond either end."""
        if left < 0 or right >= len(self.order):
            return 0
        return self.problem.join_cost(self.order[left], self.order[right])

    def _joins_added(self, start: int, middle: int, end: int) -> int:
        return self._join(start - 1, middle) + self._join(end - 1, start) + self._join(middle - 1, end)

    def _later_build(self, start: int, middle: int, end: int) -> int:
        """Return what the exchange adds to the wait for the first build."""
        if not start <= self.first_build < end:
            return 0
        if self.first_build < middle:
            early = [at for at in range(middle, end) if self.problem.builds[self.order[at]]]
            moved = start + early[0] - middle if early else self.first_build + end - middle
        else:
            moved = start + self.first_build - middle
        return WAIT_TO_BUILD * (moved - self.first_build)
