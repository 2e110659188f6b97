"""What a run is asked to do, decided and checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rlmap.demos.device import resolve_device
from rlmap.errors import DemoError
from rlmap.types import Arm, Budget, DemoSpec, Device

Scalar = bool | int | float | str

MAX_STEPS = 2_000_000_000
#: Arm for the reader's own value of the varied setting.
OWN_ARM = "yours"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides a run; written beside its events."""

    run_id: str
    spec: DemoSpec
    budget: str
    steps: int
    device: str
    seeds: tuple[int, ...]
    overrides: Mapping[str, Scalar]

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The demo's arms, and one of the reader's own where an override changes what is varied."""
        return planned_arms(self.spec, self.overrides)


def planned_arms(spec: DemoSpec, overrides: Mapping[str, Scalar]) -> tuple[Arm, ...]:
    """Return the arms to run.

    An override of a setting that the arms vary adds an arm beside them; an override of any
    other setting applies to all arms.

    Raises
    ------
    DemoError
        If a name is not a setting of the demo, a value has another type, or leaves its slider's bounds.
    """
    varied = spec.arms[0].settings
    for name, value in overrides.items():
        _check_override(spec, name, value)
    common = {name: value for name, value in overrides.items() if name not in varied}
    own = {name: value for name, value in overrides.items() if name in varied}
    arms = [Arm(arm.id, arm.label, {**common, **arm.settings}) for arm in spec.arms]
    if own:
        label = "yours: " + ", ".join(f"{name} = {value}" for name, value in own.items())
        arms.append(Arm(OWN_ARM, label, {**common, **varied, **own}))
    return tuple(arms)


def make_plan(
    spec: DemoSpec,
    *,
    budget: Budget,
    device: Device,
    seeds: Sequence[int] | None = None,
    overrides: Mapping[str, Scalar] | None = None,
    steps: int | None = None,
) -> Plan:
    """Return the plan of a run that begins now; the arguments are those of :func:`rlmap.demos.runner.start_run`.

    Raises
    ------
    DemoError
        If an argument is unusable, or there is no such device.
    """
    if budget not in spec.budgets:
        raise DemoError(f"The budget {budget!r} is unknown: use {' or '.join(spec.budgets)}.")
    limits = spec.budgets[budget]
    plan = Plan(
        run_id=f"{datetime.now():%Y%m%d-%H%M%S-%f}-{spec.id}",
        spec=spec,
        budget=budget,
        steps=limits.steps if steps is None else steps,
        device=resolve_device(device),
        seeds=tuple(range(1, limits.seeds + 1)) if seeds is None else tuple(seeds),
        overrides=dict(overrides or {}),
    )
    if not 1 <= plan.steps <= MAX_STEPS:
        raise DemoError(f"The number of steps must be from 1 to {MAX_STEPS:,}, not {plan.steps}.")
    if not plan.seeds or len(set(plan.seeds)) != len(plan.seeds) or min(plan.seeds) < 0:
        raise DemoError("The seeds must be different whole numbers from 0, at least one.")
    planned_arms(spec, plan.overrides)
    return plan


def _check_override(spec: DemoSpec, name: str, value: Scalar) -> None:
    known: dict[str, Scalar] = dict(spec.settings)
    for arm in spec.arms:
        known.update(arm.settings)
    if name not in known:
        raise DemoError(f"The demo {spec.id} has no setting {name!r}. It has: {', '.join(sorted(known))}.")
    wanted = type(known[name])
    if not (isinstance(value, wanted) or (wanted is float and type(value) is int)):
        raise DemoError(f"The setting {name!r} must be of type {wanted.__name__}, not {value!r}.")
    for slider in spec.sliders:
        if slider.setting == name and not slider.minimum <= float(value) <= slider.maximum:
            raise DemoError(f"The setting {name!r} must be from {slider.minimum:g} to {slider.maximum:g}, not {value}.")
