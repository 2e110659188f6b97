"""Proximal policy optimisation, by PufferLib's trainer.

One iteration: let all copies of the environment act for ``horizon`` steps, estimate advantages
(GAE), then take gradient steps on random minibatches of the clipped surrogate
``min(ratio * A, clip(ratio, 1 - clip_coef, 1 + clip_coef) * A)`` plus a value loss and an entropy
bonus (Schulman et al. 2017, arXiv:1707.06347, equations 7 and 9).

With ``update_epochs = 1`` and ``minibatch_size = num_envs * horizon`` there is one gradient step for
each batch, the ratio is 1, and what remains is synchronous advantage actor-critic (A2C).

Reports ``return``, ``length`` and ``success`` of the episodes that ended since the last point (with
the policy as it explores), ``log_rate`` (base-10
logarithm of steps per second), ``entropy``, ``kl``, ``clipped`` and ``value_loss``; where an arm names a
test environment, ``test_return`` and ``test_success`` of one episode in each of ``test_episodes`` copies.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch

from rlmap.demos.envs.base import VectorEnv
from rlmap.demos.parts.optimisers import make_optimiser
from rlmap.demos.parts.play import play_episodes, sampled_actions
from rlmap.demos.parts.policies import DEFAULT_GAIN, make_policy
from rlmap.demos.puffer import Trainer, seed_everything
from rlmap.demos.train_options import TrainOptions
from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set; ``network`` is one of those in ``parts.policies``."""

    num_envs: int = 64
    horizon: int = 32
    minibatch_size: int = 1024
    update_epochs: int = 2
    learning_rate: float = 3e-3
    anneal_lr: bool = False
    gamma: float = 0.99
    gae_lambda: float = 0.95
    clip_coef: float = 0.2
    vf_coef: float = 0.5
    vf_clip_coef: float = 10.0
    ent_coef: float = 0.01
    max_grad_norm: float = 0.5
    network: str = "mlp"
    hidden_size: int = 64
    reward_scale: float = 1.0
    clamp_rewards: bool = False
    bootstrap_truncated: bool = True
    policy_gain: float = DEFAULT_GAIN
    optimiser: str = "adam"
    precision: str = "float32"
    compile: bool = False
    test_episodes: int = 64
    points: int = 40


def train(trial: Trial, settings: Settings) -> None:
    """Train one policy for ``trial.steps`` environment steps."""
    seed_everything(trial.seed)
    env = trial.make_env(settings.num_envs)
    test_env = trial.make_test_env(settings.test_episodes)
    policy = make_policy(settings.network, env, settings.hidden_size, settings.policy_gain)
    trainer = Trainer(env, policy, _options(trial, settings), seed=trial.seed, device=trial.device)
    if settings.optimiser != "adam":
        trainer.optimizer = make_optimiser(settings.optimiser, policy.parameters(), settings.learning_rate)
    schedule = Schedule(trial.steps, settings.points)
    trial.film("untrained", sampled_actions(policy, env.agents_per_env, trial.device))
    mark = (0, time.perf_counter())
    while trainer.global_step < trial.steps:
        losses = trainer.iterate()
        if not schedule.due(trainer.global_step) and trainer.global_step < trial.steps:
            continue
        _report(trial, env, losses, trainer.global_step, mark)
        if test_env is not None:
            with trial.paused():
                score = play_episodes(test_env, policy, trial.device, seed=trial.seed)
            trial.report(trainer.global_step, test_return=score.episode_return, test_success=score.success)
        mark = (trainer.global_step, time.perf_counter())
    trial.film("trained", sampled_actions(policy, env.agents_per_env, trial.device))
    if trial.folder is not None:
        torch.save(policy.state_dict(), trial.folder / "policy.pt")


def _report(trial: Trial, env: VectorEnv, losses: dict[str, float], step: int, mark: tuple[int, float]) -> None:
    stats = env.pop_stats()
    if stats.episodes:
        trial.report(step, **{"return": stats.episode_return, "length": stats.episode_length, "success": stats.success})
    trial.report(
        step,
        log_rate=math.log10((step - mark[0]) / (time.perf_counter() - mark[1])),
        entropy=losses["entropy"],
        kl=losses["approx_kl"],
        clipped=losses["clipfrac"],
        value_loss=losses["value_loss"],
    )


def _options(trial: Trial, settings: Settings) -> TrainOptions:
    return TrainOptions(
        total_timesteps=trial.steps,
        horizon=settings.horizon,
        minibatch_size=min(settings.minibatch_size, settings.num_envs * settings.horizon),
        update_epochs=settings.update_epochs,
        learning_rate=settings.learning_rate,
        anneal_lr=settings.anneal_lr,
        gamma=settings.gamma,
        gae_lambda=settings.gae_lambda,
        clip_coef=settings.clip_coef,
        vf_coef=settings.vf_coef,
        vf_clip_coef=settings.vf_clip_coef,
        ent_coef=settings.ent_coef,
        max_grad_norm=settings.max_grad_norm,
        use_rnn=settings.network == "lstm",
        reward_scale=settings.reward_scale,
        clamp_rewards=settings.clamp_rewards,
        bootstrap_truncated=settings.bootstrap_truncated,
        precision=settings.precision,
        compile=settings.compile,
    )
