"""A first order for many concepts: again and again what has the most use for its size."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import TopologicalSorter

import numpy as np
from numpy.typing import NDArray


def greedy_order(after: Sequence[Sequence[int]], weights: Sequence[int]) -> tuple[int, ...]:
    """Return an order that respects ``after`` and makes ``sum(weight * place)`` small.

    Of all concepts, each taken with what it still needs, the group with the largest mean weight
    goes first, and its inside is ordered in the same way. This is the rule of Sidney (1975) with
    the groups limited to those that one concept needs; ties go to the lowest index.

    Parameters
    ----------
    after : sequence of sequences of int
        ``after[i]`` are the indices that must come before ``i``.
    weights : sequence of int
        What one place later costs, for each index.
    """
    count = len(after)
    needs = np.zeros((count, count), dtype=np.float32)
    for index in TopologicalSorter(dict(enumerate(after))).static_order():
        for required in after[index]:
            np.maximum(needs[index], needs[required], out=needs[index])
        needs[index, index] = 1
    order: list[int] = []
    value = np.asarray(weights, dtype=np.float32)
    # A group is pushed back as (its members without the concept on top, that concept), so that
    # the stack unwinds to the order of the groups inside it, and then the concept itself.
    stack: list[NDArray[np.intp] | int] = [np.arange(count)]
    while stack:
        group = stack.pop()
        if isinstance(group, int):
            order.append(group)
        elif len(group) <= 1:
            order.extend(int(index) for index in group)
        else:
            stack.extend(reversed(_groups(needs, value, group)))
    return tuple(order)


def _groups(
    needs: NDArray[np.float32], value: NDArray[np.float32], members: NDArray[np.intp]
) -> list[NDArray[np.intp] | int]:
    """Split members into groups, best first, each followed by the concept that it leads to."""
    inside = needs[np.ix_(members, members)]
    weight = inside @ value[members]
    size = inside.sum(axis=1)
    left = np.ones(len(members), dtype=bool)
    groups: list[NDArray[np.intp] | int] = []
    while left.any():
        top = int(np.argmax(np.where(left, weight / np.maximum(size, 1), -np.inf)))
        taken = np.flatnonzero((inside[top] > 0) & left)
        groups += [members[taken[taken != top]], int(members[top])]
        left[taken] = False
        weight -= inside[:, taken] @ value[members[taken]]
        size -= inside[:, taken].sum(axis=1)
    return groups
