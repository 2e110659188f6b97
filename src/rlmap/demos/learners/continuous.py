"""DDPG, TD3 and SAC in one loop: off-policy actor-critic for continuous actions.

``num_envs`` copies act, transitions go into a replay buffer, and after each step of the copies ``updates`` gradient
steps are taken. Critics learn ``r + gamma * Q_target(s', a')``, targets follow slowly (rate ``tau``).

- ``ddpg``: a deterministic actor climbs ``Q(s, mu(s))``; it explores by adding normal noise (Lillicrap et al. 2016).
- ``td3``: the smaller of ``critics`` estimates, smoothed target actions (``smoothing``), actor updates every ``delay``
  critic updates (Fujimoto, van Hoof and Meger 2018).
- ``sac``: a squashed normal policy that also earns ``temperature`` times its entropy; with ``temperature = 0`` the
  temperature is learned so that the entropy stays near minus the number of actions (Haarnoja et al. 2018).

A step is one environment step. Reports ``return`` of the episodes that ended since the last point (while exploring),
``value`` (mean estimate in a batch), ``temperature`` and ``entropy`` (for SAC), and ``updates``.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rlmap.demos.parts.nets import mlp, soft_update
from rlmap.demos.parts.replay import Replay
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Batch = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "sac"
    num_envs: int = 8
    hidden_size: int = 64
    learning_rate: float = 2e-3
    gamma: float = 0.97
    tau: float = 0.02
    batch_size: int = 64
    capacity: int = 50_000
    warm_up: int = 800
    updates: int = 1
    noise: float = 0.2
    critics: int = 2
    smoothing: float = 0.2
    delay: int = 2
    temperature: float = 0.0
    layer_norm: bool = False
    points: int = 25


class Agent:
    """Actor, critics and their slow copies."""

    def __init__(self, inputs: int, actions: int, settings: Settings) -> None:
        width, norm = settings.hidden_size, settings.layer_norm
        self.settings, self.actions = settings, actions
        outputs = 2 * actions if settings.method == "sac" else actions
        self.actor = mlp([inputs, width, width, outputs], activation="relu")
        self.critics = nn.ModuleList(
            mlp([inputs + actions, width, width, 1], activation="relu", layer_norm=norm)
            for _ in range(settings.critics)
        )
        self.slow_actor, self.slow_critics = copy.deepcopy(self.actor), copy.deepcopy(self.critics)
        self.log_temperature = torch.tensor(
            np.log(settings.temperature or 0.2), requires_grad=settings.temperature == 0
        )
        rate = settings.learning_rate
        self.actor_optimiser = torch.optim.Adam(self.actor.parameters(), lr=rate)
        self.critic_optimiser = torch.optim.Adam(self.critics.parameters(), lr=rate)
        self.temperature_optimiser = torch.optim.Adam([self.log_temperature], lr=rate)

    def draw(self, observation: Tensor) -> tuple[Tensor, Tensor]:
        """Return SAC's actions in [-1, 1] and their log probabilities, differentiable in the actor."""
        mean, log_spread = self.actor(observation).chunk(2, dim=-1)
        normal = torch.distributions.Normal(mean, log_spread.clamp(-4.0, 1.0).exp())
        before = normal.rsample()
        action = torch.tanh(before)
        log_p: Tensor = normal.log_prob(before)  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
        return action, (log_p - torch.log(1.0 - action**2 + 1e-6)).sum(-1)

    def act(self, observation: Any) -> Any:
        """Return exploring actions (N, actions) for the environment."""
        seen = torch.as_tensor(observation)
        with torch.no_grad():
            if self.settings.method == "sac":
                return self.draw(seen)[0].numpy()
            action = torch.tanh(self.actor(seen))
            return (action + self.settings.noise * torch.randn_like(action)).clamp(-1.0, 1.0).numpy()

    def values(self, critics: nn.ModuleList, observation: Tensor, action: Tensor) -> Tensor:
        """Return the estimates of all critics, (critics, N)."""
        joined = torch.cat([observation, action], dim=-1)
        return torch.stack([critic(joined).squeeze(-1) for critic in critics])

    def target(self, batch: Batch) -> Tensor:
        """Return what the critics should say about a batch, (N,)."""
        following = batch["following"]
        with torch.no_grad():
            if self.settings.method == "sac":
                action, log_p = self.draw(following)
                penalty = self.log_temperature.exp() * log_p
            else:
                action, penalty = torch.tanh(self.slow_actor(following)), torch.zeros(len(following))
                if self.settings.method == "td3":
                    noise = (self.settings.smoothing * torch.randn_like(action)).clamp(-0.5, 0.5)
                    action = (action + noise).clamp(-1.0, 1.0)
            smallest = self.values(self.slow_critics, following, action).min(0).values
            return batch["reward"] + batch["discount"] * (smallest - penalty)

    def learn(self, batch: Batch, count: int) -> dict[str, float]:
        """Take one gradient step of everything; ``count`` numbers the steps from 1."""
        goal = self.target(batch)
        estimates = self.values(self.critics, batch["observation"], batch["action"])
        _descend(self.critic_optimiser, ((estimates - goal) ** 2).mean(1).sum())
        entropy = 0.0
        if self.settings.method != "td3" or count % self.settings.delay == 0:
            entropy = self._improve(batch["observation"])
        if self.settings.method != "sac":
            soft_update(self.slow_actor, self.actor, self.settings.tau)
        soft_update(self.slow_critics, self.critics, self.settings.tau)
        temperature = float(self.log_temperature.detach().exp())
        return {"value": float(estimates.detach().mean()), "entropy": entropy, "temperature": temperature}

    def _improve(self, observation: Tensor) -> float:
        if self.settings.method != "sac":
            action = torch.tanh(self.actor(observation))
            _descend(self.actor_optimiser, -self.values(self.critics[:1], observation, action).mean())
            return 0.0
        action, log_p = self.draw(observation)
        value = self.values(self.critics, observation, action).min(0).values
        _descend(self.actor_optimiser, (self.log_temperature.exp().detach() * log_p - value).mean())
        if self.settings.temperature == 0:
            surplus = (log_p.detach() - self.actions).mean()  # entropy below minus the number of actions
            _descend(self.temperature_optimiser, -self.log_temperature * surplus)
        return float(-log_p.detach().mean())


