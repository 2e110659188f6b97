"""Demo specifications: ``demos/<id>/demo.toml`` -> checked :class:`~rlmap.types.DemoSpec`.

The schema is written down in ``demos/README.md``. Reading a specification imports neither
PyTorch nor PufferLib, so a page that lists demos stays quick; :func:`check_specs` goes further
and asks the environments and learners whether they know every setting.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rlmap.demos import catalogue, results
from rlmap.errors import DemoError
from rlmap.types import Arm, BudgetSpec, DemoSpec, Effect, Problem, Slider

Scalar = bool | int | float | str
_Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
_Text = Annotated[str, Field(min_length=1)]

#: Nobody waits longer than this for a quick run on two cores.
QUICK_LIMIT_S = 120.0
MIN_SEEDS = {"quick": 3, "full": 5}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Arm(_Table):
    id: _Id
    label: _Text
    settings: dict[str, Any] = {}


class _Budget(_Table):
    steps: Annotated[int, Field(ge=1)]
    seeds: Annotated[int, Field(ge=1)]
    max_seconds: Annotated[float, Field(gt=0, strict=False)]


class _Budgets(_Table):
    quick: _Budget
    full: _Budget


class _Effect(_Table):
    metric: _Text
    better: _Id
    worse: _Id
    margin: Annotated[float, Field(ge=0, strict=False)]
    statement: _Text


class _Slider(_Table):
    setting: _Text
    label: _Text
    minimum: Annotated[float, Field(strict=False)]
    maximum: Annotated[float, Field(strict=False)]
    step: Annotated[float, Field(gt=0, strict=False)]


class _Demo(_Table):
    id: _Id
    title: _Text
    concepts: Annotated[list[_Id], Field(min_length=1)]
    question: _Text
    varied: _Text
    fixed: _Text
    look_at: _Text
    try_next: _Text
    env: str = ""
    learner: _Text
    metric: _Text
    metric_label: _Text
    references: list[_Text] = []
    settings: dict[str, Any] = {}
    arms: Annotated[list[_Arm], Field(min_length=2)]
    budgets: _Budgets
    effects: Annotated[list[_Effect], Field(min_length=1)]
    sliders: list[_Slider] = []


def load_specs(demos_dir: Path) -> dict[str, DemoSpec]:
    """Read every demo below ``demos_dir``.

    Parameters
    ----------
    demos_dir : Path
        A folder with one folder ``<id>/demo.toml`` for each demo.

    Returns
    -------
    dict of str to DemoSpec
        In the order of the ids.

    Raises
    ------
    DemoError
        If a file is malformed; the text lists every problem with its file and field.
    """
    specs, problems = read_specs(demos_dir)
    if problems:
        listing = "\n".join(f"{p.file}: {p.field}: {p.message}" for p in problems)
        raise DemoError(f"The demos in {demos_dir} have problems:\n{listing}")
    return specs


def check_specs(demos_dir: Path, concept_ids: Collection[str]) -> list[Problem]:
    """Return everything that is wrong with the demos, in the order of their files.

    Parameters
    ----------
    demos_dir : Path
        A folder with one folder ``<id>/demo.toml`` for each demo.
    concept_ids : collection of str
        The concepts of the map, which demos may name.
    """
    specs, problems = read_specs(demos_dir)
    for spec in specs.values():
        file = str(demos_dir / spec.id / "demo.toml")
        problems.extend(Problem(file, field, message) for field, message in _faults(spec, set(concept_ids)))
    return sorted(problems, key=lambda problem: problem.file)


def parse_spec(text: str, file: str) -> tuple[DemoSpec | None, list[Problem]]:
    """Return the specification written in ``text``, or what keeps it from being one."""
    try:
        table = _Demo.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return None, [Problem(file, "(file)", f"not valid TOML: {error}")]
    except ValidationError as error:
        return None, [
            Problem(file, ".".join(str(part) for part in item["loc"]), item["msg"]) for item in error.errors()
        ]
    try:
        return _to_spec(table), []
    except DemoError as error:
        return None, [Problem(file, "settings", str(error))]


def read_specs(demos_dir: Path) -> tuple[dict[str, DemoSpec], list[Problem]]:
    """Return the demos that can be read, in the order of their ids, and what is wrong with the other files.

    One damaged file takes nothing away from the rest.
    """
    specs: dict[str, DemoSpec] = {}
    problems: list[Problem] = []
    for path in sorted(demos_dir.glob("*/demo.toml")):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(path), "(file)", f"cannot be read as UTF-8 text: {error}"))
            continue
        spec, found = parse_spec(text, str(path))
        problems.extend(found)
        if spec is None:
            continue
        if spec.id != path.parent.name:
            problems.append(Problem(str(path), "id", f"is {spec.id!r} but the folder is {path.parent.name!r}"))
            continue
        specs[path.parent.name] = spec
    return specs, problems


def _to_spec(table: _Demo) -> DemoSpec:
    budgets = {"quick": table.budgets.quick, "full": table.budgets.full}
    return DemoSpec(
        id=table.id,
        title=table.title,
        concept_ids=tuple(table.concepts),
        question=table.question,
        varied=table.varied,
        fixed=table.fixed,
        look_at=table.look_at,
        try_next=table.try_next,
        env=table.env,
        learner=table.learner,
        metric=table.metric,
        metric_label=table.metric_label,
        arms=tuple(Arm(arm.id, arm.label, dict(_flat(arm.settings))) for arm in table.arms),
        settings=dict(_flat(table.settings)),
        budgets={name: BudgetSpec(b.steps, b.seeds, b.max_seconds) for name, b in budgets.items()},
        effects=tuple(Effect(e.metric, e.better, e.worse, e.margin, e.statement) for e in table.effects),
        sliders=tuple(Slider(s.setting, s.label, s.minimum, s.maximum, s.step) for s in table.sliders),
        references=tuple(table.references),
    )


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Scalar]]:
    """Yield ``env.length`` for the TOML key ``env.length``, which TOML reads as a nested table."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, bool | int | float | str):
            yield prefix + key, value
        else:
            raise DemoError(f"{prefix}{key} must be a number, a text, true or false")


