"""What an order of concepts costs, and the concepts and edges that are to be ordered.

The cost of an order, in units of one place in it, adds up

* for each prerequisite, how many places lie between learning it and using it;
* for each concept that is harder than the one before it by more than one level, and harder than
  the learner's own level, ``RAMP`` for each level too many;
* for each change of area between neighbours, ``SWITCH``;
* for each concept learned before the first that has something to build, ``WAIT_TO_BUILD``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Costs are kept in whole half-places, so that sums are exact and ties are true ties.
UNIT = 2
SWITCH = 1
RAMP = 8
WAIT_TO_BUILD = 4


@dataclass(frozen=True, slots=True)
class OrderProblem:
    """Concepts to order, by index; ``ids`` are sorted, so an index breaks ties as an id does.

    ``after[i]`` are the concepts that must come before ``i``; ``uses[i]`` those of them whose
    distance counts. ``areas`` are arbitrary codes, ``formalism`` is 0-3, ``builds`` says whether
    a concept has something to build, and ``level`` is the formalism the learner is at home with.
    """

    ids: tuple[str, ...]
    after: tuple[tuple[int, ...], ...]
    uses: tuple[tuple[int, ...], ...]
    areas: tuple[int, ...]
    formalism: tuple[int, ...]
    builds: tuple[bool, ...]
    level: int

    def weights(self) -> list[int]:
        """Return, for each concept, what one place later costs, in half-places."""
        weights = [UNIT * len(used) for used in self.uses]
        for used in self.uses:
            for index in used:
                weights[index] -= UNIT
        return weights

    def join_cost(self, first: int, second: int) -> int:
        """Return what it costs to learn ``second`` right after ``first``, in half-places."""
        rise = self.formalism[second] - max(self.formalism[first] + 1, self.level)
        return (SWITCH if self.areas[first] != self.areas[second] else 0) + RAMP * max(0, rise)


@dataclass(frozen=True, slots=True)
class OrderCost:
    """The cost of an order by its parts, in places."""

    distance: float
    ramps: float
    switches: float
    wait_to_build: float

    @property
    def total(self) -> float:
        """The sum that orders are compared by."""
        return self.distance + self.ramps + self.switches + self.wait_to_build


def order_cost(problem: OrderProblem, order: Sequence[int]) -> OrderCost:
    """Return the cost of an order of all concepts of a problem."""
    place = {index: at for at, index in enumerate(order)}
    distance = sum(place[index] - place[used] for index in order for used in problem.uses[index])
    joins = [(problem.join_cost(a, b), problem.areas[a] != problem.areas[b]) for a, b in pairwise(order)]
    switches = sum(SWITCH for _, switched in joins if switched)
    first_build = next((at for at, index in enumerate(order) if problem.builds[index]), len(order))
    return OrderCost(
        distance=float(distance),
        ramps=(sum(cost for cost, _ in joins) - switches) / UNIT,
        switches=switches / UNIT,
        wait_to_build=first_build * WAIT_TO_BUILD / UNIT,
    )
