"""The cheapest order there is, or how far from it an order can be, by constraint programming.

Used where a plan may take seconds rather than milliseconds, and to judge the quick search.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rlmap.study.order import find_order
from rlmap.study.order_cost import UNIT, WAIT_TO_BUILD, OrderProblem, order_cost

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar


class ProvedOrder(NamedTuple):
    """An order, its cost in places, and a cost that no order can undercut."""

    order: tuple[int, ...]
    cost: float
    bound: float

    @property
    def optimal(self) -> bool:
        """Whether no order is cheaper."""
        return self.cost <= self.bound


def prove_order(problem: OrderProblem, seconds: float, start: Sequence[int] | None = None) -> ProvedOrder:
    """Improve on the quick search with CP-SAT, and bound what is possible.

    Concepts are given places that differ and respect the edges; a circuit through all of them,
    closed by a dummy, carries the costs of neighbours.

    Parameters
    ----------
    problem : OrderProblem
        What is to be ordered.
    seconds : float
        Deterministic time of the solver, about as long as seconds on one core.
    start : sequence of int, optional
        An order to improve on; that of the quick search unless given.

    Returns
    -------
    ProvedOrder
        Never dearer than the start. One worker and a fixed seed make the
        result repeatable with one version of the solver.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415  # half a second to import, seldom used

    first = tuple(start) if start is not None else find_order(problem).order
    quick = order_cost(problem, first).total
    if len(problem.ids) < 2:
        return ProvedOrder(first, quick, quick)
    model = cp_model.CpModel()
    places = [model.new_int_var(0, len(problem.ids) - 1, concept_id) for concept_id in problem.ids]
    _state(model, problem, places, first)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = seconds
    status = solver.solve(model)
    bound = min(quick, solver.best_objective_bound / UNIT)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ProvedOrder(first, quick, bound)
    order = tuple(sorted(range(len(places)), key=lambda index: solver.value(places[index])))
    cost = order_cost(problem, order).total
    return ProvedOrder(order, cost, bound) if cost < quick else ProvedOrder(first, quick, bound)


def _state(model: CpModel, problem: OrderProblem, places: Sequence[IntVar], hint: Sequence[int]) -> None:
    """Write constraints, cost and a first solution into a model."""
    count = len(places)
    model.add_all_different(places)
    for index, needed in enumerate(problem.after):
        for required in needed:
            model.add(places[required] + 1 <= places[index])
    cost = [weight * place for weight, place in zip(problem.weights(), places, strict=True)]
    neighbours = set(pairwise(hint))
    arcs = []
    before = _all_before(problem, hint)
    for first in range(count):
        for second in range(count):
            skips = first in before[second] and first not in problem.after[second]
            if first == second or second in before[first] or skips:
                continue
            joined = model.new_bool_var("")
            arcs.append((first + 1, second + 1, joined))
            model.add(places[second] == places[first] + 1).only_enforce_if(joined)
            model.add_hint(joined, (first, second) in neighbours)
            if problem.join_cost(first, second):
                cost.append(problem.join_cost(first, second) * joined)
    for index in range(count):
        for at, arc in ((0, (0, index + 1)), (count - 1, (index + 1, 0))):
            end = model.new_bool_var("")
            arcs.append((*arc, end))
            model.add(places[index] == at).only_enforce_if(end)
            model.add_hint(end, hint[at] == index)
    model.add_circuit(arcs)
    builds = [places[index] for index in range(count) if problem.builds[index]]
    if builds:
        wait = model.new_int_var(0, count, "wait")
        model.add_min_equality(wait, builds)
        cost.append(WAIT_TO_BUILD * wait)
    for at, index in enumerate(hint):
        model.add_hint(places[index], at)
    model.minimize(sum(cost) + (0 if builds else WAIT_TO_BUILD * count))


def _all_before(problem: OrderProblem, order: Sequence[int]) -> list[set[int]]:
    before: list[set[int]] = [set() for _ in problem.ids]
    for index in order:
        for needed in problem.after[index]:
            before[index] |= before[needed] | {needed}
    return before
