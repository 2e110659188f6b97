"""Pictures of environments, films of policies, maps of values; and that filming changes nothing."""

import numpy as np
import pytest
import torch
from gymnasium.spaces import Discrete
from PIL import Image

from rlmap.demos import catalogue
from rlmap.demos.drawing.pictures import grid_of, picture_of
from rlmap.demos.drawing.worlds import state_map
from rlmap.demos.film import FRAME_MS, LAST_FRAME_MS, MOST_STEPS, film_episode, write_film
from rlmap.demos.learners import ppo, td_control
from rlmap.demos.trial import FILM_NAME, MAP_NAME, Trial

VISUAL = [
    "cartpole",
    "cliff",
    "corridor",
    "deep_sea",
    "gathering",
    "grid",
    "key_door",
    "lake",
    "mazes",
    "mountain_car",
    "pendulum",
    "pong",
    "pursuit",
    "tmaze",
]


def acting(env, seed=0):
    rng = np.random.default_rng(seed)
    space = env.single_action_space
    if isinstance(space, Discrete):
        return lambda seen: rng.integers(0, space.n, len(seen))
    return lambda seen: rng.uniform(space.low, space.high, (len(seen), *space.shape))


@pytest.mark.parametrize("name", VISUAL)
def test_a_step_can_be_seen(name):
    env = catalogue.env_class(name)(num_envs=1, seed=3)
    env.reset(3)
    pictures, act = {picture_of(env).tobytes()}, acting(env)
    for _ in range(8):
        env.step(act(env.observations))
        pictures.add(picture_of(env).tobytes())
    assert len(pictures) > 1


def test_a_bandit_cannot_be_seen():
    assert picture_of(catalogue.env_class("bandit")(num_envs=1)) is None


@pytest.mark.parametrize("name", VISUAL)
def test_a_film_is_one_episode_and_tells_its_return(name):
    env = catalogue.env_class(name)(num_envs=1, seed=3)
    episode = film_episode(env, acting(env), seed=5)
    again = catalogue.env_class(name)(num_envs=1, seed=3)
    observation, act = again.reset(5)[0], acting(again)
    total, steps = 0.0, 0
    while steps < MOST_STEPS:
        _, rewards, terminals, truncations, _ = again.step(np.asarray(act(observation)))
        observation, total, steps = again.observations, total + float(rewards[0]), steps + 1
        if terminals[0] or truncations[0]:
            break
    assert (episode.steps, episode.episode_return) == (steps, pytest.approx(total))
    assert 2 <= len(episode.frames) <= steps + 1


def test_the_last_picture_shows_the_end_and_not_the_next_start():
    env = catalogue.env_class("corridor")(num_envs=1, length=6, near=5)
    episode = film_episode(env, lambda seen: np.ones(len(seen), dtype=int), seed=1)
    assert episode.steps == 1
    cell = episode.frames[-1].width // 7
    right_end = np.asarray(episode.frames[-1])[cell // 2, 6 * cell + cell // 2]
    assert right_end[0] > 150  # the red of the agent on the last cell


def test_films_stand_side_by_side_and_move(tmp_path):
    env = catalogue.env_class("cartpole")(num_envs=1)
    takes = [(name, film_episode(env, acting(env, seed), seed=seed)) for seed, name in enumerate(("one", "two"))]
    write_film(tmp_path / "film.gif", takes)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames > 1
        lasts = []
        for number in range(film.n_frames):
            film.seek(number)
            lasts.append(film.info["duration"])
        longest = max(len(episode.frames) for _, episode in takes)
        assert sum(lasts) == FRAME_MS * (longest - 1) + LAST_FRAME_MS  # frames that are alike are one, shown longer
        assert film.width > 2 * takes[0][1].frames[0].width
        assert film.info["loop"] == 0


def test_a_map_marks_what_ends_an_episode_whatever_its_value():
    grid = grid_of(catalogue.env_class("cliff")(num_envs=1))
    values = np.linspace(-10, 0, len(grid.cells))
    first = state_map(grid, values)
    values[grid.states("C")] = 99.0
    assert state_map(grid, values).tobytes() == first.tobytes()
    assert state_map(grid, values, np.zeros(len(values), dtype=int)).tobytes() != first.tobytes()


@pytest.mark.parametrize(
    ("learner", "settings", "env"),
    [(ppo, {"num_envs": 8, "horizon": 16, "minibatch_size": 64}, "cartpole"), (td_control, {"agents": 2}, "cliff")],
)
def test_filming_changes_nothing_that_is_measured(tmp_path, learner, settings, env):
    def curve(filmed):
        points = []
        trial = Trial(
            settings={"env": env, "learner": "", **settings},
            seed=1,
            steps=512,
            device="cpu",
            sink=lambda step, _seconds, name, value: points.append((step, name, value)),
            folder=tmp_path,
            filmed=filmed,
        )
        learner.train(trial, learner.Settings(**settings))
        return [point for point in points if point[1] != "log_rate"]

    torch.set_num_threads(1)
    plain = curve(False)
    assert not (tmp_path / FILM_NAME).exists()
    assert curve(True) == plain
    assert (tmp_path / FILM_NAME).exists()
    assert (tmp_path / MAP_NAME).exists() == (env == "cliff")
