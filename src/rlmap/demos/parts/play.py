"""Letting a policy play, without learning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pufferlib.pytorch
import torch
from numpy.typing import NDArray
from torch import nn

from rlmap.demos.envs.base import EpisodeStats, VectorEnv


def play_episodes(env: VectorEnv, policy: nn.Module, device: str, *, seed: int) -> EpisodeStats:
    """Let ``policy`` play, sampling its actions, and return the means over the first episode of each copy."""
    return first_episodes(env, sampled_actions(policy, env.num_agents, device), seed=seed)


def sampled_actions(policy: nn.Module, agents: int, device: str) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """Return a function from observations (agents, ...) to sampled actions, for one episode of each agent.

    It carries the state of a recurrent policy from one call to the next.
    """
    hidden = getattr(policy, "hidden_size", 1)
    state: dict[str, Any] = {name: torch.zeros(agents, hidden, device=device) for name in ("lstm_h", "lstm_c")}

    def act(observations: NDArray[Any]) -> NDArray[Any]:
        with torch.no_grad():
            logits, _ = policy.forward_eval(torch.as_tensor(observations).to(device), state)  # type: ignore[operator]  # a policy
            action, _, _ = pufferlib.pytorch.sample_logits(logits)
        chosen: NDArray[Any] = action.cpu().numpy()
        return chosen

    return act


def tabular_actions(features: NDArray[Any], best: NDArray[Any]) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """Return a function from observations to the action ``best`` (S,) of the state whose ``features`` (S, F) match."""

    def act(observations: NDArray[Any]) -> NDArray[Any]:
        states = (features[None] == observations[:, None]).all(axis=2).argmax(axis=1)
        chosen: NDArray[Any] = best[states]
        return chosen

    return act


def first_episodes(env: VectorEnv, act: Callable[[NDArray[Any]], NDArray[Any]], *, seed: int) -> EpisodeStats:
    """Return the means over exactly one episode of each copy, so that short episodes do not count more often.

    Parameters
    ----------
    env : VectorEnv
        Every episode must end some time.
    act : callable
        From observations to actions, of all agents.
    seed : int
        Of the episodes.
    """
    team = env.agents_per_env
    total, length = np.zeros(env.num_envs), np.zeros(env.num_envs)
    success = np.zeros(env.num_envs)
    playing = np.ones(env.num_envs, dtype=bool)
    before = env.reset(seed)[0]
    env.pop_stats()
    while playing.any():
        _, rewards, terminals, truncations, _ = env.step(act(before))
        total[playing] += rewards[::team][playing]
        length[playing] += 1
        ended = (terminals | truncations)[::team]
        success[playing & ended] = env.last_success[playing & ended]
        playing &= ~ended
        before = env.observations
    return EpisodeStats(env.num_envs, float(total.mean()), float(length.mean()), float(success.mean()))
