"""The policy gradient step by step: REINFORCE, reward to go, baselines, actor-critic.

Every iteration, each of ``num_envs`` copies plays one episode from its start; then one gradient step on

``- mean over episodes of sum_t weight[t] * log pi(a[t] | s[t])``.

What the weight is, is the whole difference:

- ``return``: the discounted return of the whole episode (Williams 1992);
- ``to-go``: the rewards from t on (what came before cannot have been caused by the action);
- ``mean-baseline``: to-go minus its mean over episodes at the same t;
- ``value-baseline``: to-go minus a learned value V(s);
- ``advantage``: ``r + gamma V(s') - V(s)``, one-step actor-critic (Sutton et al. 2000; Mnih et al. 2016);
- ``action-value``: ``r + gamma V(s')`` without the subtraction.

``entropy`` times the entropy of the policy is added to what is maximised (Williams and Peng 1991).

A step is one environment step. Reports ``return``, ``length``, ``success``, ``entropy`` and ``log_gradient_variance``:
the base-10 logarithm of the variance of the gradient (summed over parameters) from one episode, measured over the
episodes of a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from gymnasium.spaces import Discrete
from torch import Tensor, nn

from rlmap.demos.envs.base import VectorEnv
from rlmap.demos.parts.nets import flat_gradient, mlp
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

WEIGHTS = ("return", "to-go", "mean-baseline", "value-baseline", "advantage", "action-value")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set.

    ``spread`` is the initial log deviation of continuous actions, ``learn_spread`` whether it is learned.
    """

    weight: str = "to-go"
    num_envs: int = 32
    hidden_size: int = 32
    learning_rate: float = 1e-2
    value_rate: float = 1e-2
    value_updates: int = 10
    gamma: float = 0.99
    entropy: float = 0.0
    normalise: bool = False
    spread: float = 0.0
    learn_spread: bool = True
    squash: bool = False
    points: int = 30


@dataclass
class Episodes:
    """One episode of each copy, padded to the longest: ``alive`` (T, N) marks what was played."""

    observations: Tensor
    actions: Tensor
    rewards: Tensor
    alive: Tensor
    terminated: Tensor

    @property
    def steps(self) -> int:
        """Return how many steps were played."""
        return int(self.alive.sum())


class Actor(nn.Module):
    """A softmax over discrete actions, or a normal distribution with a learned deviation.

    With ``squash`` a continuous action is the hyperbolic tangent of what is drawn, and its log probability is corrected
    for that.
    """

    def __init__(self, env: VectorEnv, settings: Settings) -> None:
        super().__init__()
        inputs = int(np.prod(env.single_observation_space.shape))
        self.discrete = isinstance(env.single_action_space, Discrete)
        space: Any = env.single_action_space
        outputs = int(space.n) if self.discrete else int(space.shape[0])
        self.squash = settings.squash
        self.net = mlp([inputs, settings.hidden_size, outputs])
        self.log_spread = nn.Parameter(torch.full((outputs,), settings.spread), requires_grad=settings.learn_spread)

    def distribution(self, observations: Tensor) -> torch.distributions.Distribution:
        """Return the distribution of actions before squashing."""
        output = self.net(observations)
        if self.discrete:
            return torch.distributions.Categorical(logits=output)
        return torch.distributions.Normal(output, self.log_spread.exp())

    def log_probability(self, observations: Tensor, actions: Tensor) -> Tensor:
        """Return log probabilities; continuous ``actions`` are those before squashing."""
        log_p: Tensor = self.distribution(observations).log_prob(actions)
        if self.discrete:
            return log_p
        if self.squash:
            log_p = log_p - torch.log1p(-(torch.tanh(actions) ** 2) + 1e-6)
        return log_p.sum(-1)

    def entropy(self, observations: Tensor) -> Tensor:
        """Return the entropy of each choice, before squashing."""
        entropy: Tensor = self.distribution(observations).entropy()
        return entropy if self.discrete else entropy.sum(-1)

    def sampled(self, observations: Any) -> Any:
        """Return actions for the environment, drawn for observations from it."""
        with torch.no_grad():
            return self.for_env(self.distribution(torch.as_tensor(observations, dtype=torch.float32)).sample())

    def for_env(self, actions: Tensor) -> Any:
        """Return what the environment is given."""
        return (torch.tanh(actions) if self.squash else actions).numpy()


def play(env: VectorEnv, actor: Actor, limit: int) -> Episodes:
    """Let each copy play one episode from its start, at most ``limit`` steps."""
    observation = env.reset()[0].copy()
    alive = np.ones(env.num_envs, dtype=bool)
    seen, acted, paid, playing, over = [], [], [], [], []
    for _ in range(limit):
        before = torch.as_tensor(observation, dtype=torch.float32)
        with torch.no_grad():
            action = actor.distribution(before).sample()
        seen.append(before)
        acted.append(action)
        playing.append(torch.as_tensor(alive.copy()))
        _, rewards, terminals, truncations, _ = env.step(actor.for_env(action))
        paid.append(torch.as_tensor(rewards.copy()))
        over.append(torch.as_tensor(terminals & alive))
        alive &= ~(terminals | truncations)
        observation = env.observations.copy()
        if not alive.any():
            break
    return Episodes(torch.stack(seen), torch.stack(acted), torch.stack(paid), torch.stack(playing), torch.stack(over))


