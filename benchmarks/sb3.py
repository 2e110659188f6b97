"""PuffeRL beside Stable-Baselines3's PPO: grid steps per second, and seconds until CartPole is solved.

Run: ``make bench-sb3``. One thread each, one run after the other on the same machine. Processor seconds are what is
compared, since they hardly change when the machine is busy; wall-clock seconds are written down too.

*Grid*: the same 8 x 8 grid, network (one hidden layer of 64 with a GELU, shared by actor and critic), copies, rollout,
minibatches and epochs. Stable-Baselines3 is measured twice: on the same vectorised environment through an adapter,
and as it is usually used, with one Gymnasium environment object for each copy.

*CartPole*: Stable-Baselines3 with the settings of its zoo for CartPole-v1 (Raffin 2020, rl-baselines3-zoo), PuffeRL
with settings chosen on other seeds. The clock runs until the mean return of the latest 100 training episodes is 475.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env import VecEnv
from torch import nn

from rlmap.demos.device import describe_machine
from rlmap.demos.envs.cartpole import CartPole
from rlmap.demos.envs.grid import GridWorld
from rlmap.demos.experiment import versions
from rlmap.demos.parts.policies import make_policy
from rlmap.demos.puffer import Trainer, seed_everything
from rlmap.demos.train_options import TrainOptions

COPIES, HORIZON, MINIBATCH, EPOCHS = 1024, 32, 8192, 1
GRID_STEPS = 4 * COPIES * HORIZON
SOLVED, EPISODES, MOST_STEPS = 475.0, 100, 1_000_000
#: Seeds that the settings were not chosen with.
SEEDS = (201, 202, 203, 204, 205)


class Clock:
    """Seconds since it was made, of this process and on the wall."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def read(self) -> tuple[float, float]:
        return time.process_time() - self._cpu, time.perf_counter() - self._wall


class Encoder(BaseFeaturesExtractor):
    """PufferLib's default network: one hidden layer, from which policy and value are linear."""

    def __init__(self, space: gymnasium.spaces.Box) -> None:
        super().__init__(space, features_dim=64)
        self.layers = nn.Sequential(nn.Linear(int(np.prod(space.shape)), 64), nn.GELU())

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.layers(observations)
        return out


class AsVecEnv(VecEnv):
    """Our vectorised environment as Stable-Baselines3 expects one."""

    def __init__(self, env: Any) -> None:
        self.env = env
        super().__init__(env.num_envs, env.single_observation_space, env.single_action_space)

    def reset(self) -> Any:
        return self.env.reset(0)[0].copy()

    def step_async(self, actions: Any) -> None:
        self.actions = actions

    def step_wait(self) -> Any:
        observations, rewards, terminals, truncations, _ = self.env.step(self.actions)
        return observations.copy(), rewards.copy(), terminals | truncations, [{} for _ in range(self.num_envs)]

    def close(self) -> None: ...

    def get_attr(self, *_args: Any) -> Any:
        return [None] * self.num_envs

    def set_attr(self, name: str, value: Any, indices: Any = None) -> None: ...
    def env_method(self, name: str, *args: Any, indices: Any = None, **kwargs: Any) -> Any: ...
    def env_is_wrapped(self, *_args: Any) -> list[bool]:
        return [False] * self.num_envs


class OneGrid(gymnasium.Env):
    """One copy of the grid, as most people would write it."""

    def __init__(self) -> None:
        self.env = GridWorld(num_envs=1)
        self.observation_space, self.action_space = self.env.single_observation_space, self.env.single_action_space

    def reset(self, *, seed: int | None = None, **_options: Any) -> Any:
        return self.env.reset(seed)[0][0].copy(), {}

    def step(self, action: Any) -> Any:
        observations, rewards, terminals, truncations, _ = self.env.step(np.array([action]))
        return observations[0].copy(), float(rewards[0]), bool(terminals[0]), bool(truncations[0]), {}


def grid_sb3(env: VecEnv) -> float:
    model = PPO(
        "MlpPolicy",
        env,
        n_steps=HORIZON,
        batch_size=MINIBATCH,
        n_epochs=EPOCHS,
        learning_rate=3e-3,
        policy_kwargs={"features_extractor_class": Encoder, "net_arch": {"pi": [], "vf": []}},
        seed=1,
        device="cpu",
    )
    model.learn(COPIES * HORIZON)  # the first rollout warms everything up
    clock = Clock()
    model.learn(GRID_STEPS, reset_num_timesteps=False)
    return GRID_STEPS / clock.read()[0]


def grid_pufferl() -> float:
    seed_everything(1)
    env = GridWorld(num_envs=COPIES)
    policy = make_policy("mlp", env, 64)
    options = TrainOptions(
        total_timesteps=GRID_STEPS, horizon=HORIZON, minibatch_size=MINIBATCH, update_epochs=EPOCHS, learning_rate=3e-3
    )
    trainer = Trainer(env, policy, options, seed=1, device="cpu")
    trainer.iterate()
    clock, begin = Clock(), trainer.global_step
    while trainer.global_step - begin < GRID_STEPS:
        trainer.iterate()
    return (trainer.global_step - begin) / clock.read()[0]


