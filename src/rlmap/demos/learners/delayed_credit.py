"""The first deed decides the outcome, but the outcome comes late, and noise comes before it.

An episode has a first choice (action 1 is worth 1 in the end, action 0 nothing) and then ``delay`` further choices that
change nothing; each of them is paid a random sum of deviation ``noise``. A softmax policy with separate preferences for
each step learns from whole returns (REINFORCE; Williams 1992) with a running mean as baseline: the longer the delay,
the more of what follows the first choice has nothing to do with it.

- ``returns``: every choice is credited with all that follows it;
- ``pairs``: the first choice is credited with the final reward alone, as by somebody who knows what caused it.

``agents`` learn side by side. A step is one episode of each. Reports ``right`` (mean probability of the right first
choice) and ``log_noise`` (deviation over agents of the credit given to the first choice, base-10 logarithm).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    credit: str = "returns"
    delay: int = 10
    noise: float = 1.0
    alpha: float = 0.02
    agents: int = 200


def train(trial: Trial, settings: Settings) -> None:
    """Learn from ``trial.steps`` episodes."""
    if settings.credit not in ("returns", "pairs"):
        raise DemoError(f"The credit {settings.credit!r} is unknown: returns or pairs.")
    rng = trial.rng()
    preference = np.zeros(settings.agents)
    baseline = np.zeros(settings.agents)
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        probability = 1.0 / (1.0 + np.exp(-preference))
        choice = rng.random(settings.agents) < probability
        between = settings.noise * rng.normal(size=(settings.agents, settings.delay)).sum(axis=1)
        credit = choice + (between if settings.credit == "returns" else 0.0)
        preference += settings.alpha * (credit - baseline) * (choice - probability)
        baseline += 0.05 * (credit - baseline)
        if schedule.due(step):
            spread = float(np.log10(credit.std() + 1e-9))
            trial.report(step, right=float(probability.mean()), log_noise=spread)
