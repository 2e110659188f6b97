"""TRPO beside the plain policy gradient with steps of the same data: how far may one update go?

Every copy of the environment plays one episode; advantages are rewards to go minus a learned value, normalised. Then

- ``trpo``: the direction ``F^-1 g`` by conjugate gradients (F is the Fisher information, never formed), scaled so that
the
  KL divergence from the old policy is ``radius``, shortened until the surrogate really improves and the divergence
  really stays below it (Schulman et al. 2015, arXiv:1502.05477, appendix C);
- ``plain``: one step of length ``rate`` along the gradient, whatever that does to the policy.

A step is one environment step. Reports ``return``, ``kl`` (of each update, largest since the last point) and
``accepted`` (share of updates that the line search let through).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from rlmap.demos.learners.policy_gradient import Actor, Episodes, play, weights
from rlmap.demos.learners.policy_gradient import Settings as ActorSettings
from rlmap.demos.parts.nets import flat_gradient, mlp, trainable
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "trpo"
    radius: float = 0.02
    rate: float = 1.0
    num_envs: int = 16
    hidden_size: int = 32
    gamma: float = 0.99
    value_rate: float = 1e-2
    value_updates: int = 20
    damping: float = 0.01


def conjugate_gradients(product: Callable[[Tensor], Tensor], right: Tensor, steps: int = 10) -> Tensor:
    """Solve ``A x = right`` for a positive definite A known only by ``product(v) = A v``."""
    x = torch.zeros_like(right)
    residual, direction = right.clone(), right.clone()
    square = residual @ residual
    for _ in range(steps):
        moved = product(direction)
        length = square / (direction @ moved + 1e-12)
        x = x + length * direction
        residual = residual - length * moved
        following = residual @ residual
        if following < 1e-10:
            break
        direction = residual + following / square * direction
        square = following
    return x


class Update:
    """One batch as functions of the policy's parameters."""

    def __init__(self, actor: Actor, episodes: Episodes, advantage: Tensor) -> None:
        self.actor = actor
        self.observations = episodes.observations[episodes.alive]
        self.actions = episodes.actions[episodes.alive]
        self.advantage = advantage[episodes.alive]
        with torch.no_grad():
            self.old = actor.distribution(self.observations)
            self.old_log_p = actor.log_probability(self.observations, self.actions)

    def surrogate(self) -> Tensor:
        """Return the mean of ratio times advantage."""
        ratio = (self.actor.log_probability(self.observations, self.actions) - self.old_log_p).exp()
        return (ratio * self.advantage).mean()

    def divergence(self) -> Tensor:
        """Return the mean KL divergence of the new policy from the old one."""
        return torch.distributions.kl_divergence(self.old, self.actor.distribution(self.observations)).mean()

    def fisher(self, damping: float) -> Callable[[Tensor], Tensor]:
        """Return the product with the Fisher information: the Hessian of the divergence, at the old policy."""
        slope = flat_gradient(self.divergence(), self.actor, keep=True)
        return lambda vector: flat_gradient(slope @ vector, self.actor) + damping * vector


def trpo_step(update: Update, settings: Settings) -> bool:
    """Move the policy within the trust region; return whether it moved."""
    gradient = flat_gradient(update.surrogate(), update.actor)
    product = update.fisher(settings.damping)
    direction = conjugate_gradients(product, gradient)
    scale = (2.0 * settings.radius / (direction @ product(direction) + 1e-12)).sqrt()
    before = parameters_to_vector(trainable(update.actor)).detach().clone()
    start = float(update.surrogate().detach())
    for halving in range(10):
        with torch.no_grad():
            vector_to_parameters(before + scale * 0.5**halving * direction, trainable(update.actor))
            if float(update.surrogate()) > start and float(update.divergence()) <= 1.5 * settings.radius:
                return True
    with torch.no_grad():
        vector_to_parameters(before, trainable(update.actor))
    return False


def train(trial: Trial, settings: Settings) -> None:
    """Learn for about ``trial.steps`` environment steps."""
    if settings.method not in {"trpo", "plain"}:
        raise DemoError(f"The method {settings.method!r} is unknown: trpo or plain.")
    torch.manual_seed(trial.seed)
    env = trial.make_env(settings.num_envs)
    env.reset(trial.seed)
    actor = Actor(env, ActorSettings(hidden_size=settings.hidden_size))
    actor.log_spread.requires_grad_(not actor.discrete)
    critic = mlp([int(np.prod(env.single_observation_space.shape)), settings.hidden_size, 1])
    value_optimiser = torch.optim.Adam(critic.parameters(), lr=settings.value_rate)
    schedule, step, largest, moved, updates = Schedule(trial.steps, 25), 0, 0.0, 0, 0
    trial.film("untrained", actor.sampled)
    while step < trial.steps:
        episodes = play(env, actor, env.max_steps or 1000)
        step += episodes.steps
        with torch.no_grad():
            values = critic(episodes.observations).squeeze(-1)
        advantage = weights("value-baseline", episodes, values, settings.gamma)
        played = advantage[episodes.alive]
        update = Update(actor, episodes, (advantage - played.mean()) / (played.std() + 1e-8))
        if settings.method == "trpo":
            moved += trpo_step(update, settings)
        else:
            gradient = flat_gradient(update.surrogate(), actor)
            with torch.no_grad():
                before = parameters_to_vector(trainable(actor))
                vector_to_parameters(before + settings.rate * gradient, trainable(actor))
            moved += 1
        updates += 1
        largest = max(largest, float(update.divergence().detach()))
        _fit(critic, value_optimiser, episodes, settings)
        if schedule.due(step):
            stats = env.pop_stats()
            trial.report(step, kl=largest, accepted=moved / updates, **{"return": stats.episode_return})
            largest, moved, updates = 0.0, 0, 0
    trial.film("trained", actor.sampled)


def _fit(critic: torch.nn.Module, optimiser: torch.optim.Optimizer, episodes: Episodes, settings: Settings) -> None:
    zero = torch.zeros_like(episodes.rewards)
    target = weights("to-go", episodes, zero, settings.gamma)[episodes.alive]
    for _ in range(settings.value_updates):
        optimiser.zero_grad()
        loss = ((critic(episodes.observations[episodes.alive]).squeeze(-1) - target) ** 2).mean()
        loss.backward()
        optimiser.step()
