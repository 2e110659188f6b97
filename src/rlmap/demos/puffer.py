"""The one module that knows how PufferLib's trainer behaves, and makes it fit for controlled experiments.

What is changed, and why:

- its advantage kernel raises on a PyTorch without CUDA although it announces a fallback: the
  recursion of :mod:`rlmap.demos.advantage` stands in for it, on any device;
- importing it turns every ``RuntimeWarning`` into an error and installs a handler for Ctrl-C that
  leaves without cleaning up: both are put back;
- importing it also imports its sweeps, and with them a library for Gaussian processes: a second that no run should wait
  for, so that import finds an empty module;
- its dashboard, its checkpoints on a timer and its monitoring thread (which keeps a process alive)
  are switched off;
- truncation: it ignores the flag, so credit would flow into the next episode. Here a truncation
  ends the episode, and with ``bootstrap_truncated`` the value of the last observation is added to
  the last reward, as it should be (Pardo et al. 2018, arXiv:1712.00378);
- it clamps rewards to [-1, 1] in silence: here rewards outside are an error unless
  ``clamp_rewards`` says that they are meant to be clamped;
- it does not seed PyTorch: here ``seed`` seeds it;
- prioritised sampling of trajectories and the cosine learning rate are off unless asked for.

What is left as it is: no credit flows past the end of a rollout (the last step of each is not
learned from), the state of a recurrent network is reset at the start of each rollout and not of
each episode, minibatches are drawn at random and need not cover the batch, advantages are
normalised in each minibatch.
"""

from __future__ import annotations

import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from rlmap.demos.advantage import puff_advantage
from rlmap.demos.envs.base import VectorEnv
from rlmap.demos.train_options import TrainOptions, trainer_config
from rlmap.errors import DemoError

_handler = signal.getsignal(signal.SIGINT)
_hook = sys.excepthook
_unwanted = "pufferlib.sweep" not in sys.modules
if _unwanted:
    sys.modules["pufferlib.sweep"] = ModuleType("pufferlib.sweep")
with warnings.catch_warnings():
    from pufferlib import pufferl
if _unwanted:  # whoever sweeps gets the real one
    del sys.modules["pufferlib.sweep"]
    vars(sys.modules["pufferlib"]).pop("sweep", None)
sys.excepthook = _hook
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, _handler)


def _advantage_in_place(
    values: Tensor, rewards: Tensor, terminals: Tensor, ratio: Tensor, advantages: Tensor, *coefficients: float
) -> Tensor:
    """Stand in for PufferLib's function, with its argument order."""
    if ratio.requires_grad:
        return advantages  # a second call for the minibatch, whose result the trainer throws away
    gamma, gae_lambda, rho_clip, c_clip = coefficients
    return advantages.copy_(
        puff_advantage(
            values, rewards, terminals, ratio, gamma=gamma, gae_lambda=gae_lambda, rho_clip=rho_clip, c_clip=c_clip
        )
    )


class _NoMonitor:
    """Stands in for PufferLib's monitoring thread."""

    cpu_util = gpu_util = cpu_mem = gpu_mem = (0.0,)

    def stop(self) -> None:
        """There is nothing to stop."""


pufferl.compute_puff_advantage = _advantage_in_place
pufferl.Utilization = _NoMonitor


class _View:
    """What the trainer sees of an environment: truncations end episodes, rewards are scaled."""

    def __init__(self, env: VectorEnv, reward_scale: float) -> None:
        self._env = env
        self._scale = reward_scale
        self.truncated: list[tuple[int, np.ndarray, np.ndarray]] = []
        self._tick = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)

    def begin_rollout(self) -> None:
        """Forget the truncations of the last rollout."""
        self.truncated.clear()
        self._tick = 0

    def recv(self) -> tuple[Any, ...]:
        """Return the buffers as the trainer expects them."""
        obs, rewards, terminals, truncations, teacher, infos, ids, masks = self._env.recv()
        late = np.flatnonzero(truncations)
        if late.size and self._env.keep_final:
            self.truncated.append((self._tick, late, self._env.final_observations[late].copy()))
        self._tick += 1
        return obs, rewards * self._scale, terminals | truncations, truncations * False, teacher, infos, ids, masks


class Trainer(pufferl.PuffeRL):  # type: ignore[misc]  # PufferLib ships no types
    """PufferLib's PPO on one native environment, quiet and reproducible.

    Parameters
    ----------
    env : VectorEnv
        All copies; the batch is ``env.num_agents * options.horizon`` steps.
    policy : Module
        With ``forward_eval(observations, state) -> logits, values`` and ``forward``.
    options : TrainOptions
        How to train.
    seed : int
        Seeds PyTorch, NumPy's and Python's global generators, and the environment.
    device : {"cpu", "cuda"}
        Where the policy and the rollout live.

    Raises
    ------
    DemoError
        If rewards leave [-1, 1] unasked, or the sizes do not fit together.
    """

    def __init__(self, env: VectorEnv, policy: nn.Module, options: TrainOptions, *, seed: int, device: str) -> None:
        low, high = (bound * options.reward_scale for bound in env.reward_range)
        if (low < -1 or high > 1) and not options.clamp_rewards:
            raise DemoError(
                f"The rewards of this environment reach [{low:g}, {high:g}] and PufferLib clamps them to [-1, 1]: "
                "set reward_scale to bring them inside, or clamp_rewards to accept it."
            )
        batch_size = env.num_agents * options.horizon
        if batch_size % options.minibatch_size or options.minibatch_size % options.horizon:
            raise DemoError(
                f"minibatch_size {options.minibatch_size} must divide the batch of {batch_size} steps "
                f"and be a multiple of the horizon {options.horizon}."
            )
        seed_everything(seed)
        env.keep_final = options.bootstrap_truncated
        self._view = _View(env, options.reward_scale)
        self._bootstrap = options.bootstrap_truncated
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # autocast says that it is off in float32
            super().__init__(trainer_config(options, batch_size, seed, device), self._view, policy.to(device))
        if options.precision == "float32":
            self.amp_context = nullcontext()  # the trainer enters it twice for each minibatch and never leaves

    def iterate(self, before_learning: Callable[[], None] | None = None) -> dict[str, float]:
        """Collect one rollout, learn from it, and return the mean losses.

        ``before_learning`` is called in between; it may change ``rewards`` (copies, horizon) of the rollout.
        """
        self._view.begin_rollout()
        self.evaluate()
        if before_learning is not None:
            before_learning()
        if self._bootstrap:
            self._add_final_values()
        self.stats.clear()
        self.last_log_time = 0.0  # otherwise the losses come only every quarter of a second
        self.train()
        return dict(self.losses)

    def _add_final_values(self) -> None:
        """Add ``gamma * V(last observation)`` to the reward of each truncated step."""
        for tick, rows, observations in self._view.truncated:
            if self.config["use_rnn"]:
                continue  # the recurrent state before the reset is gone
            with torch.no_grad():
                _, value = self.policy.forward_eval(torch.as_tensor(observations).to(self.config["device"]), None)
            index = torch.as_tensor(rows, device=self.rewards.device)
            self.rewards[index, tick] += self.config["gamma"] * value.flatten()

    def mean_and_log(self) -> dict[str, float]:
        """Statistics are kept by the environment."""
        return {}

    def print_dashboard(self, *_args: Any, **_kwargs: Any) -> None:
        """Show nothing: events are the only output of a run."""

    def save_checkpoint(self) -> None:
        """Checkpoints are written by the caller."""


def seed_everything(seed: int) -> None:
    """Seed PyTorch and the global generators of NumPy and Python."""
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)
