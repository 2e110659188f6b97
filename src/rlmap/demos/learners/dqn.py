"""Deep Q-learning with all its parts, each of which can be switched.

``num_envs`` copies act epsilon-greedily, transitions go into a replay buffer, and after each step of the copies one
gradient step is taken on ``(Q(s, a) - target)^2`` (Huber) with ``target = r + gamma max_a Q_target(s', a)`` (Mnih et
al. 2015).

- ``target_period``: how often the target network is copied (1: there is none).
- ``double``: the online network chooses the action, the target network values it (van Hasselt et al. 2016).
- ``dueling``: ``Q = V + A - mean A`` (Wang et al. 2016).
- ``prioritised``: draw transitions by their last error (Schaul et al. 2016).
- ``n_step``: rewards before bootstrapping.
- ``atoms``: above 1, learn the distribution of the return by cross-entropy on fixed atoms (C51; Bellemare et al. 2017).
- ``noisy``: learned noise on the weights instead of epsilon (Fortunato et al. 2018).
- ``novelty``: add so much times the novelty of the next state to every reward (random network distillation).
- ``hindsight``: relabel episodes with the goal that they reached (Andrychowicz et al. 2017; bit flip only).

A step is one environment step. Reports ``return``, ``length``, ``success`` of the episodes that ended since the last
point (while exploring), ``value`` (mean of max Q in a batch) and ``loss``; in finite worlds also ``coverage``, the
share of states that were ever visited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rlmap.demos.envs.base import TableEnv
from rlmap.demos.parts.hindsight import relabelled
from rlmap.demos.parts.novelty import Novelty
from rlmap.demos.parts.qnets import QNetwork, project
from rlmap.demos.parts.replay import NStep, Replay
from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    num_envs: int = 16
    hidden_size: int = 64
    learning_rate: float = 1e-3
    gamma: float = 0.98
    batch_size: int = 64
    capacity: int = 20_000
    warm_up: int = 500
    updates: int = 1
    epsilon_start: float = 1.0
    epsilon_end: float = 0.05
    exploration: float = 0.3
    target_period: int = 100
    double: bool = False
    dueling: bool = False
    prioritised: bool = False
    priority_power: float = 0.6
    n_step: int = 1
    atoms: int = 1
    low: float = 0.0
    high: float = 50.0
    noisy: bool = False
    hindsight: bool = False
    novelty: float = 0.0
    layer_norm: bool = False
    points: int = 30


def targets(online: QNetwork, slow: QNetwork, batch: dict[str, Tensor], settings: Settings) -> Tensor:
    """Return what ``Q(s, a)`` should be, (N,), or its distribution, (N, atoms).

    ``batch`` holds ``following`` (N, F), ``reward`` (N,) and ``discount`` (N,): gamma to the number of steps, and 0
    after a terminal.
    """
    with torch.no_grad():
        chooser = online if settings.double else slow
        best = chooser.values(batch["following"]).argmax(1)
        rows = torch.arange(len(best))
        if settings.atoms == 1:
            value: Tensor = slow(batch["following"])[rows, best, 0]
            return batch["reward"] + batch["discount"] * value
        probabilities = slow(batch["following"])[rows, best].softmax(-1)
        return project(probabilities, batch["reward"], batch["discount"], slow.support)


def train(trial: Trial, settings: Settings) -> None:
    """Learn for ``trial.steps`` environment steps."""
    torch.manual_seed(trial.seed)
    rng = trial.rng()
    env = trial.make_env(settings.num_envs)
    env.keep_final = True
    observation = env.reset(trial.seed)[0].copy()
    online, slow = QNetwork(env, settings), QNetwork(env, settings)
    slow.load_state_dict(online.state_dict())
    optimiser = torch.optim.Adam(online.parameters(), lr=settings.learning_rate)
    replay = Replay(settings.capacity, observation.shape[1], settings.priority_power if settings.prioritised else 0.0)
    queue = NStep(settings.n_step, settings.gamma)
    curiosity = Novelty(observation.shape[1]) if settings.novelty else None
    visited = np.zeros(env.tables.num_states if isinstance(env, TableEnv) else 0, dtype=bool)
    schedule, step, count, sums = Schedule(trial.steps, settings.points), 0, 0, np.zeros(3)
    trial.film("untrained", lambda seen: greedy_actions(online, seen))
    while step < trial.steps:
        action = _act(online, observation, _epsilon(step, trial.steps, settings), rng)
        _, rewards, terminals, truncations, _ = env.step(action)
        following = np.where(truncations[:, None], env.final_observations, env.observations)
        move = (observation, action, rewards.copy(), following, terminals.copy(), truncations.copy())
        for transitions in [queue.push(move), *(relabelled(move) if settings.hindsight else [])]:
            replay.add(transitions)
        observation = env.observations.copy()
        if len(visited):
            visited[env.state] = True
        if curiosity is not None:
            curiosity.learn(torch.as_tensor(observation))
        step += settings.num_envs
        for _ in range(settings.updates if replay.size >= settings.warm_up else 0):
            count += 1
            loss, value = _learn(online, slow, optimiser, (replay, curiosity, rng), settings)
            sums += (loss, value, 1.0)
            if count % settings.target_period == 0:
                slow.load_state_dict(online.state_dict())
        if schedule.due(step) and sums[2]:
            _report(trial, env, step, sums[:2] / sums[2])
            if len(visited):
                trial.report(step, coverage=float(visited.mean()))
            sums[:] = 0.0
    trial.film("trained, greedy", lambda seen: greedy_actions(online, seen))


def greedy_actions(online: QNetwork, observation: Any) -> Any:
    """Return the actions (N,) of highest value."""
    with torch.no_grad():
        return online.values(torch.as_tensor(observation)).argmax(1).numpy()


def _act(online: QNetwork, observation: Any, epsilon: float, rng: np.random.Generator) -> Any:
    online.draw_noise()
    greedy = greedy_actions(online, observation)
    random = rng.integers(0, online.actions, len(greedy))
    return np.where(rng.random(len(greedy)) < epsilon, random, greedy)


def _epsilon(step: int, steps: int, settings: Settings) -> float:
    if settings.noisy:
        return 0.0
    share = min(1.0, step / max(1.0, settings.exploration * steps))
    return settings.epsilon_start + share * (settings.epsilon_end - settings.epsilon_start)


def _learn(
    online: QNetwork, slow: QNetwork, optimiser: torch.optim.Optimizer, source: Any, settings: Settings
) -> tuple[float, float]:
    replay, curiosity, rng = source
    batch, index, importance = replay.sample(settings.batch_size, rng)
    if curiosity is not None:
        batch["reward"] = batch["reward"] + settings.novelty * curiosity.errors(batch["following"])
    online.draw_noise()
    slow.draw_noise()
    goal = targets(online, slow, batch, settings)
    chosen = online(batch["observation"])[torch.arange(len(index)), batch["action"]]
    if settings.atoms == 1:
        errors = torch.nn.functional.smooth_l1_loss(chosen[:, 0], goal, reduction="none")
        surprise = (chosen[:, 0] - goal).abs()
    else:
        errors = surprise = -(goal * chosen.log_softmax(-1)).sum(-1)
    loss = (importance * errors).mean()
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(online.parameters(), 10.0)
    optimiser.step()
    replay.update(index, surprise.detach().numpy())
    with torch.no_grad():
        value = float(online.values(batch["observation"]).max(1).values.mean())
    return float(loss.detach()), value


def _report(trial: Trial, env: Any, step: int, means: Any) -> None:
    stats = env.pop_stats()
    if stats.episodes:
        trial.report(step, **{"return": stats.episode_return, "length": stats.episode_length, "success": stats.success})
    trial.report(step, loss=float(means[0]), value=float(means[1]))
