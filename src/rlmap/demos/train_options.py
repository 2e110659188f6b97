"""How PufferLib's PPO is to train, and its configuration made of that."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """How PufferLib's PPO trains; the names are those of its configuration."""

    total_timesteps: int
    horizon: int = 32
    minibatch_size: int = 1024
    update_epochs: int = 1
    learning_rate: float = 3e-3
    anneal_lr: bool = False
    gamma: float = 0.99
    gae_lambda: float = 0.95
    clip_coef: float = 0.2
    vf_coef: float = 0.5
    vf_clip_coef: float = 10.0
    ent_coef: float = 0.0
    max_grad_norm: float = 0.5
    adam_beta1: float = 0.9
    adam_beta2: float = 0.999
    adam_eps: float = 1e-8
    vtrace_rho_clip: float = 1.0
    vtrace_c_clip: float = 1.0
    prio_alpha: float = 0.0
    use_rnn: bool = False
    reward_scale: float = 1.0
    clamp_rewards: bool = False
    bootstrap_truncated: bool = True
    precision: str = "float32"
    compile: bool = False


_PASSED_ON = (
    "minibatch_size",
    "update_epochs",
    "learning_rate",
    "anneal_lr",
    "gamma",
    "gae_lambda",
    "clip_coef",
    "vf_coef",
    "vf_clip_coef",
    "ent_coef",
    "max_grad_norm",
    "adam_beta1",
    "adam_beta2",
    "adam_eps",
    "vtrace_rho_clip",
    "vtrace_c_clip",
    "prio_alpha",
    "use_rnn",
    "precision",
    "compile",
)


def trainer_config(options: TrainOptions, batch_size: int, seed: int, device: str) -> dict[str, Any]:
    """Return the configuration that PufferLib's trainer asks for; ``batch_size`` in steps of all copies together."""
    return {
        **{name: getattr(options, name) for name in _PASSED_ON},
        "seed": seed,
        "torch_deterministic": True,
        "cpu_offload": False,
        "device": device,
        "optimizer": "adam",
        "total_timesteps": max(options.total_timesteps, batch_size),
        "data_dir": "",
        "checkpoint_interval": sys.maxsize,
        "batch_size": batch_size,
        "max_minibatch_size": options.minibatch_size,
        "bptt_horizon": options.horizon,
        "compile_mode": "default",
        "compile_fullgraph": False,
        "prio_beta0": 1.0,
        "env": "",
        "name": "",
        "project": "",
    }