def to_go(rewards: Tensor, alive: Tensor, gamma: float) -> Tensor:
    """Return discounted rewards from each step to the end of its episode, (T, N)."""
    result = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[0])
    for t in range(len(rewards) - 1, -1, -1):
        running = torch.where(alive[t], rewards[t] + gamma * running, torch.zeros_like(running))
        result[t] = running
    return result


def weights(kind: str, episodes: Episodes, values: Tensor, gamma: float) -> Tensor:
    """Return what each log probability is multiplied by, (T, N); 0 where nothing was played.

    Parameters
    ----------
    kind : str
        One of ``return, to-go, mean-baseline, value-baseline, advantage, action-value``.
    episodes : Episodes
        What was played.
    values : Tensor (T, N)
        Estimated values of the observations.
    gamma : float
        Discount factor.
    """
    alive = episodes.alive
    later = to_go(episodes.rewards, alive, gamma)
    if kind == "return":
        result = later[:1].expand_as(later)
    elif kind == "to-go":
        result = later
    elif kind == "mean-baseline":
        result = later - (later.sum(1) / alive.sum(1).clamp(min=1))[:, None]
    elif kind == "value-baseline":
        result = later - values
    else:
        following = torch.cat([values[1:], torch.zeros_like(values[:1])])
        going = torch.cat([alive[1:], torch.zeros_like(alive[:1])])
        result = episodes.rewards + gamma * torch.where(going, following, torch.zeros_like(following))
        if kind == "advantage":
            result = result - values
    return torch.where(alive, result, torch.zeros_like(result))


def train(trial: Trial, settings: Settings) -> None:
    """Learn for about ``trial.steps`` environment steps."""
    if settings.weight not in WEIGHTS:
        raise DemoError(f"The weight {settings.weight!r} is unknown: {', '.join(WEIGHTS)}.")
    torch.manual_seed(trial.seed)
    env = trial.make_env(settings.num_envs)
    actor = Actor(env, settings)
    critic = mlp([int(np.prod(env.single_observation_space.shape)), settings.hidden_size, 1])
    optimiser = torch.optim.Adam(actor.parameters(), lr=settings.learning_rate)
    value_optimiser = torch.optim.Adam(critic.parameters(), lr=settings.value_rate)
    schedule = Schedule(trial.steps, settings.points)
    step = 0
    env.reset(trial.seed)
    trial.film("untrained", actor.sampled)
    while step < trial.steps:
        episodes = play(env, actor, env.max_steps or 1000)
        step += episodes.steps
        with torch.no_grad():
            values = critic(episodes.observations).squeeze(-1)
        weight = weights(settings.weight, episodes, values, settings.gamma)
        if settings.normalise:
            played = weight[episodes.alive]
            weight = torch.where(episodes.alive, (weight - played.mean()) / (played.std() + 1e-8), weight)
        log_p = actor.log_probability(episodes.observations, episodes.actions)
        by_episode = -(weight * log_p).sum(0)
        due = schedule.due(step)
        if due:
            with trial.paused():
                variance = gradient_variance(by_episode, actor)
            spread = float(actor.entropy(episodes.observations[episodes.alive]).mean().detach())
            _report(trial, env, step, {"variance": variance, "entropy": spread})
        optimiser.zero_grad()
        bonus = (actor.entropy(episodes.observations) * episodes.alive).sum(0)
        (by_episode - settings.entropy * bonus).mean().backward()  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
        torch.nn.utils.clip_grad_norm_(actor.parameters(), 10.0)
        optimiser.step()
        _fit_values(critic, value_optimiser, episodes, settings)
    trial.film("trained", actor.sampled)


def gradient_variance(by_episode: Tensor, actor: nn.Module, count: int = 16) -> float:
    """Return the variance over episodes of the gradient, summed over parameters."""
    gradients = torch.stack([flat_gradient(loss, actor) for loss in by_episode[:count]])
    return float(gradients.var(0).sum())


def _fit_values(critic: nn.Module, optimiser: torch.optim.Optimizer, episodes: Episodes, settings: Settings) -> None:
    target = to_go(episodes.rewards, episodes.alive, settings.gamma)[episodes.alive]
    seen = episodes.observations[episodes.alive]
    for _ in range(settings.value_updates):
        optimiser.zero_grad()
        ((critic(seen).squeeze(-1) - target) ** 2).mean().backward()
        optimiser.step()


def _report(trial: Trial, env: VectorEnv, step: int, seen: dict[str, float]) -> None:
    stats = env.pop_stats()
    if stats.episodes:
        trial.report(step, **{"return": stats.episode_return, "length": stats.episode_length, "success": stats.success})
    trial.report(step, log_gradient_variance=float(np.log10(seen["variance"] + 1e-12)), entropy=seen["entropy"])
