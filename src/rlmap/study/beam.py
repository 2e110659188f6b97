"""Grow an order concept by concept, keeping the best beginnings."""

from __future__ import annotations

from typing import NamedTuple

from rlmap.study.order_cost import WAIT_TO_BUILD, OrderProblem


class Grown(NamedTuple):
    """An order, and whether no beginning was dropped, so that none can be cheaper."""

    order: tuple[int, ...]
    proved: bool


class _State(NamedTuple):
    """An order's beginning: its cost, edges left open, what may come next, and the way back."""

    cost: int
    open_edges: int
    ready: tuple[int, ...]
    last: int
    way: tuple[object, int] | None
    built: bool


def beam_search(problem: OrderProblem, width: int) -> Grown:
    """Grow orders by one concept at a time, keeping the ``width`` best beginnings of each length.

    Of beginnings with the same set of concepts and an equally costly continuation only the
    cheapest is kept, so a search that never drops another state has found the optimum.
    """
    weights = problem.weights()
    before = [sum(1 << index for index in needed) for needed in problem.after]
    followers: list[list[int]] = [[] for _ in problem.ids]
    for index, needed in enumerate(problem.after):
        for required in needed:
            followers[required].append(index)
    ready = tuple(index for index, needed in enumerate(problem.after) if not needed)
    beam: dict[tuple[int, int, int], _State] = {(0, -1, -1): _State(0, 0, ready, -1, None, built=False)}
    proved = True
    for _ in problem.ids:
        grown: dict[tuple[int, int, int], _State] = {}
        for (learned, _, _), state in beam.items():
            for index in state.ready:
                key = (learned | 1 << index, problem.areas[index], problem.formalism[index])
                built = state.built or problem.builds[index]
                open_edges = state.open_edges - weights[index]
                cost = state.cost + open_edges + (0 if built else WAIT_TO_BUILD)
                if state.last >= 0:
                    cost += problem.join_cost(state.last, index)
                if key not in grown or cost < grown[key].cost:
                    grown[key] = _State(cost, open_edges, state.ready, index, (state.way, index), built)
        kept = sorted(grown.items(), key=lambda item: (item[1].cost + item[1].open_edges, item[0]))
        proved = proved and len(kept) <= width
        beam = {key: _with_next(state, key[0], before, followers) for key, state in kept[:width]}
    best = min(beam.values(), key=lambda state: state.cost)
    return Grown(_walk_back(best), proved)


def _with_next(state: _State, learned: int, before: list[int], followers: list[list[int]]) -> _State:
    unlocked = [index for index in followers[state.last] if before[index] & ~learned == 0]
    ready = tuple(sorted([*(index for index in state.ready if index != state.last), *unlocked]))
    return state._replace(ready=ready)


def _walk_back(state: _State) -> tuple[int, ...]:
    order = []
    way = state.way
    while way is not None:
        rest, index = way
        order.append(index)
        way = rest  # type: ignore[assignment]  # a linked list, which NamedTuple cannot express
    return tuple(reversed(order))
