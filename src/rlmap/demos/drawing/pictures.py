"""Which environment is drawn how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PIL import Image

from rlmap.demos.drawing import bodies, worlds
from rlmap.demos.envs.base import TableEnv, VectorEnv
from rlmap.demos.envs.cartpole import CartPole
from rlmap.demos.envs.corridor import Corridor
from rlmap.demos.envs.deep_sea import DeepSea
from rlmap.demos.envs.gathering import Gathering
from rlmap.demos.envs.key_door import KeyDoor
from rlmap.demos.envs.mazes import Mazes
from rlmap.demos.envs.mountain_car import MountainCar
from rlmap.demos.envs.pendulum import Pendulum
from rlmap.demos.envs.pong import Pong
from rlmap.demos.envs.pursuit import Pursuit
from rlmap.demos.envs.tmaze import TMaze
from rlmap.demos.parts.gridworld import Grid

_PICTURES: dict[type[VectorEnv], Callable[[Any, int], Image.Image]] = {
    CartPole: bodies.cartpole_picture,
    Corridor: worlds.corridor_picture,
    DeepSea: worlds.deep_sea_picture,
    Gathering: bodies.gathering_picture,
    KeyDoor: worlds.key_door_picture,
    Mazes: worlds.maze_picture,
    MountainCar: bodies.mountain_car_picture,
    Pendulum: bodies.pendulum_picture,
    Pong: bodies.pong_picture,
    Pursuit: bodies.pursuit_picture,
    TMaze: worlds.tmaze_picture,
}


def picture_of(env: VectorEnv, copy: int = 0) -> Image.Image | None:
    """Draw one copy of an environment as it is now, ``None`` where there is nothing to see (a bandit, say)."""
    draw = _PICTURES.get(type(env))
    if draw is not None:
        return draw(env, copy)
    grid = grid_of(env)
    return None if grid is None else worlds.grid_picture(grid, int(env.state[copy]))


def grid_of(env: VectorEnv) -> Grid | None:
    """Return the grid whose cells are the states of an environment, ``None`` where they are something else."""
    grid: Grid | None = getattr(env, "grid", None)
    if isinstance(env, TableEnv) and grid is not None and len(grid.cells) == env.tables.num_states:
        return grid
    return None
