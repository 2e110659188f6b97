"""Worlds made of cells: one frame, and a map of what is known of each state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rlmap.demos.drawing.canvas import BLUE, FLOOR, GREEN, INK, PAPER, RED, SKY, WALL, YELLOW, Canvas, shade
from rlmap.demos.envs.corridor import Corridor
from rlmap.demos.envs.deep_sea import DeepSea
from rlmap.demos.envs.key_door import KeyDoor
from rlmap.demos.envs.mazes import Mazes
from rlmap.demos.envs.tmaze import TMaze
from rlmap.demos.parts.gridworld import MOVES, Grid

#: Longest side of a picture, in pixels.
_SIDE, _MAP_SIDE = 168, 360
_MARKS = {"#": WALL, "G": GREEN, "C": INK, "H": SKY, "K": YELLOW}
_NAMES = {"G": "goal", "C": "cliff", "H": "hole"}


def grid_picture(grid: Grid, state: int) -> Image.Image:
    """Draw a layout and the agent in ``state``."""
    canvas = _floor(grid.layout)
    row, column = grid.cells[state]
    return _with_agent(canvas, row, column)


def key_door_picture(env: KeyDoor, copy: int) -> Image.Image:
    """Draw the maze; the agent turns yellow once it holds the key."""
    layer, cell = divmod(int(env.state[copy]), len(env.grid.cells))
    layout = [row.replace("K", ".") for row in env.grid.layout] if layer else env.grid.layout
    row, column = env.grid.cells[cell]
    return _with_agent(_floor(layout), row, column, YELLOW if layer else RED)


def corridor_picture(env: Corridor, copy: int) -> Image.Image:
    """Draw the row of cells; the more an end pays, the greener it is."""
    length = env.tables.num_states - 1
    rewards = env.tables.reward[:, :, 0]
    canvas = Canvas(length + 1, 1, max(8, _SIDE // (length + 1)))
    largest = max(float(rewards.max()), 1e-9)
    for cell in range(length + 1):
        pays = {0: rewards[1, 0], length: rewards[length - 1, 1]}.get(cell, 0.0)
        canvas.square(cell, 0, shade(float(pays) / largest, FLOOR, GREEN))
    return _with_agent(canvas, 0, int(env.state[copy]))


def deep_sea_picture(env: DeepSea, copy: int) -> Image.Image:
    """Draw the sea; the treasure is at the bottom right."""
    state, size = int(env.state[copy]), env.size
    canvas = Canvas(size, size + 1, _SIDE // (size + 1))
    for cell in range(size * size):
        canvas.square(cell % size, cell // size, shade(cell / size**2, "#dcecf7", "#8dbbe0"))
    for column in range(size):
        canvas.square(column, size, GREEN if column == size - 1 else WALL)
    if state < size * size:
        return _with_agent(canvas, *divmod(state, size))
    return _with_agent(canvas, size, size - 1 if state > size * size else 0)


def maze_picture(env: Mazes, copy: int) -> Image.Image:
    """Draw one level of the mazes."""
    walls, goal = env.map_of(copy)
    layout = ["".join("#" if wall else "." for wall in row) for row in walls]
    row, column = divmod(goal, env.size)
    layout[row] = layout[row][:column] + "G" + layout[row][column + 1 :]
    return _with_agent(_floor(layout), *divmod(int(env.cell[copy]), env.size))


def tmaze_picture(env: TMaze, copy: int) -> Image.Image:
    """Draw corridor and junction; the sign shows only at the start."""
    position, side, length = int(env.position[copy]), int(env.side[copy]), env.length
    canvas = Canvas(length + 2, 3, max(6, _SIDE // (length + 2)))
    for cell in range(length + 1):
        canvas.square(cell, 1, FLOOR)
    for arm in (0, 2):
        canvas.square(length, arm, GREEN if arm == 2 * side else FLOOR)
    if position == 0:
        _arrow(canvas, 2 * side, 0, MOVES[2 * side], GREEN)
    if position <= length:
        return _with_agent(canvas, 1, position)
    right_choice = bool(env.last_success[copy])
    return _with_agent(canvas, 2 * (side if right_choice else 1 - side), length)


def state_map(grid: Grid, values: NDArray[Any], actions: NDArray[Any] | None = None) -> Image.Image:
    """Draw a value for each state as a heat map, and an action as an arrow.

    Parameters
    ----------
    grid : Grid
        With ``S`` cells.
    values : (S,) array
        Dark is high; the scale runs from the smallest to the largest.
    actions : (S,) int array, optional
        0 up, 1 right, 2 down, 3 left; negative: none.
    """
    marks = grid.layout
    canvas = _floor(marks, _MAP_SIDE)
    counted = [state for state, (row, column) in enumerate(grid.cells) if marks[row][column] not in _NAMES]
    low, high = float(np.min(values[counted])), float(np.max(values[counted]))
    for state, (row, column) in enumerate(grid.cells):
        if marks[row][column] in _NAMES:  # a value there is the end of an episode, not something learned
            canvas.text(column + 0.5, row + 0.5, _NAMES[marks[row][column]], 0.32, PAPER)
            continue
        share = (float(values[state]) - low) / (high - low) if high > low else 0.0
        canvas.square(column, row, shade(share, "#f4f9fd", BLUE))
        arrow = INK if share < 0.6 else PAPER
        if actions is not None and actions[state] >= 0:
            _arrow(canvas, row, column, MOVES[actions[state]], arrow)
    return canvas.picture()


def _floor(layout: Sequence[str], side: int = _SIDE) -> Canvas:
    height, width = len(layout), len(layout[0])
    canvas = Canvas(width, height, max(6, side // max(width, height)))
    for row, line in enumerate(layout):
        for column, mark in enumerate(line):
            canvas.square(column, row, _MARKS.get(mark, FLOOR))
    return canvas


def _with_agent(canvas: Canvas, row: int, column: int, colour: str = RED) -> Image.Image:
    canvas.disc(column + 0.5, row + 0.5, 0.34, colour)
    return canvas.picture()


def _arrow(canvas: Canvas, row: int, column: int, move: NDArray[Any], colour: str) -> None:
    down, right = 0.3 * move
    x, y = column + 0.5, row + 0.5
    canvas.line([(x - right, y - down), (x + right, y + down)], colour, 0.07)
    for side in (-0.6, 0.6):
        wing = (x + right * 0.2 + side * down, y + down * 0.2 - side * right)
        canvas.line([(x + right, y + down), wing], colour, 0.07)
