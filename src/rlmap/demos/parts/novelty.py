"""Novelty by random network distillation: what has been seen often is predicted well.

A fixed random network maps observations to a code, another one learns to predict that code; the squared error is large
where the agent has hardly been (Burda et al. 2019, arXiv:1810.12894).
"""

from __future__ import annotations

import torch
from torch import Tensor

from rlmap.demos.parts.nets import mlp


class Novelty:
    """How badly the random code of an observation is predicted.

    Parameters
    ----------
    inputs : int
        Length of an observation.
    code : int
        Length of the code.
    rate : float
        Learning rate of the predictor.
    """

    def __init__(self, inputs: int, code: int = 16, rate: float = 1e-3) -> None:
        self.fixed = mlp([inputs, 64, code], activation="relu", init="orthogonal")
        self.predictor = mlp([inputs, 64, code], activation="relu")
        self.optimiser = torch.optim.Adam(self.predictor.parameters(), lr=rate)
        self.scale: float | None = None

    def errors(self, observations: Tensor) -> Tensor:
        """Return the errors (N,) in units of their mean when the first ones were seen."""
        with torch.no_grad():
            found: Tensor = ((self.predictor(observations) - self.fixed(observations)) ** 2).mean(-1)
        if self.scale is None:
            self.scale = float(found.mean()) + 1e-8
        return found / self.scale

    def learn(self, observations: Tensor) -> None:
        """Make what was seen less novel."""
        with torch.no_grad():
            code = self.fixed(observations)
        self.optimiser.zero_grad()
        loss = ((self.predictor(observations) - code) ** 2).mean()
        loss.backward()
        self.optimiser.step()