def _faults(spec: DemoSpec, concept_ids: set[str]) -> Iterator[tuple[str, str]]:
    for concept_id in spec.concept_ids:
        if concept_id not in concept_ids:
            yield "concepts", f"there is no concept {concept_id!r}"
    yield from _arm_faults(spec)
    arm_ids = [arm.id for arm in spec.arms]
    for number, effect in enumerate(spec.effects):
        yield from ((f"effects.{number}.{field}", message) for field, message in _effect_faults(effect, arm_ids))
    for name, budget in spec.budgets.items():
        if budget.seeds < MIN_SEEDS[name]:
            yield f"budgets.{name}.seeds", f"must be at least {MIN_SEEDS[name]}"
    if spec.budgets["quick"].max_seconds > QUICK_LIMIT_S:
        yield "budgets.quick.max_seconds", f"must be at most {QUICK_LIMIT_S:g}"
    yield from _slider_faults(spec)


def _arm_faults(spec: DemoSpec) -> Iterator[tuple[str, str]]:
    if len({arm.id for arm in spec.arms}) != len(spec.arms):
        yield "arms", "two arms have the same id"
    if len({frozenset(arm.settings) for arm in spec.arms}) > 1:
        yield "arms", "every arm must set the same settings: one thing is varied"
    if any(first.settings == second.settings for first, second in combinations(spec.arms, 2)):
        yield "arms", "two arms have the same settings"
    for arm in spec.arms:
        yield from catalogue.setting_faults(spec, arm)


def _slider_faults(spec: DemoSpec) -> Iterator[tuple[str, str]]:
    known = set(spec.settings).union(*(arm.settings for arm in spec.arms))
    for slider in spec.sliders:
        if slider.setting not in known:
            yield "sliders", f"{slider.setting!r} is not a setting of this demo"
        if slider.minimum >= slider.maximum:
            yield "sliders", f"{slider.setting!r}: minimum must be below maximum"


def _effect_faults(effect: Effect, arm_ids: list[str]) -> Iterator[tuple[str, str]]:
    for field in ("better", "worse"):
        if getattr(effect, field) not in arm_ids:
            yield field, f"there is no arm {getattr(effect, field)!r}"
    if effect.better == effect.worse:
        yield "worse", "an arm is not compared with itself"
    try:
        results.parse_statistic(effect.metric)
    except DemoError as error:
        yield "metric", str(error)
