"""Learning without gradients: evolution strategies and the cross-entropy method, beside a policy gradient's budget.

A population of linear policies ``argmax(W x + b)`` is scored, each by one episode in a copy of its own.

- ``es``: parameters move along ``sum score * noise`` of antithetic pairs, scores replaced by their ranks (Salimans et
al. 2017); - ``cem``: mean and spread are refitted to the best tenth (Rubinstein 1999; Szita and Lorincz 2006);
- ``random``: each generation is drawn from where the search began, the best policy so far is kept.

A step is one environment step. Reports ``return`` (mean score of the generation), ``best`` (so far) and ``spread``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.trial import Schedule, Trial
from rlmap.errors import DemoError

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "es"
    population: int = 64
    spread: float = 0.5
    rate: float = 0.5
    elite: float = 0.1


def linear_actions(observation: Array, policies: Array) -> Array:
    """Return the action (N,) that each policy (N, features + 1, actions), or the only one, prefers."""
    preference = np.einsum("nf,fa->na" if policies.ndim == 2 else "nf,nfa->na", observation, policies[..., :-1, :])
    chosen: Array = (preference + policies[..., -1, :]).argmax(axis=1)
    return chosen


def score(env: Any, policies: Array) -> tuple[Array, int]:
    """Return the return of one episode of each linear policy, and the steps that took.

    ``policies`` is (N, features + 1, actions); the last row is the bias; copy ``i`` plays policy ``i``.
    """
    observation = env.reset()[0]
    total = np.zeros(len(policies))
    alive = np.ones(len(policies), dtype=bool)
    steps = 0
    while alive.any():
        _, rewards, terminals, truncations, _ = env.step(linear_actions(observation, policies))
        total += rewards * alive
        steps += int(alive.sum())
        alive &= ~(terminals | truncations)
        observation = env.observations
    return total, steps


def centred_ranks(scores: Array) -> Array:
    """Return ranks mapped evenly onto [-0.5, 0.5], so that outliers count no more than any best."""
    ranks = np.empty(len(scores))
    ranks[scores.argsort(kind="stable")] = np.arange(len(scores))
    result: Array = ranks / (len(scores) - 1) - 0.5
    return result


def train(trial: Trial, settings: Settings) -> None:
    """Evolve for about ``trial.steps`` environment steps."""
    if settings.method not in {"es", "cem", "random"}:
        raise DemoError(f"The method {settings.method!r} is unknown: es, cem or random.")
    rng = trial.rng()
    env = trial.make_env(settings.population)
    env.reset(trial.seed)
    shape = (env.single_observation_space.shape[0] + 1, int(env.single_action_space.n))
    mean, spread = np.zeros(shape), np.full(shape, settings.spread)
    best, step = -np.inf, 0
    champion = mean
    trial.film("untrained", lambda seen: linear_actions(seen, champion))
    schedule = Schedule(trial.steps, 25)
    while step < trial.steps:
        half = rng.normal(size=(settings.population // 2, *shape))
        noise = np.concatenate([half, -half])
        policies = mean + spread * noise
        scores, used = score(env, policies)
        step += used
        if scores.max() > best:
            best, champion = float(scores.max()), policies[scores.argmax()]
        if settings.method == "es":
            weight = centred_ranks(scores)
            mean = mean + settings.rate * np.tensordot(weight, noise, axes=1) / (settings.population * settings.spread)
        elif settings.method == "cem":
            chosen = policies[scores.argsort(kind="stable")[-max(2, int(settings.elite * settings.population)) :]]
            mean, spread = chosen.mean(axis=0), chosen.std(axis=0) + 0.05
        if schedule.due(step):
            trial.report(step, best=best, spread=float(spread.mean()), **{"return": float(scores.mean())})
    trial.film("best found", lambda seen: linear_actions(seen, champion))
