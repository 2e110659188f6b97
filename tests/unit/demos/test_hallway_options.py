"""Doors are found and ways lead to them."""

import numpy as np

from rlmap.demos.envs.grid import FOUR_ROOMS
from rlmap.demos.learners.hallway_options import door_states, way_to
from rlmap.demos.parts.gridworld import neighbours, read_grid


def test_the_four_rooms_have_four_doors():
    grid = read_grid(FOUR_ROOMS)
    assert {tuple(grid.cells[door].tolist()) for door in door_states(grid)} == {(2, 5), (5, 1), (6, 8), (9, 5)}


def test_a_way_reaches_its_door_without_passing_another():
    grid = read_grid(FOUR_ROOMS)
    reached, doors = neighbours(grid), door_states(grid)
    way = way_to(doors[0], reached, doors[1:])
    assert (way == -1).any(), "rooms that do not touch the door have no way to it"
    for first in np.flatnonzero(way >= 0):
        state, moves = first, 0
        while state != doors[0]:
            state, moves = reached[state, way[state]], moves + 1
            assert state == doors[0] or state not in doors
            assert moves < 12
