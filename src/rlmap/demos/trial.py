"""One trial: one arm of a demo with one seed. What a learner gets, and where it reports."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rlmap.demos import catalogue
from rlmap.errors import DemoError

Scalar = bool | int | float | str
#: Called with (step, seconds, metric name, value).
Sink = Callable[[int, float, str, float], None]


#: Files that a filmed trial leaves in its folder: an animation of the policy, a map of values.
FILM_NAME, MAP_NAME = PICTURES = ("policy.gif", "values.png")


class DivergedError(DemoError):
    """A reported number is not finite: the learner has diverged and its arm stops."""


@dataclass
class Trial:
    """What a learner needs to run once.

    Attributes
    ----------
    settings : mapping
        All settings of the arm, those of the environment with the prefix ``env.``.
    seed : int
        Seeds everything random in the trial.
    steps : int
        The budget, in environment steps (or in what the learner counts as a step).
    device : {"cpu", "cuda"}
        Where tensors live.
    folder : Path or None
        Where a learner may leave a checkpoint.
    filmed : bool
        Whether pictures of the policy and of values are kept, in ``folder``.
    """

    settings: Mapping[str, Scalar]
    seed: int
    steps: int
    device: str
    sink: Sink
    folder: Path | None = None
    filmed: bool = False
    _takes: list[tuple[str, Any]] = field(default_factory=list)
    _began: float = field(default_factory=time.perf_counter)
    _paused_s: float = 0.0

    def make_env(self, num_envs: int, seed_offset: int = 0, **changes: Scalar) -> Any:
        """Return ``num_envs`` copies of the arm's environment, with ``changes`` to its settings."""
        kwargs = {**catalogue.env_settings(self.settings), **changes}
        env = catalogue.env_class(str(self.settings["env"]))
        return env(num_envs=num_envs, seed=self.seed + 10_007 * seed_offset, **kwargs)

    def rng(self, stream: int = 0) -> np.random.Generator:
        """Return a random generator of the trial's own; different streams are independent."""
        return np.random.default_rng([self.seed, stream])

    def make_test_env(self, num_envs: int) -> Any | None:
        """Return copies of the environment that the arm is tested in, ``None`` where it names none."""
        changes = catalogue.env_settings(self.settings, catalogue.TEST_PREFIX)
        return self.make_env(num_envs, 1, **changes) if changes else None

    def make_first_env(self, num_envs: int) -> Any:
        """Return copies of the environment of the first of two stages."""
        return self.make_env(num_envs, 2, **catalogue.env_settings(self.settings, catalogue.FIRST_PREFIX))

    def film(self, name: str, act: Callable[[Any], Any]) -> None:
        """Keep pictures of one episode of a policy; the film holds every episode so far, side by side.

        Parameters
        ----------
        name : str
            Shown above it, such as "untrained".
        act : callable
            From observations (agents, ...) to actions; it may keep a state of its own for one episode.
        """
        if not self.filmed or self.folder is None or not self.settings["env"]:
            return
        from rlmap.demos import film  # noqa: PLC0415 - draws: nobody else needs it

        with self.paused():
            env = self.make_test_env(1) or self.make_env(1, 1)
            take = film.film_episode(env, act, seed=self.seed + 1)
            if take is not None:
                self._takes.append((name, take))
                film.write_film(self.folder / FILM_NAME, self._takes)

    def chart_values(self, world: Any, values: Any, actions: Any = None) -> None:
        """Keep a map of the values (S,) of all states, with the action (S,) chosen in each.

        ``world`` is a grid, or an environment; where its states are not the cells of a grid, nothing is drawn.
        """
        if not self.filmed or self.folder is None:
            return
        from rlmap.demos.drawing.pictures import grid_of  # noqa: PLC0415 - see above
        from rlmap.demos.drawing.worlds import state_map  # noqa: PLC0415 - see above
        from rlmap.demos.parts.gridworld import Grid  # noqa: PLC0415 - see above

        grid = world if isinstance(world, Grid) else grid_of(world)
        if grid is not None:
            with self.paused():
                state_map(grid, values, actions).quantize(64).save(self.folder / MAP_NAME, optimize=True)

    def running(self, counts: bool) -> AbstractContextManager[None]:
        """Return a context in which the clock runs only if what happens in it counts."""
        return nullcontext() if counts else self.paused()

    @property
    def seconds(self) -> float:
        """Wall-clock seconds since the trial began, without those spent in :meth:`paused`."""
        return time.perf_counter() - self._began - self._paused_s

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the clock, for what is not learning (evaluation)."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._paused_s += time.perf_counter() - began

    def report(self, step: int, **metrics: float) -> None:
        """Report points of curves at ``step``.

        Raises
        ------
        DivergedError
            If a value is not finite.
        """
        seconds = self.seconds
        with self.paused():
            for name, value in metrics.items():
                if not math.isfinite(value):
                    raise DivergedError(f"The metric {name!r} became {value} at step {step}: the learner diverged.")
                self.sink(int(step), seconds, name, float(value))


class Schedule:
    """Says when to report, so that a curve has about ``points`` points whatever the budget."""

    def __init__(self, steps: int, points: int = 40) -> None:
        self._every = max(1.0, steps / points)
        self._next = self._every

    def due(self, step: int) -> bool:
        """Whether a point is due at ``step``; at most once for each interval."""
        if step < self._next:
            return False
        while self._next <= step:
            self._next += self._every
        return True
