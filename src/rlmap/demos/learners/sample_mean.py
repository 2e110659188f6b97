"""How close the mean of n samples comes to an expectation.

The random variable is the return of one episode of the uniformly random policy, whose expectation is known exactly from
the model. The mean of ``samples`` returns is computed again and again; by the law of large numbers its error falls, and
since the variance of a mean is the variance divided by n, the root mean square error falls as ``1 / sqrt(n)``.

A step is one repetition. Reports, over all repetitions so far, ``error`` (root mean square), ``log_error`` (base 10),
``bias`` (mean error) and ``estimate`` (the latest).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rlmap.demos.learners.dynamic_programming import policy_value
from rlmap.demos.learners.td_prediction import RandomWalker
from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``pool`` episodes are drawn once, and samples are drawn from them."""

    samples: int = 10
    gamma: float = 1.0
    pool: int = 20_000


def train(trial: Trial, settings: Settings) -> None:
    """Estimate ``trial.steps`` times."""
    tables = trial.make_env(1).tables
    transition, reward = tables.matrices()
    uniform = np.full(reward.shape, 1.0 / tables.num_actions)
    truth = policy_value(transition, reward, uniform, settings.gamma)[tables.start].mean()
    walker = RandomWalker(tables, trial.rng())
    returns = np.empty(settings.pool)
    for number in range(settings.pool):
        _, rewards = walker.episode()
        returns[number] = rewards @ settings.gamma ** np.arange(len(rewards))
    rng = trial.rng(1)
    errors = np.empty(trial.steps)
    schedule = Schedule(trial.steps)
    for step in range(trial.steps):
        estimate = rng.choice(returns, settings.samples).mean()
        errors[step] = estimate - truth
        if schedule.due(step + 1):
            rms = float(np.sqrt((errors[: step + 1] ** 2).mean()))
            bias = float(errors[: step + 1].mean())
            trial.report(step + 1, error=rms, log_error=float(np.log10(rms)), bias=bias, estimate=float(estimate))
