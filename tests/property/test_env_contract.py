"""What every environment promises: the same per seed, within its bounds, auto-reset, honest accounts."""

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

from rlmap.demos import catalogue
from rlmap.demos.envs.base import TableEnv

ENVS = catalogue.module_names("envs")
VARIANTS = [(name, {}) for name in ENVS] + [
    ("corridor", {"slip": 0.3}),
    ("grid", {"layout": "four-rooms", "slip": 0.2, "random_start": True}),
    ("cliff", {"slip": 0.1}),
    ("bandit", {"kind": "bernoulli", "contexts": 3, "drift": 0.01}),
    ("cartpole", {"hide_velocity": True, "history": 3, "frame_skip": 2, "pole_low": 0.3, "pole_high": 0.9}),
    ("pendulum", {"levels": 3, "mass_low": 0.5, "mass_high": 1.5}),
    ("tmaze", {"history": 4}),
    ("pong", {"two_frames": False, "hit_reward": 0.1}),
    ("tiger", {"observe": "belief"}),
    *(("probe", {"kind": kind}) for kind in range(2, 6)),
    *(("matrix_game", {"game": game}) for game in ("prisoners-dilemma", "rock-paper-scissors")),
]
TABLES = [name for name in ENVS if issubclass(catalogue.env_class(name), TableEnv)]
DETERMINISTIC = [name for name in TABLES if name != "lake"]
SEEDS = st.integers(0, 2**31)
WALK = settings(max_examples=5, deadline=None)


def make(name, options, copies=5, seed=0):
    return catalogue.env_class(name)(num_envs=copies, seed=seed, **options)


def sample(env, rng):
    space = env.single_action_space
    if isinstance(space, Discrete):
        return rng.integers(0, space.n, env.num_agents)
    return rng.uniform(space.low, space.high, (env.num_agents, *space.shape)).astype(space.dtype)


def rollout(env, seed, steps=120):
    rng = np.random.default_rng(seed)
    first = env.reset(seed)[0].copy()
    seen = [(first, None, None, None)]
    for _ in range(steps):
        obs, rewards, terminals, truncations, _ = env.step(sample(env, rng))
        seen.append((obs.copy(), rewards.copy(), terminals.copy(), truncations.copy()))
    return seen


