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
from numpy.typing import NDArray

from rlmap.demos.envs.base import TableEnv
from rlmap.demos.learners.dynamic_programming import policy_value
from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``pool`` episodes are drawn once, and samples are drawn from them.

    The mean of the pool is itself an estimate, so the pool must be much larger than ``samples``.
    """

    samples: int = 10
    gamma: float = 1.0
    pool: int = 10_000


def train(trial: Trial, settings: Settings) -> None:
    """Estimate ``trial.steps`` times."""
    env = trial.make_env(settings.pool)
    truth = expected_return(env, settings.gamma)
    returns = random_returns(env, trial.rng(), settings.gamma)
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


def expected_return(env: TableEnv, gamma: float) -> float:
    """Return the expected return of the uniformly random policy from the start, by solving Bellman's equation."""
    transition, reward = env.tables.matrices()
    uniform = np.full(reward.shape, 1.0 / env.tables.num_actions)
    return float(policy_value(transition, reward, uniform, gamma)[env.tables.start].mean())


def random_returns(env: TableEnv, rng: np.random.Generator, gamma: float) -> NDArray[np.float64]:
    """Return the discounted return (num_envs,) of one episode of the uniformly random policy in each copy."""
    env.reset()
    returns = np.zeros(env.num_envs)
    playing = np.ones(env.num_envs, dtype=bool)
    discount = 1.0
    while playing.any():
        _, rewards, terminals, truncations, _ = env.step(rng.integers(0, env.tables.num_actions, env.num_envs))
        returns[playing] += discount * rewards[playing]
        playing &= ~(terminals | truncations)
        discount *= gamma
    return returns
