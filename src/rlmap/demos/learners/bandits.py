"""Rules for choosing among arms: each copy of the bandit is one problem with one learner of its own.

Estimates follow ``Q += step * (reward - Q)``, where the step is ``1 / pulls`` (the sample mean) or a constant.

- ``greedy``: the highest estimate; all start at ``optimism``.
- ``epsilon``: with probability ``epsilon`` any arm, else the greedy one.
- ``boltzmann``: an arm with probability proportional to ``exp(Q / temperature)``.
- ``ucb``: the highest ``Q + confidence * sqrt(ln t / pulls)`` (Auer, Cesa-Bianchi and Fischer 2002, UCB1).
- ``thompson``: the arm that is best in a draw from the posterior, Beta for rewards 0 and 1, normal otherwise
  (Thompson 1933; Chapelle and Li 2011).
- ``gradient``: softmax over preferences ``H += step * (reward - baseline) * (1[arm] - probability)``
  (Sutton and Barto 2018, section 2.8).

A step is one pull in every problem. Reports, as means over problems, ``regret`` (cumulative: what always pulling the
best arm would have paid more in expectation), ``optimal`` (share of pulls of the best arm since the last point) and
``reward``.
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
    """What may be set; ``step_size = 0`` means the sample mean."""

    rule: str = "epsilon"
    problems: int = 500
    epsilon: float = 0.1
    temperature: float = 0.3
    confidence: float = 1.414
    step_size: float = 0.0
    optimism: float = 0.0
    use_context: bool = True


class Estimates:
    """What each problem's learner believes: ``value`` and ``pulls`` have shape (problems, contexts, arms)."""

    def __init__(self, problems: int, contexts: int, arms: int, optimism: float) -> None:
        self.value = np.full((problems, contexts, arms), optimism)
        self.pulls = np.zeros((problems, contexts, arms))
        self._rows = np.arange(problems)

    def update(self, context: Array, arm: Array, reward: Array, step_size: float) -> None:
        """Move the estimates of the pulled arms towards the rewards."""
        cell = (self._rows, context, arm)
        self.pulls[cell] += 1
        step = step_size or 1.0 / self.pulls[cell]
        self.value[cell] += step * (reward - self.value[cell])


def choose(settings: Settings, value: Array, pulls: Array, kind: str, rng: np.random.Generator) -> Array:
    """Return the arm that a rule pulls in each problem.

    Parameters
    ----------
    settings : Settings
        The rule and its parameter.
    value, pulls : (problems, arms) arrays
        Estimates and how often each arm was pulled.
    kind : {"gaussian", "bernoulli"}
        What the rewards are like, for Thompson sampling.
    rng : Generator
        Ties are broken at random.
    """
    tie_break = 1e-9 * rng.random(value.shape)
    if settings.rule == "greedy":
        return _argmax(value + tie_break)
    if settings.rule == "epsilon":
        explore = rng.random(len(value)) < settings.epsilon
        return np.where(explore, rng.integers(0, value.shape[1], len(value)), _argmax(value + tie_break))
    if settings.rule in {"boltzmann", "gradient"}:
        temperature = settings.temperature if settings.rule == "boltzmann" else 1.0
        return _argmax(value / temperature + rng.gumbel(size=value.shape))  # a draw from the softmax
    if settings.rule == "ucb":
        total = np.maximum(pulls.sum(axis=1, keepdims=True), 1.0)
        width = settings.confidence * np.sqrt(np.log(total) / np.maximum(pulls, 1e-9))
        return _argmax(value + np.where(pulls == 0, np.inf, width) + tie_break)
    if settings.rule == "thompson":
        if kind == "bernoulli":
            return _argmax(rng.beta(1.0 + value * pulls, 1.0 + (1.0 - value) * pulls))
        precision = 1.0 + pulls  # prior N(0, 1), noise of deviation 1
        return _argmax(rng.normal(value * pulls / precision, 1.0 / np.sqrt(precision)))
    raise DemoError(f"The rule {settings.rule!r} is unknown: greedy, epsilon, boltzmann, gradient, ucb or thompson.")


def train(trial: Trial, settings: Settings) -> None:
    """Pull ``trial.steps`` times in every problem."""
    env = trial.make_env(settings.problems)
    env.reset(trial.seed)
    rng = trial.rng()
    rows = np.arange(settings.problems)
    estimates = Estimates(settings.problems, env.contexts if settings.use_context else 1, env.arms, settings.optimism)
    baseline = np.zeros(settings.problems)
    regret, best_pulls, rewards, since = np.zeros(settings.problems), 0.0, 0.0, 0
    schedule = Schedule(trial.steps)
    for step in range(1, trial.steps + 1):
        seen = env.context.copy() if settings.use_context else np.zeros(settings.problems, dtype=int)
        means = env.means[rows, env.context].copy()
        arm = choose(settings, estimates.value[rows, seen], estimates.pulls[rows, seen], env.kind, rng)
        _, reward, _, _, _ = env.step(arm)
        if settings.rule == "gradient":
            _climb(estimates.value[:, 0], arm, reward - baseline, settings.step_size or 0.1)
            baseline += (reward - baseline) / step
        else:
            estimates.update(seen, arm, reward, settings.step_size)
        regret += means.max(axis=1) - means[rows, arm]
        best_pulls += float((arm == means.argmax(axis=1)).mean())
        rewards += float(reward.mean())
        since += 1
        if schedule.due(step):
            trial.report(step, regret=float(regret.mean()), optimal=best_pulls / since, reward=rewards / since)
            best_pulls, rewards, since = 0.0, 0.0, 0


def _climb(preference: Array, arm: Array, advantage: Array, step_size: float) -> None:
    shifted = np.exp(preference - preference.max(axis=1, keepdims=True))
    probability = shifted / shifted.sum(axis=1, keepdims=True)
    chosen = np.eye(preference.shape[1])[arm]
    preference += step_size * advantage[:, None] * (chosen - probability)


def _argmax(scores: Array) -> Array:
    best: Array = scores.argmax(axis=1)
    return best