@pytest.mark.parametrize(("name", "options"), VARIANTS)
@WALK
@given(seed=SEEDS)
def test_a_seed_decides_everything(name, options, seed):
    first = rollout(make(name, options), seed, 60)
    second = rollout(make(name, options, seed=99), seed, 60)
    for one, other in zip(first, second, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
@WALK
@given(seed=SEEDS)
def test_everything_stays_within_the_declared_bounds(name, options, seed):
    env = make(name, options)
    space = env.single_observation_space
    assert isinstance(space, Box)
    low, high = env.reward_range
    for obs, rewards, terminals, truncations in rollout(env, seed):
        assert obs.dtype == space.dtype
        assert obs.shape == (env.num_agents, *space.shape)
        assert (obs >= space.low).all()
        assert (obs <= space.high).all()
        if rewards is not None:
            assert (rewards >= low - 1e-6).all()
            assert (rewards <= high + 1e-6).all()
            assert not (terminals & truncations).any()


@pytest.mark.parametrize(("name", "options"), VARIANTS)
@WALK
@given(seed=SEEDS)
def test_the_account_of_episodes_agrees_with_the_rewards(name, options, seed):
    env = make(name, options)
    team = env.agents_per_env
    running, lengths = np.zeros(env.num_envs), np.zeros(env.num_envs)
    returns, steps = [], []
    for _, rewards, terminals, truncations in rollout(env, seed)[1:]:
        running += rewards[::team]
        lengths += 1
        for copy in np.flatnonzero((terminals | truncations)[::team]):
            returns.append(running[copy])
            steps.append(lengths[copy])
            running[copy] = lengths[copy] = 0
    stats = env.pop_stats()
    assert stats.episodes == len(returns)
    if returns:
        assert stats.episode_return == pytest.approx(np.mean(returns), rel=1e-4, abs=1e-4)
        assert stats.episode_length == pytest.approx(np.mean(steps))
        assert 0.0 <= stats.success <= 1.0
    assert env.pop_stats().episodes == 0


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_no_episode_outlives_its_limit_and_agents_of_a_copy_end_together(name, options):
    env = make(name, options)
    limit = env.max_steps or getattr(env, "time_limit", 0)
    lengths = np.zeros(env.num_envs)
    for _, _, terminals, truncations in rollout(env, 3, 600 if limit else 50)[1:]:
        ended = (terminals | truncations).reshape(env.num_envs, env.agents_per_env)
        assert (ended.all(axis=1) == ended.any(axis=1)).all()
        lengths += 1
        if limit:
            assert (lengths <= limit).all()
            assert ended[lengths == limit].all()
        lengths[ended[:, 0]] = 0


@pytest.mark.parametrize("name", DETERMINISTIC)
def test_copies_are_independent(name):
    """What one copy does must not reach another."""
    env = make(name, {}, copies=3)
    env.reset(1)
    for action in [0, 1, 0, 1, 1, 0]:
        env.step(np.array([0, action, 0]))
        assert env.state[0] == env.state[2]
    alone = make(name, {}, copies=1)
    alone.reset(1)
    for _ in range(6):
        alone.step(np.array([0]))
    assert alone.state[0] == env.state[0]


@pytest.mark.parametrize("name", TABLES)
def test_finite_worlds_are_proper_mdps(name):
    env = make(name, {})
    transition, reward = env.tables.matrices()
    sums = transition.sum(axis=2)
    np.testing.assert_allclose(sums[~env.tables.terminal], 1.0)
    assert (sums[env.tables.terminal] == 0).all()
    assert np.isfinite(reward).all()
    assert not env.tables.terminal[env.tables.start].any()
    assert not (env.tables.success & ~env.tables.terminal).any()


class AsGymnasium(gymnasium.Env):
    """One copy, in the shape that Gymnasium's checker wants."""

    def __init__(self, env):
        self.env = env
        self.observation_space = env.single_observation_space
        self.action_space = env.single_action_space

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.env.reset(seed)[0][0].copy(), {}

    def step(self, action):
        obs, rewards, terminals, truncations, _ = self.env.step(np.asarray(action)[None])
        return obs[0].copy(), float(rewards[0]), bool(terminals[0]), bool(truncations[0]), {}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", [name for name in ENVS if catalogue.env_class(name).agents_per_env == 1])
def test_gymnasiums_checker_is_content(name):
    check_env(AsGymnasium(make(name, {}, copies=1)), skip_render_check=True)


@pytest.mark.parametrize(
    ("name", "options", "reference"),
    [("cartpole", {"scaled": False}, "CartPole-v1"), ("mountain_car", {}, "MountainCar-v0")],
)
def test_the_physics_is_gymnasiums(name, options, reference):
    ours, theirs = make(name, options, copies=1), gymnasium.make(reference).unwrapped
    ours.reset(5)
    theirs.reset(seed=5)
    theirs.state = ours.state[0].copy() if name == "cartpole" else (ours.position[0], ours.velocity[0])
    rng = np.random.default_rng(0)
    for _ in range(12):
        action = int(rng.integers(0, ours.single_action_space.n))
        ours.step(np.array([action]))
        theirs.step(action)
        state = ours.state[0] if name == "cartpole" else (ours.position[0], ours.velocity[0])
        np.testing.assert_allclose(state, theirs.state, rtol=1e-9)


def test_the_pendulum_swings_as_gymnasiums_and_pays_a_rescaled_cost():
    ours, theirs = make("pendulum", {}, copies=1), gymnasium.make("Pendulum-v1").unwrapped
    ours.reset(5)
    theirs.reset(seed=5)
    theirs.state = np.array([ours.angle[0], ours.speed[0]])
    for torque in (-1.0, 0.3, 1.0, 0.7, -0.2):
        rewards = ours.step(np.array([[torque]], dtype=np.float32))[1]
        observation, reward, *_ = theirs.step(np.array([2.0 * torque], dtype=np.float32))
        assert rewards[0] == pytest.approx(1.0 + 2.0 * reward / 16.2736044, abs=1e-5)
        np.testing.assert_allclose(ours.observations[0] * (1, 1, 8), observation, rtol=1e-4, atol=1e-5)
