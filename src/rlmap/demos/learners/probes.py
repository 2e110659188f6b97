"""Finding a mistake in a learner with five tiny environments.

A small actor-critic is trained, a few seconds of work, on each of the five probes of ``envs.probe``, as it should be
or with a mistake that happens:

- ``none``;
- ``discount``: the next value is used although the episode has ended (the terminal flag is forgotten);
- ``sign``: the policy descends where it should climb;
- ``observation``: the network is given zeros (a buffer that was never filled);
- ``advantage``: the policy is weighted by the reward of the step before.

Each probe asks for one thing more than the one before, so the *first* that fails says where to look (Jones 2021). A
step is one update on each probe. Reports ``passed`` (how many of the five), and ``probe_1`` to ``probe_5`` (1 where
passed).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from rlmap.demos.parts.nets import mlp
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

MISTAKES = ("none", "discount", "sign", "observation", "advantage")
GAMMA = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    mistake: str = "none"
    copies: int = 64
    learning_rate: float = 2e-2


class Learner:
    """One-step actor-critic on one probe."""

    def __init__(self, env: Any, settings: Settings) -> None:
        self.env, self.mistake = env, settings.mistake
        self.actor, self.critic = mlp([1, 16, 2]), mlp([1, 16, 1])
        parameters = [*self.actor.parameters(), *self.critic.parameters()]
        self.optimiser = torch.optim.Adam(parameters, lr=settings.learning_rate)
        self.before = torch.zeros(settings.copies)

    def look(self) -> torch.Tensor:
        """Return what the network is given."""
        seen = torch.as_tensor(self.env.observations.copy())
        return torch.zeros_like(seen) if self.mistake == "observation" else seen

    def update(self) -> None:
        """Act once in every copy and learn from it."""
        observation = self.look()
        choice = torch.distributions.Categorical(logits=self.actor(observation))
        action = choice.sample()  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
        _, rewards, terminals, _, _ = self.env.step(action.numpy())
        reward = torch.as_tensor(rewards.copy())
        going = 1.0 - torch.as_tensor(terminals.copy()).float()
        if self.mistake == "discount":
            going = torch.ones_like(going)
        value = self.critic(observation).squeeze(-1)
        with torch.no_grad():
            target = reward + GAMMA * going * self.critic(self.look()).squeeze(-1)
            advantage = (self.before if self.mistake == "advantage" else target) - value
        self.before = reward
        sign = -1.0 if self.mistake == "sign" else 1.0
        log_p = choice.log_prob(action)  # type: ignore[no-untyped-call]  # as above
        loss = -sign * (advantage * log_p).mean() + ((value - target) ** 2).mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()


def passed(kind: int, actor: nn.Module, critic: nn.Module) -> bool:
    """Whether a learner has learned what probe ``kind`` teaches: its values, and from the fourth on its actions."""
    points = {1: [0.0], 2: [-1.0, 1.0], 3: [0.0, 1.0], 4: [0.0], 5: [-1.0, 1.0]}[kind]
    values = {1: [1.0], 2: [-1.0, 1.0], 3: [GAMMA, 1.0], 4: [1.0], 5: [1.0, 1.0]}[kind]
    x = torch.tensor(points)[:, None]
    with torch.no_grad():
        close = bool(((critic(x).squeeze(-1) - torch.tensor(values)).abs() < 0.2).all())
        right = actor(x).softmax(-1)[:, 1]
    wanted = {4: torch.tensor([1.0]), 5: torch.tensor([0.0, 1.0])}.get(kind)
    return close and (wanted is None or bool(((right - wanted).abs() < 0.2).all()))


def train(trial: Trial, settings: Settings) -> None:
    """Take ``trial.steps`` updates on each probe."""
    if settings.mistake not in MISTAKES:
        raise DemoError(f"The mistake {settings.mistake!r} is unknown: {', '.join(MISTAKES)}.")
    torch.manual_seed(trial.seed)
    learners = {}
    for kind in range(1, 6):
        env = trial.make_env(settings.copies, kind, kind=kind)
        env.reset(trial.seed)
        learners[kind] = Learner(env, settings)
    schedule = Schedule(trial.steps, 20)
    for step in range(1, trial.steps + 1):
        for learner in learners.values():
            learner.update()
        if schedule.due(step):
            outcome = {f"probe_{kind}": float(passed(kind, one.actor, one.critic)) for kind, one in learners.items()}
            trial.report(step, passed=sum(outcome.values()), **outcome)
