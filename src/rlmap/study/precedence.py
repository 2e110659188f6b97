"""What has to come before what, directly or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


def sets_before(after: Sequence[Collection[int]]) -> list[int]:
    """Return, for each index, the set of all that have to come before it, directly or not.

    A set is a whole number: bit ``j`` is 1 where ``j`` is in it, so that joining two sets is one
    operation, however many they hold.

    Parameters
    ----------
    after : sequence of collection of int
        For each index those that it has to come after; no cycle.
    """
    unmet = [len(needed) for needed in after]
    followers: list[list[int]] = [[] for _ in after]
    for index, needed in enumerate(after):
        for required in needed:
            followers[required].append(index)
    before = [0] * len(after)
    ready = [index for index, needed in enumerate(unmet) if needed == 0]
    while ready:
        index = ready.pop()
        reached = before[index] | 1 << index
        for follower in followers[index]:
            before[follower] |= reached
            unmet[follower] -= 1
            if unmet[follower] == 0:
                ready.append(follower)
    return before


def all_before(after: Sequence[Collection[int]]) -> Bools:
    """Return a matrix that holds at (i, j) whether ``j`` has to come before ``i``, directly or not."""
    count = len(after)
    width = (count + 7) // 8
    packed = b"".join(bits.to_bytes(width, "little") for bits in sets_before(after))
    rows = np.frombuffer(packed, dtype=np.uint8).reshape(count, width)
    return np.unpackbits(rows, axis=1, count=count, bitorder="little").view(np.bool_)