class Until(BaseCallback):
    """Stops when the latest episodes are good enough."""

    def _on_step(self) -> bool:
        latest = self.model.ep_info_buffer or []
        return len(latest) < EPISODES or float(np.mean([episode["r"] for episode in latest])) < SOLVED


def cartpole_sb3(seed: int) -> dict[str, Any]:
    env = make_vec_env("CartPole-v1", n_envs=8, seed=seed)

    def linear(start: float) -> Callable[[float], float]:
        return lambda left: left * start

    model = PPO(
        "MlpPolicy",
        env,
        n_steps=32,
        batch_size=256,
        n_epochs=20,
        gamma=0.98,
        gae_lambda=0.8,
        ent_coef=0.0,
        learning_rate=linear(0.001),
        clip_range=linear(0.2),
        seed=seed,
        device="cpu",
    )
    clock = Clock()
    while True:  # the zoo's schedule is for 100,000 steps; where they are not enough, another such run goes on
        model.learn(100_000, callback=Until(), reset_num_timesteps=False)
        latest = [episode["r"] for episode in model.ep_info_buffer or []]
        solved = len(latest) >= EPISODES and float(np.mean(latest)) >= SOLVED
        if solved or model.num_timesteps >= MOST_STEPS:
            return _outcome(clock, model.num_timesteps, solved)


def cartpole_pufferl(seed: int) -> dict[str, Any]:
    seed_everything(seed)
    env = CartPole(num_envs=64, seed=seed, reward_scale=0.1)
    policy = make_policy("mlp", env, 64)
    options = TrainOptions(
        total_timesteps=MOST_STEPS, horizon=32, minibatch_size=512, update_epochs=3, learning_rate=5e-3, ent_coef=0.01
    )
    trainer = Trainer(env, policy, options, seed=seed, device="cpu")
    clock, latest = Clock(), deque[tuple[int, float]]()
    while trainer.global_step < MOST_STEPS:
        trainer.iterate()
        stats = env.pop_stats()
        if stats.episodes:
            latest.append((stats.episodes, stats.episode_return / 0.1))
        while latest and sum(count for count, _ in latest) - latest[0][0] >= EPISODES:
            latest.popleft()
        count = sum(number for number, _ in latest)
        if count >= EPISODES and sum(number * value for number, value in latest) / count >= SOLVED:
            return _outcome(clock, trainer.global_step, True)
    return _outcome(clock, trainer.global_step, False)


def _outcome(clock: Clock, steps: int, solved: bool) -> dict[str, Any]:
    cpu, wall = clock.read()
    return {"solved": solved, "steps": steps, "cpu_seconds": round(cpu, 2), "seconds": round(wall, 2)}


def main() -> None:
    """Measure, print, and write benchmarks/results/sb3.json."""
    torch.set_num_threads(1)
    grid = {
        "PuffeRL": grid_pufferl(),
        "Stable-Baselines3, our vectorised environment": grid_sb3(AsVecEnv(GridWorld(num_envs=COPIES))),
        "Stable-Baselines3, one object a copy": grid_sb3(make_vec_env(OneGrid, n_envs=COPIES)),
    }
    for name, speed in grid.items():
        print(
            f"{name}: {speed:,.0f} steps a second, {grid['PuffeRL'] / speed:.1f} times as many with PuffeRL", flush=True
        )
    poles: dict[str, list[dict[str, Any]]] = {"PuffeRL": [], "Stable-Baselines3": []}
    for seed in SEEDS:  # alternating, so that both see the same machine
        poles["PuffeRL"].append(cartpole_pufferl(seed))
        poles["Stable-Baselines3"].append(cartpole_sb3(seed))
        print(seed, poles["PuffeRL"][-1], poles["Stable-Baselines3"][-1], flush=True)
        write(grid, poles)


def write(grid: dict[str, float], poles: dict[str, list[dict[str, Any]]]) -> None:
    """Write what is finished, and print the ratio."""
    medians = {name: statistics.median(run["cpu_seconds"] for run in runs) for name, runs in poles.items()}
    ratio = medians["PuffeRL"] / medians["Stable-Baselines3"]
    print(f"CartPole to a mean of {SOLVED:.0f}: {medians}, ratio {ratio:.2f}", flush=True)
    result = {
        "what": "PuffeRL beside Stable-Baselines3's PPO, one thread; processor seconds",
        "machine": describe_machine("cpu"),
        "load": round(os.getloadavg()[0], 1),
        "versions": versions(),
        "grid_steps_per_second": {name: round(speed) for name, speed in grid.items()},
        "grid_settings": {"copies": COPIES, "horizon": HORIZON, "minibatch": MINIBATCH, "epochs": EPOCHS},
        "cartpole_seeds": list(SEEDS[: len(poles["PuffeRL"])]),
        "cartpole": poles,
        "cartpole_median_cpu_seconds": medians,
        "cartpole_ratio": round(ratio, 3),
    }
    path = Path(__file__).parent / "results" / "sb3.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
