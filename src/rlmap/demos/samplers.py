"""What a sweep tries next: ranges of settings, and how values are chosen from them.

Values are drawn at random, or suggested by PufferLib's Protein, which models score and cost of what was seen with
Gaussian processes and looks for points that beat the Pareto front of both (PufferLib 3.0, ``pufferlib.sweep.Protein``).
"""

from __future__ import annotations

import contextlib
import io
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rlmap.errors import DemoError
from rlmap.types import DemoSpec

Number = int | float

_RANDOM_FIRST = 6


@dataclass(frozen=True, slots=True)
class Range:
    """Values of one setting: from ``low`` to ``high``, evenly spread on a linear or a logarithmic scale."""

    setting: str
    low: float
    high: float
    logarithmic: bool
    integer: bool

    def at(self, share: float) -> Number:
        """Return the value ``share`` (0 to 1) of the way from low to high."""
        if self.logarithmic:
            value = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + share * (self.high - self.low)
        return round(value) if self.integer else float(f"{value:.4g}")


def read_range(text: str, spec: DemoSpec) -> Range:
    """Read ``setting``, ``setting=low:high`` or ``setting=low:high:log``; without numbers the slider's bounds count.

    Raises
    ------
    DemoError
        If the demo has no such numeric setting, or the bounds cannot be used.
    """
    name, sign, bounds = text.partition("=")
    known = {**spec.settings, **spec.arms[0].settings}
    if name not in known:
        raise DemoError(f"The demo {spec.id} has no setting {name!r}. It has: {', '.join(sorted(known))}.")
    if type(known[name]) not in (int, float):
        raise DemoError(f"The setting {name!r} is not a number, so it cannot be swept.")
    integer = type(known[name]) is int
    if not sign:
        slider = next((slider for slider in spec.sliders if slider.setting == name), None)
        if slider is None:
            raise DemoError(f"The setting {name!r} has no slider: give its range as {name}=LOW:HIGH[:log].")
        return Range(name, slider.minimum, slider.maximum, False, integer)
    low, _, rest = bounds.partition(":")
    high, _, scale = rest.partition(":")
    try:
        found = Range(name, float(low), float(high), scale == "log", integer)
    except ValueError as error:
        raise DemoError(f"The range {text!r} must be {name}=LOW:HIGH[:log].") from error
    if scale not in ("", "log"):
        raise DemoError(f"The scale {scale!r} in {text!r} is unknown: leave it out, or use log.")
    if not found.low < found.high or (found.logarithmic and found.low <= 0):
        raise DemoError(f"The range {text!r} must rise, and be above 0 on a logarithmic scale.")
    return found


class Sampler(Protocol):
    """Chooses the values of the next trial."""

    def suggest(self) -> dict[str, Number]:
        """Return a value for each setting."""

    def observe(self, values: Mapping[str, Number], score: float | None, seconds: float | None) -> None:
        """Learn how a trial went."""


class RandomSampler:
    """Draws every value independently of what was seen (Bergstra and Bengio 2012)."""

    def __init__(self, ranges: Sequence[Range], seed: int) -> None:
        self._ranges = ranges
        self._rng = np.random.default_rng(seed)

    def suggest(self) -> dict[str, Number]:
        """Return a value for each setting."""
        return {one.setting: one.at(float(self._rng.random())) for one in self._ranges}

    def observe(self, values: Mapping[str, Number], score: float | None, seconds: float | None) -> None:
        """Nothing is learned."""


class ProteinSampler:
    """PufferLib's Protein, after a few random trials; a suggestion takes some ten seconds.

    It sees shares of the ranges, so that its own scales need not know ours. A failed trial counts as the worst seen.
    """

    def __init__(self, ranges: Sequence[Range], seed: int) -> None:
        import torch  # noqa: PLC0415 - with the next import, seconds that a random sweep need not spend
        from pufferlib.sweep import Protein  # noqa: PLC0415 - see above

        torch.set_num_threads(1)  # its models are tiny: more threads wait for each other, by the minute
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        share = {"distribution": "uniform", "min": 0.0, "max": 1.0, "mean": 0.5, "scale": 1.0}  # random draws span all
        settings = {one.setting: dict(share) for one in ranges}
        with contextlib.redirect_stdout(io.StringIO()):  # it prints its ranges
            self._protein = Protein(
                {"method": "protein", "metric": "score", "goal": "maximize", **settings},
                num_random_samples=_RANDOM_FIRST,
                seed_with_search_center=False,
            )
        self._ranges = ranges
        self._shares: dict[str, float] = {}
        self._worst = math.inf

    def suggest(self) -> dict[str, Number]:
        """Return a value for each setting."""
        with contextlib.redirect_stdout(io.StringIO()):
            self._shares, _ = self._protein.suggest(None)
        return {one.setting: one.at(float(self._shares[one.setting])) for one in self._ranges}

    def observe(self, values: Mapping[str, Number], score: float | None, seconds: float | None) -> None:  # noqa: ARG002 - the shares are kept
        """Learn how the last suggestion went."""
        self._worst = min(self._worst, math.inf if score is None else score)
        if score is None and math.isinf(self._worst):
            return
        self._protein.observe(self._shares, self._worst if score is None else score, max(seconds or 0.01, 0.01))
