"""Advantages of a rollout as PufferLib defines them, on any device."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def puff_advantage(
    values: Tensor,
    rewards: Tensor,
    terminals: Tensor,
    ratio: Tensor,
    *,
    gamma: float,
    gae_lambda: float,
    rho_clip: float = 1.0,
    c_clip: float = 1.0,
) -> Tensor:
    """Generalised advantages with V-trace's clipped importance weights, as PufferLib defines them.

    Backwards in time, with ``rho = min(ratio, rho_clip)`` and ``c = min(ratio, c_clip)``:

    ``delta[t] = rho[t] * (r[t+1] + gamma * V[t+1] * (1 - d[t+1]) - V[t])``
    ``A[t] = delta[t] + gamma * lambda * c[t] * (1 - d[t+1]) * A[t+1]``

    Parameters
    ----------
    values, rewards, terminals, ratio : Tensor (segments, horizon)
        ``rewards[:, t]`` and ``terminals[:, t]`` arrived together with the observation at ``t``.
    gamma, gae_lambda : float
        Discount factor and the lambda of GAE, in [0, 1].
    rho_clip, c_clip : float
        Bounds of the importance weights.

    Returns
    -------
    Tensor (segments, horizon)
        The last column is 0: nothing is known beyond the rollout.

    References
    ----------
    Schulman et al. 2016 (arXiv:1506.02438), equation 16; Espeholt et al. 2018 (arXiv:1802.01561), section 4.1.
    """
    going = 1.0 - terminals[:, 1:]
    deltas = ratio[:, :-1].clamp(max=rho_clip) * (rewards[:, 1:] + gamma * values[:, 1:] * going - values[:, :-1])
    decay = gamma * gae_lambda * ratio[:, :-1].clamp(max=c_clip) * going
    advantages = torch.zeros_like(values.T)
    if values.is_cuda:
        _accumulate(deltas.T, decay.T, advantages)
    else:  # the same arithmetic in NumPy, whose calls cost a fraction of PyTorch's
        _accumulate(deltas.T.contiguous().numpy(), decay.T.contiguous().numpy(), advantages.numpy())
    return advantages.T


def _accumulate(deltas: Any, decay: Any, advantages: Any) -> None:
    """Fill ``advantages`` (horizon, segments) backwards in time; its last row stays 0."""
    for t in range(len(deltas) - 1, -1, -1):
        advantages[t] = deltas[t] + decay[t] * advantages[t + 1]
