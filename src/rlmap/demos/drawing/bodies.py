"""Things that move in continuous space, and games: one frame."""

from __future__ import annotations

import numpy as np
from PIL import Image

from rlmap.demos.drawing.canvas import BLUE, FLOOR, GREEN, INK, PINK, RED, SKY, WALL, YELLOW, Canvas
from rlmap.demos.envs.cartpole import MAX_POSITION, CartPole
from rlmap.demos.envs.gathering import Gathering
from rlmap.demos.envs.mountain_car import GOAL, HIGH, LOW, MountainCar
from rlmap.demos.envs.pendulum import Pendulum
from rlmap.demos.envs.pong import Pong
from rlmap.demos.envs.pursuit import Pursuit


def cartpole_picture(env: CartPole, copy: int) -> Image.Image:
    """Draw cart and pole; the ends of the track are where an episode is lost."""
    position, _, angle, _ = env.state[copy]
    canvas = Canvas(6.0, 3.0, 36)
    centre, ground = 3.0, 2.4
    canvas.line([(centre - MAX_POSITION, ground + 0.25), (centre + MAX_POSITION, ground + 0.25)], WALL, 0.05)
    x = centre + float(np.clip(position, -2.9, 2.9))
    canvas.square(x - 0.35, ground - 0.2, BLUE, width=0.7, height=0.4)
    length = 3.4 * float(env.half_length[copy])
    canvas.line([(x, ground - 0.15), (x + length * np.sin(angle), ground - 0.15 - length * np.cos(angle))], RED, 0.13)
    canvas.disc(x, ground - 0.15, 0.09, INK)
    return canvas.picture()


def pendulum_picture(env: Pendulum, copy: int) -> Image.Image:
    """Draw the pendulum; upright is up."""
    angle = float(env.angle[copy])
    canvas = Canvas(3.0, 3.0, 44)
    canvas.disc(1.5, 1.5, 1.35, FLOOR)
    tip = 1.5 - 1.15 * np.sin(angle), 1.5 - 1.15 * np.cos(angle)
    canvas.line([(1.5, 1.5), tip], BLUE, 0.14)
    canvas.disc(*tip, 0.16, RED)
    canvas.disc(1.5, 1.5, 0.08, INK)
    return canvas.picture()


def mountain_car_picture(env: MountainCar, copy: int) -> Image.Image:
    """Draw the valley, the car, and the flag on the right hill."""
    canvas = Canvas(6.0, 3.0, 36)

    def place(position: float) -> tuple[float, float]:
        return (position - LOW) / (HIGH - LOW) * 5.8 + 0.1, 1.7 - 1.05 * float(np.sin(3 * position))

    canvas.line([place(x) for x in np.linspace(LOW, HIGH, 60)], WALL, 0.07)
    x, y = place(GOAL)
    canvas.line([(x, y), (x, y - 0.55)], INK, 0.05)
    canvas.square(x, y - 0.55, GREEN, width=0.4, height=0.25)
    x, y = place(float(env.position[copy]))
    canvas.disc(x, y - 0.2, 0.2, RED)
    return canvas.picture()


def pong_picture(env: Pong, copy: int) -> Image.Image:
    """Draw the court, larger than the agent sees it; its own paddle is red."""
    size = env.size
    canvas = Canvas(size, size, 168 // size, INK)
    for player, (column, colour) in enumerate(((0, SKY), (size - 1, RED))):
        canvas.square(column, int(env.paddle[copy, player]) - 1, colour, width=1, height=3)
    row, column = env.ball[copy]
    canvas.disc(column + 0.5, row + 0.5, 0.4, FLOOR)
    return canvas.picture()


def pursuit_picture(env: Pursuit, copy: int) -> Image.Image:
    """Draw chaser (red) and runner (blue) on a board whose edges are joined."""
    canvas = Canvas(env.size, env.size, 168 // env.size)
    for cell in range(env.size**2):
        canvas.square(cell % env.size, cell // env.size, FLOOR)
    row, column = env.runner[copy]
    canvas.disc(column + 0.5, row + 0.5, 0.28, BLUE)
    row, column = env.chaser[copy]
    canvas.line([(column + 0.2, row + 0.2), (column + 0.8, row + 0.8)], RED, 0.14)
    canvas.line([(column + 0.2, row + 0.8), (column + 0.8, row + 0.2)], RED, 0.14)
    return canvas.picture()


def gathering_picture(env: Gathering, copy: int) -> Image.Image:
    """Draw the stock of wood, planks and houses."""
    canvas = Canvas(env.capacity + 2, 3, 33)
    for row, (name, colour) in enumerate((("wood", GREEN), ("planks", YELLOW), ("houses", PINK))):
        canvas.text(0.95, row + 0.5, name, 0.42)
        for number in range(env.capacity):
            canvas.square(2 + number, row, colour if number < env.stock[copy, row] else FLOOR)
    return canvas.picture()
