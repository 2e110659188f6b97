"""Two agents with one payment: who earned it?

Both choose at the same time, each from a softmax policy of its own, and both follow the policy gradient of the payment
that they share. What is subtracted from it differs:

- ``own``: each agent subtracts its own running mean of payments, as if it were alone;
- ``central``: a critic that both train sees *both* actions and estimates the payment of each pair; each agent
  subtracts what
  the pair would have been worth on average over its own actions, with the other's action as it was (the counterfactual
  baseline; Foerster et al. 2018, COMA, arXiv:1705.08926).

Policies stay decentralised: the critic is only used in training (Lowe et al. 2017). A step is one batch of ``batch``
plays.
Reports ``payoff`` (expected, of the current policies), ``optimal`` (probability of the best pair) and
``log_gradient_variance``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.matrix_game import game_payoffs
from rlmap.demos.learners.natural_gradient import softmax
from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    critic: str = "central"
    game: str = "stag-hunt"
    rate: float = 0.1
    critic_rate: float = 0.1
    batch: int = 8
    noise: float = 0.3


def gains(critic: str, estimates: tuple[Array, Array], chosen: Array, paid: Array, policies: list[Array]) -> Array:
    """Return what each agent weighs its action by, (2, batch).

    Parameters
    ----------
    critic : {"own", "central"}
        How.
    estimates : tuple
        Running mean payments of the two agents, and estimated payments of pairs (actions, actions).
    chosen, paid : (2, batch) and (batch,) arrays
        Actions and the shared payments.
    policies : list of two (actions,) arrays
        Probabilities.
    """
    means, pairs = estimates
    if critic == "own":
        own: Array = paid[None] - means[:, None]
        return own
    if critic != "central":
        raise DemoError(f"The critic {critic!r} is unknown: own or central.")
    first, second = chosen
    estimated = pairs[first, second]
    without_first = policies[0] @ pairs[:, second]
    without_second = pairs[first] @ policies[1]
    return np.stack([estimated - without_first, estimated - without_second])


def train(trial: Trial, settings: Settings) -> None:
    """Learn from ``trial.steps`` batches."""
    rng = trial.rng()
    table = game_payoffs(settings.game)[0]
    actions = len(table)
    preferences = [0.1 * rng.normal(size=actions) for _ in range(2)]
    means, pairs = np.zeros(2), np.zeros(table.shape)
    best = table >= table.max() - 1e-9
    spreads: list[float] = []
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        policies = [softmax(preference) for preference in preferences]
        chosen = np.stack([rng.choice(actions, settings.batch, p=policy) for policy in policies])
        paid = table[chosen[0], chosen[1]] + settings.noise * rng.normal(size=settings.batch)
        weight = gains(settings.critic, (means, pairs), chosen, paid, policies)
        for agent in range(2):
            score = weight[agent][:, None] * (np.eye(actions)[chosen[agent]] - policies[agent])
            spreads.append(float(score.var(axis=0).sum()))
            preferences[agent] = preferences[agent] + settings.rate * score.mean(axis=0)
        means += 0.05 * (paid.mean() - means)
        for first, second, payment in zip(*chosen, paid, strict=True):
            pairs[first, second] += settings.critic_rate * (payment - pairs[first, second])
        if schedule.due(step):
            joint = np.outer(*policies)
            spread = float(np.log10(np.mean(spreads) + 1e-12))
            payoff, optimal = float((joint * table).sum()), float(joint[best].sum())
            trial.report(step, payoff=payoff, optimal=optimal, log_gradient_variance=spread)
            spreads.clear()
