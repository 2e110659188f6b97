"""Cart-pole: keep a pole upright by pushing the cart below it to the left or right.

State
    Cart position and velocity, pole angle (radians) and angular velocity.
Observation
    float32 (4 * history,): those four numbers, divided by (2.4, 3, 0.21, 3.5) where ``scaled``; ``hide_velocity``
    sets both velocities to 0; ``history`` appends what was observed in the steps before (0 before the start).
Actions
    0 push left, 1 push right, each kept for ``frame_skip`` steps of 0.02 s.
Reward
    1 for each step of 0.02 s survived, times ``reward_scale``.
Termination
    When the cart leaves [-2.4, 2.4] or the pole leans more than 12 degrees; truncated after ``max_steps`` actions
    (success).
Randomness
    The four numbers start uniform on [-0.05, 0.05]. ``pole_low`` and ``pole_high`` bound the pole's half length, drawn
    for each episode.

Barto, Sutton and Anderson 1983; constants and Euler steps as in Gymnasium's CartPole-v1.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from rlmap.demos.envs.base import Floats, Ints, VectorEnv

__all__ = ["CartPole"]

GRAVITY, CART_MASS, POLE_MASS, FORCE, STEP_S = 9.8, 1.0, 0.1, 10.0, 0.02
MAX_POSITION, MAX_ANGLE = 2.4, 12 * np.pi / 180
SCALE = np.array([2.4, 3.0, 0.21, 3.5], dtype=np.float32)


class CartPole(VectorEnv):
    """Copies of the cart-pole; the module's text states the MDP."""

    def __init__(
        self,
        num_envs: int = 1,
        seed: int = 0,
        *,
        hide_velocity: bool = False,
        history: int = 1,
        scaled: bool = True,
        frame_skip: int = 1,
        reward_scale: float = 1.0,
        pole_low: float = 0.5,
        pole_high: float = 0.5,
        max_steps: int = 500,
        buf: Any = None,
    ) -> None:
        self.single_observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (4 * history,), np.float32)
        self.single_action_space = gymnasium.spaces.Discrete(2)
        self.reward_range = (0.0, reward_scale * frame_skip)
        self.hide_velocity, self.frame_skip, self.reward_scale = hide_velocity, frame_skip, reward_scale
        self.pole_low, self.pole_high = pole_low, pole_high
        self.unit = SCALE if scaled else np.ones(4, dtype=np.float32)
        self.state = np.zeros((num_envs, 4))
        self.half_length = np.full(num_envs, pole_low)
        self._past = np.zeros((num_envs, 4 * (history - 1)), dtype=np.float32)
        super().__init__(num_envs, seed, max_steps=max_steps, buf=buf)

    def _begin(self, rows: Ints) -> None:
        self.state[rows] = self.rng.uniform(-0.05, 0.05, (len(rows), 4))
        self._past[rows] = 0.0
        if self.pole_high > self.pole_low:
            self.half_length[rows] = self.rng.uniform(self.pole_low, self.pole_high, len(rows))

    def _move(self, actions: NDArray[Any]) -> None:
        if self._past.shape[1]:
            self._past[:, 4:] = self._past[:, :-4].copy()
            self._past[:, :4] = self._seen()
        force = np.where(actions == 1, FORCE, -FORCE)
        self.rewards[:] = 0.0
        alive = np.ones(self.num_envs, dtype=bool)
        for _ in range(self.frame_skip):
            moved = euler_step(self.state, force, self.half_length)
            self.state[alive] = moved[alive]
            self.rewards[alive] += self.reward_scale
            alive &= (np.abs(self.state[:, 0]) <= MAX_POSITION) & (np.abs(self.state[:, 2]) <= MAX_ANGLE)
        self.terminals[:] = ~alive
        self.success = alive & (self._elapsed + 1 >= self.max_steps)

    def _seen(self) -> Floats:
        seen: Floats = (self.state / self.unit).astype(np.float32)
        if self.hide_velocity:
            seen[:, 1::2] = 0.0
        return seen

    def _observe(self) -> None:
        self.observations[:, :4] = self._seen()
        self.observations[:, 4:] = self._past


def euler_step(state: NDArray[Any], force: NDArray[Any], half_length: NDArray[Any]) -> NDArray[Any]:
    """Return the states (N, 4) after 0.02 s under the forces (N,), for poles of the given half lengths (N,)."""
    position, velocity, angle, spin = state.T
    sine, cosine = np.sin(angle), np.cos(angle)
    total_mass = CART_MASS + POLE_MASS
    push = (force + POLE_MASS * half_length * spin**2 * sine) / total_mass
    spin_rate = (GRAVITY * sine - cosine * push) / (half_length * (4.0 / 3.0 - POLE_MASS * cosine**2 / total_mass))
    acceleration = push - POLE_MASS * half_length * spin_rate * cosine / total_mass
    return np.stack(
        [
            position + STEP_S * velocity,
            velocity + STEP_S * acceleration,
            angle + STEP_S * spin,
            spin + STEP_S * spin_rate,
        ],
        axis=1,
    )
