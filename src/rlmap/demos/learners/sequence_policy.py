"""A tiny language model that is rewarded for whole answers.

A prompt names a target sum; the policy writes ``length`` digits from 0 to 4, one after the other, each drawn from a
softmax that depends on the prompt, the position and the sum so far. The verifier pays 1 if the digits add up to the
target, otherwise 0: the reward can be checked, and it comes once, at the end. For each prompt a group of ``group``
answers is drawn, and the policy follows ``advantage * grad log p`` with, as ``baseline``,

- ``none``: the advantage is the reward;
- ``group``: the reward minus the mean of its group, over its deviation (Shao et al. 2024, GRPO, arXiv:2402.03300);
- ``batch``: the reward minus the mean of the whole batch.

``kl`` times the divergence from the ``reference`` policy (the policy before training, which prefers small digits) is
subtracted from what is maximised (Jaques et al. 2017; Ziegler et al. 2019). ``hack`` pays instead for large digits, a
flawed reward.

A step is one batch of ``prompts`` groups. Reports ``correct`` (share of right answers), ``reward``, ``divergence``
(from the reference, for each answer) and ``log_gradient_variance`` (base 10, over groups).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

DIGITS = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    baseline: str = "group"
    kl: float = 0.0
    hack: bool = False
    offset: float = 0.0
    length: int = 3
    prompts: int = 8
    group: int = 8
    rate: float = 0.1


class Policy:
    """A table of logits (prompts, positions, sums, digits), and the frozen table it started from."""

    def __init__(self, length: int) -> None:
        most = length * (DIGITS - 1) + 1
        start = -0.5 * torch.arange(DIGITS).float()
        self.reference = start.expand(most, length, most, DIGITS).clone()
        self.logits = self.reference.clone().requires_grad_()
        self.length, self.targets = length, most

    def write(self, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return answers (N, length), their log probabilities (N,) and divergences from the reference (N,)."""
        total = torch.zeros_like(target)
        log_p, divergence = torch.zeros(len(target)), torch.zeros(len(target))
        digits = []
        for position in range(self.length):
            now = self.logits[target, position, total].log_softmax(-1)
            then = self.reference[target, position, total].log_softmax(-1)
            digit = torch.multinomial(now.detach().exp(), 1).squeeze(-1)
            log_p = log_p + now.gather(-1, digit[:, None]).squeeze(-1)
            divergence = divergence + (now.exp() * (now - then)).sum(-1)
            digits.append(digit)
            total = total + digit
        return torch.stack(digits, dim=-1), log_p, divergence


def advantages(reward: Tensor, baseline: str) -> Tensor:
    """Return advantages for rewards (prompts, group)."""
    if baseline == "none":
        return reward
    if baseline == "batch":
        return reward - reward.mean()
    if baseline == "group":
        centred = reward - reward.mean(1, keepdim=True)
        return centred / (reward.std(1, keepdim=True) + 1e-3)
    raise DemoError(f"The baseline {baseline!r} is unknown: none, group or batch.")


def train(trial: Trial, settings: Settings) -> None:
    """Learn from ``trial.steps`` batches."""
    torch.manual_seed(trial.seed)
    policy = Policy(settings.length)
    optimiser = torch.optim.Adam([policy.logits], lr=settings.rate)
    schedule = Schedule(trial.steps, 30)
    shape = (settings.prompts, settings.group)
    for step in range(1, trial.steps + 1):
        target = torch.randint(policy.targets, (settings.prompts,)).repeat_interleave(settings.group)
        digits, log_p, divergence = policy.write(target)
        correct = (digits.sum(-1) == target).float()
        earned = digits.float().mean(-1) / (DIGITS - 1) if settings.hack else correct
        reward = earned + settings.offset
        gain = (advantages(reward.view(shape), settings.baseline) * log_p.view(shape)).mean(1)
        objective = gain - settings.kl * divergence.view(shape).mean(1)
        if schedule.due(step):
            variance = _variance(objective, policy.logits)
            trial.report(
                step,
                correct=float(correct.mean()),
                reward=float(earned.mean()),
                divergence=float(divergence.detach().mean()),
                log_gradient_variance=float(np.log10(variance + 1e-12)),
            )
        optimiser.zero_grad()
        (-objective.mean()).backward()  # type: ignore[no-untyped-call]  # PyTorch leaves it untyped
        optimiser.step()


def _variance(objective: Tensor, logits: Tensor) -> float:
    gradients = [torch.autograd.grad(one, logits, retain_graph=True)[0].flatten() for one in objective]
    return float(torch.stack(gradients).var(0).sum())
