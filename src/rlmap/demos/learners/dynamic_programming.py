"""Dynamic programming: values from a known model, by sweeping over all states.

- ``evaluate``: the value of the uniformly random policy. ``order = "synchronous"`` computes a sweep from the values
  of the sweep before, ``"in-place"`` uses new values at once, ``"direct"`` solves the linear system
  ``(I - gamma P) v = r`` (Bellman 1957; Sutton and Barto 2018, section 4.1).
- ``value-iteration``: ``v <- max over actions of r + gamma P v`` (section 4.4).
- ``policy-iteration``: ``inner`` evaluation sweeps (0: solve exactly), then the greedy policy, again and again
  (section 4.3; with few inner sweeps it is modified policy iteration).

The true answer is computed first. A step is one update of one state (``backups``: of one state and action). Reports,
after each sweep, ``error`` (largest distance from the true values), ``log_error`` (its base-10 logarithm),
``greedy_loss`` (how much value the greedy policy loses at the start) and ``sweeps``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import TableEnv
from rlmap.demos.parts.play import tabular_actions
from rlmap.demos.trial import Trial
from rlmap.errors import DemoError

Floats = NDArray[np.float64]
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    method: str = "value-iteration"
    order: str = "synchronous"
    gamma: float = 0.95
    inner: int = 5
    tolerance: float = 1e-6
    random_values: bool = True


def policy_value(transition: Floats, reward: Floats, policy: Floats, gamma: float) -> Floats:
    """Solve ``(I - gamma P) v = r`` for a policy (S, A) of probabilities."""
    under_policy = np.einsum("sa,sat->st", policy, transition)
    return np.linalg.solve(np.eye(len(policy)) - gamma * under_policy, (policy * reward).sum(axis=1))


def action_values(transition: Floats, reward: Floats, value: Floats, gamma: float) -> Floats:
    """Return ``r + gamma P v``, (S, A)."""
    result: Floats = reward + gamma * transition @ value
    return result


def greedy(q: Floats) -> Floats:
    """Return the greedy policy as probabilities (S, A); ties go to the first action."""
    policy: Floats = np.eye(q.shape[1])[q.argmax(axis=1)]
    return policy


def optimal_value(transition: Floats, reward: Floats, gamma: float) -> Floats:
    """Return the optimal values (S,), by policy iteration with exact evaluation."""
    policy = np.full(reward.shape, 1.0 / reward.shape[1])
    while True:
        value = policy_value(transition, reward, policy, gamma)
        q = action_values(transition, reward, value, gamma)
        if (q.max(axis=1) <= (policy * q).sum(axis=1) + TINY).all():
            return value
        policy = greedy(np.round(q, 12))


def train(trial: Trial, settings: Settings) -> None:
    """Sweep until the error is below the tolerance, or ``trial.steps`` backups are spent."""
    env = trial.make_env(1)
    transition, reward = env.tables.matrices()
    states, actions = reward.shape
    uniform = np.full(reward.shape, 1.0 / actions)
    evaluating = settings.method == "evaluate"
    if evaluating:
        target = policy_value(transition, reward, uniform, settings.gamma)
    else:
        target = optimal_value(transition, reward, settings.gamma)
    value = trial.rng().normal(size=states) if settings.random_values else np.zeros(states)
    value[env.tables.terminal] = 0.0
    policy = uniform
    backups = sweeps = 0
    while backups < trial.steps:
        if evaluating:
            value, done = _evaluation_sweep(transition, reward, uniform, value, settings)
        else:
            value, policy, done = _improvement(transition, reward, policy, value, settings)
        sweeps += done
        backups += done * states * actions
        error = float(np.abs(value - target).max())
        q = action_values(transition, reward, value, settings.gamma)
        achieved = policy_value(transition, reward, uniform if evaluating else greedy(q), settings.gamma)
        start = env.tables.start
        trial.report(
            backups,
            error=error,
            log_error=float(np.log10(max(error, TINY))),
            greedy_loss=float((target - achieved)[start].mean()),
            sweeps=sweeps,
        )
        if error < settings.tolerance:
            break
    _show(trial, env, q, policy if evaluating else greedy(q), value)


def _show(trial: Trial, env: TableEnv, q: Floats, policy: Floats, value: Floats) -> None:
    """Draw the values, and film the policy that they belong to beside a random one."""
    film_rng, actions = trial.rng(9), env.tables.num_actions
    deterministic = bool((policy.max(axis=1) == 1.0).all())
    trial.chart_values(env, value, q.argmax(axis=1) if deterministic else None)
    trial.film("random moves", lambda seen: film_rng.integers(0, actions, len(seen)))
    if deterministic:
        trial.film("greedy", tabular_actions(env.tables.features, q.argmax(axis=1)))


def _evaluation_sweep(
    transition: Floats, reward: Floats, policy: Floats, value: Floats, settings: Settings
) -> tuple[Floats, int]:
    if settings.order == "direct":
        return policy_value(transition, reward, policy, settings.gamma), 1
    if settings.order == "synchronous":
        return (policy * action_values(transition, reward, value, settings.gamma)).sum(axis=1), 1
    if settings.order == "in-place":
        value = value.copy()
        for state in range(len(value)):
            q = reward[state] + settings.gamma * transition[state] @ value
            value[state] = policy[state] @ q
        return value, 1
    raise DemoError(f"The order {settings.order!r} is unknown: synchronous, in-place or direct.")


def _improvement(
    transition: Floats, reward: Floats, policy: Floats, value: Floats, settings: Settings
) -> tuple[Floats, Floats, int]:
    if settings.method == "value-iteration":
        q = action_values(transition, reward, value, settings.gamma)
        return q.max(axis=1), greedy(q), 1
    if settings.method != "policy-iteration":
        raise DemoError(f"The method {settings.method!r} is unknown: evaluate, value-iteration or policy-iteration.")
    if settings.inner == 0:
        value = policy_value(transition, reward, policy, settings.gamma)
    for _ in range(settings.inner):
        value = (policy * action_values(transition, reward, value, settings.gamma)).sum(axis=1)
    return value, greedy(action_values(transition, reward, value, settings.gamma)), max(settings.inner, 1)
