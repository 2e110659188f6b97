"""Which environments and learners exist, and which settings each of them knows.

An environment is a class in ``rlmap.demos.envs``; its settings are the keyword arguments of its
constructor and carry the prefix ``env.``; with the prefix ``test.`` they change the environment in which a policy
is only tested, with ``first.`` that of a first stage of training. A learner is a module in ``rlmap.demos.learners``
with a dataclass ``Settings`` and a function ``train(trial, settings)``.
"""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType
from typing import Any, TypeVar

from rlmap.errors import DemoError
from rlmap.types import Arm, DemoSpec

Scalar = bool | int | float | str
_T = TypeVar("_T")

ENV_PREFIX = "env."
#: What differs in the environment that a policy is tested in.
TEST_PREFIX = "test."
#: What differs in the environment of the first of two stages of training.
FIRST_PREFIX = "first."
PREFIXES = (ENV_PREFIX, TEST_PREFIX, FIRST_PREFIX)
#: Settings that choose what runs: an arm may vary them like any other.
CHOICES = ("env", "learner")

_INSTALL = "pip install torch && pip install --no-deps pufferlib-core==3.0.23 && pip install 'rlmap[demos]'"


def module_names(package: str) -> tuple[str, ...]:
    """Return the names of the modules in ``rlmap.demos.<package>``, sorted."""
    parent = importlib.import_module(f"rlmap.demos.{package}")
    return tuple(sorted(info.name for info in pkgutil.iter_modules(parent.__path__) if info.name != "base"))


def load_module(package: str, name: str) -> ModuleType:
    """Import ``rlmap.demos.<package>.<name>``.

    Raises
    ------
    DemoError
        If there is no such module, or a package that it needs is not installed.
    """
    known = module_names(package)
    kind = "environment" if package == "envs" else "learner"
    if name not in known:
        raise DemoError(f"There is no {kind} {name!r}.{_hint(name, known)}")
    try:
        return importlib.import_module(f"rlmap.demos.{package}.{name}")
    except ModuleNotFoundError as error:
        raise DemoError(f"The demos need the package {error.name!r}: install them with {_INSTALL}.") from error


def env_class(name: str) -> Any:
    """Return the environment class ``name``, the one named in its module's ``__all__``."""
    module = load_module("envs", name)
    return getattr(module, module.__all__[0])


def env_settings(settings: Mapping[str, Scalar], prefix: str = ENV_PREFIX) -> dict[str, Scalar]:
    """Return the settings of the environment, without their prefix."""
    return {key.removeprefix(prefix): value for key, value in settings.items() if key.startswith(prefix)}


def learner_settings(settings: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return the settings of the learner."""
    return {key: value for key, value in settings.items() if not key.startswith(PREFIXES) and key not in CHOICES}


def bind(record: type[_T], settings: Mapping[str, Scalar]) -> _T:
    """Make a settings dataclass of ``settings``; every name and type must be one that it declares.

    Raises
    ------
    DemoError
        If a name is unknown or a value has another type than the default.
    """
    fields = {field.name: field for field in dataclasses.fields(record)}  # type: ignore[arg-type]  # a dataclass
    values: dict[str, Scalar] = {}
    for name, value in settings.items():
        if name not in fields:
            raise DemoError(f"The setting {name!r} is unknown.{_hint(name, fields)}")
        values[name] = _as_type_of(name, value, fields[name].default)
    return record(**values)


def setting_faults(spec: DemoSpec, arm: Arm) -> Iterator[tuple[str, str]]:
    """Yield ``(field, message)`` for each setting of an arm that its environment or learner does not know."""
    merged = merged_settings(spec, arm)
    try:
        learner = load_module("learners", str(merged["learner"]))
        bind(learner.Settings, learner_settings(merged))
    except DemoError as error:
        yield f"arms.{arm.id}", str(error)
    if not merged["env"]:
        return
    try:
        parameters = inspect.signature(env_class(str(merged["env"]))).parameters
        for prefix in PREFIXES:
            for name in env_settings(merged, prefix):
                if name not in parameters:
                    yield f"arms.{arm.id}", f"The setting '{prefix}{name}' is unknown.{_hint(name, parameters)}"
    except DemoError as error:
        yield f"arms.{arm.id}", str(error)


def merged_settings(spec: DemoSpec, arm: Arm) -> dict[str, Scalar]:
    """Return what an arm runs with: the demo's settings, overridden by the arm's."""
    return {"env": spec.env, "learner": spec.learner, **spec.settings, **arm.settings}


def _as_type_of(name: str, value: Scalar, default: Any) -> Scalar:
    wanted = type(default)
    if wanted is float and type(value) is int:
        return float(value)
    if wanted is int and type(value) is float and value.is_integer():
        return int(value)
    if type(value) is not wanted:
        raise DemoError(f"The setting {name!r} must be of type {wanted.__name__}, not {value!r}.")
    return value


def _hint(name: str, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=3)
    return f" Did you mean {', '.join(nearest)}?" if nearest else f" Known: {', '.join(sorted(known))}."
