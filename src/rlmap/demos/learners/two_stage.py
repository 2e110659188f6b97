"""PPO in two stages: first in an easier or another world, then in the one that counts.

The first stage trains for ``first_steps`` steps in the environment changed by the settings with the prefix ``first.``;
the second goes on with the same policy, and a fresh optimiser, in the environment itself. With ``count_first`` the
first stage is part of the budget (a curriculum must pay for its lessons; Bengio et al. 2009); without, the policy
comes from elsewhere for free (transfer; Taylor and Stone 2009).

A step is one environment step of what counts. Reports ``return``, ``length`` and ``success`` in the second stage;
while the first stage is counted, nothing was reached there yet and 0 is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import nn

from rlmap.demos.parts.play import sampled_actions
from rlmap.demos.parts.policies import make_policy
from rlmap.demos.puffer import Trainer, seed_everything
from rlmap.demos.train_options import TrainOptions
from rlmap.demos.trial import Schedule, Trial


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set."""

    first_steps: int = 0
    count_first: bool = False
    num_envs: int = 64
    horizon: int = 32
    minibatch_size: int = 1024
    update_epochs: int = 2
    learning_rate: float = 3e-3
    gamma: float = 0.97
    ent_coef: float = 0.01
    network: str = "mlp"
    hidden_size: int = 64
    points: int = 30


def train(trial: Trial, settings: Settings) -> None:
    """Train both stages; the budget is ``trial.steps``."""
    seed_everything(trial.seed)
    env = trial.make_env(settings.num_envs)
    policy = make_policy(settings.network, env, settings.hidden_size)
    schedule = Schedule(trial.steps, settings.points)
    trial.film("untrained", sampled_actions(policy, env.agents_per_env, trial.device))
    begin = 0
    if settings.first_steps:
        easier = trial.make_first_env(settings.num_envs)
        counted = settings.count_first
        with trial.running(counted):
            for step in _stage(trial, settings, easier, policy, settings.first_steps):
                if counted and schedule.due(step):
                    trial.report(step, length=float(env.max_steps), success=0.0, **{"return": 0.0})
        begin = settings.first_steps if counted else 0
    for step in _stage(trial, settings, env, policy, trial.steps - begin):
        if schedule.due(begin + step):
            stats = env.pop_stats()
            if stats.episodes:
                outcome = {"return": stats.episode_return, "length": stats.episode_length, "success": stats.success}
                trial.report(begin + step, **outcome)
    trial.film("trained", sampled_actions(policy, env.agents_per_env, trial.device))


def _stage(trial: Trial, settings: Settings, env: Any, policy: nn.Module, steps: int) -> Any:
    options = TrainOptions(
        total_timesteps=steps,
        horizon=settings.horizon,
        minibatch_size=settings.minibatch_size,
        update_epochs=settings.update_epochs,
        learning_rate=settings.learning_rate,
        gamma=settings.gamma,
        ent_coef=settings.ent_coef,
        use_rnn=settings.network == "lstm",
    )
    trainer = Trainer(env, policy, options, seed=trial.seed, device=trial.device)
    while trainer.global_step < steps:
        trainer.iterate()
        yield trainer.global_step