def train(trial: Trial, settings: Settings) -> None:
    """Learn for ``trial.steps`` environment steps."""
    if settings.method not in {"ddpg", "td3", "sac"}:
        raise DemoError(f"The method {settings.method!r} is unknown: ddpg, td3 or sac.")
    torch.manual_seed(trial.seed)
    rng = trial.rng()
    env = trial.make_env(settings.num_envs)
    env.keep_final = True
    observation = env.reset(trial.seed)[0].copy()
    actions = env.single_action_space.shape[0]
    agent = Agent(observation.shape[1], actions, settings)
    replay = Replay(settings.capacity, observation.shape[1], action_width=actions)
    schedule, step, count, last = Schedule(trial.steps, settings.points), 0, 0, 0
    sums: dict[str, float] = {}
    trial.film("untrained", agent.act)
    while step < trial.steps:
        exploring = replay.size < settings.warm_up
        action = rng.uniform(-1, 1, (settings.num_envs, actions)) if exploring else agent.act(observation)
        _, rewards, terminals, truncations, _ = env.step(action)
        following = np.where(truncations[:, None], env.final_observations, env.observations)
        replay.add((observation, action, rewards, following, settings.gamma * ~terminals))
        observation = env.observations.copy()
        step += settings.num_envs
        for _ in range(0 if exploring else settings.updates):
            count += 1
            for name, value in agent.learn(replay.sample(settings.batch_size, rng)[0], count).items():
                sums[name] = sums.get(name, 0.0) + value
        if schedule.due(step) and count > last:
            _report(trial, env, step, {name: value / (count - last) for name, value in sums.items()}, count)
            sums, last = {}, count
    trial.film("trained, exploring", agent.act)


def _report(trial: Trial, env: Any, step: int, means: dict[str, float], updates: int) -> None:
    stats = env.pop_stats()
    if stats.episodes:
        trial.report(step, **{"return": stats.episode_return, "success": stats.success})
    trial.report(step, updates=updates, **means)


def _descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
    optimiser.step()
