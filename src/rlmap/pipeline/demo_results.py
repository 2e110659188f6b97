"""Results of demos: recorded ones and those of runs, compared, verified, and written to files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rlmap.demos import runner
from rlmap.demos.compare import AXES, ArmRow, Comparison, Curves, compare
from rlmap.demos.curves import Axis, Band, bands, metric_points
from rlmap.demos.figures import COLOURS, curves_png
from rlmap.demos.results import parse_statistic
from rlmap.demos.trial import PICTURES
from rlmap.demos.verify import FRESH_SEEDS, Verification, load_result, verify_demo, write_result
from rlmap.errors import DemoError, UnknownNameError
from rlmap.pipeline.demos import demo_spec, demo_specs
from rlmap.settings import Settings
from rlmap.types import Budget, DemoSpec, Device

__all__ = [
    "COLOURS",
    "ArmRow",
    "Axis",
    "Band",
    "Comparison",
    "Curves",
    "Recorded",
    "compare_results",
    "csv_file",
    "curves_file",
    "demos_stamp",
    "headline",
    "recorded",
    "run_curves",
    "verify_demos",
]

RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The recorded result of a demo: its record, its curves by metric, and pictures beside it."""

    record: dict[str, Any]
    curves: dict[str, Curves]
    pictures: tuple[Path, ...]

    @property
    def held(self) -> bool:
        """Whether every expected effect was observed."""
        return all(bool(effect["holds"]) for effect in self.record["effects"])


def headline(spec: DemoSpec) -> str:
    """Return the name of the curve that a demo shows first."""
    return parse_statistic(spec.metric).metric


def demos_stamp(settings: Settings) -> str:
    """Return a text that changes when a demo or a recorded result does."""
    files = [*settings.demos_dir.glob("*/demo.toml"), *settings.demos_dir.glob("*/result.json")]
    return f"{len(files)}-{max((path.stat().st_mtime_ns for path in files), default=0)}"


def recorded(settings: Settings, spec: DemoSpec) -> Recorded | None:
    """Return the recorded result of a demo, ``None`` where there is none."""
    record = load_result(spec.id, settings.demos_dir)
    if record is None:
        return None
    labels = {arm.id: arm.label for arm in spec.arms}
    curves = {
        metric: Curves(RECORDED, metric, labels, {axis: _read_bands(by_axis.get(axis, {})) for axis in AXES})
        for metric, by_axis in record["curves"].items()
    }
    paths = (settings.demos_dir / spec.id / name for name in PICTURES)
    return Recorded(record, curves, tuple(path for path in paths if path.exists()))


def run_curves(settings: Settings, run_id: str, metric: str | None = None) -> Curves:
    """Return one metric of a run, as far as it has come.

    Raises
    ------
    UnknownNameError
        If there is no such run.
    """
    handle = runner.open_run(run_id, settings.runs_dir)
    plan = runner.read_plan(handle)
    points = metric_points(runner.read_events(handle))
    name = metric or headline(plan.spec)
    partial = not runner.is_over(handle)
    found: dict[Axis, dict[str, Band]] = {axis: bands(points, name, axis, partial=partial) for axis in AXES}
    return Curves(run_id, name, {arm.id: arm.label for arm in plan.arms}, found)


def compare_results(
    settings: Settings, names: Sequence[str], *, metric: str | None = None, target: float | None = None
) -> tuple[Comparison, list[Curves]]:
    """Compare the arms of recorded results (named by their demo) and of runs (named by their id).

    Raises
    ------
    UnknownNameError
        If a name is neither.
    DemoError
        If a demo has no recorded result, or there is no such curve.
    """
    specs = [_spec_of(settings, name) for name in names]
    signs = {parse_statistic(text).metric: parse_statistic(text).sign for text in _metrics(specs[0])}
    wanted = metric or headline(specs[0])
    sources = []
    for name, spec in zip(names, specs, strict=True):
        if name != spec.id:
            sources.append(run_curves(settings, name, wanted))
            continue
        result = recorded(settings, spec)
        if result is None:
            raise DemoError(f"The demo {name} has no recorded result: run rlmap demo verify {name}, or name a run.")
        if wanted not in result.curves:
            raise DemoError(f"The record of {name} has no curve {wanted!r}. It has: {', '.join(result.curves)}.")
        sources.append(replace(result.curves[wanted], source=name))
    return compare(sources, target=target, lower_is_better=signs.get(wanted, 1) < 0), sources


def curves_file(sources: Sequence[Curves], kind: str, title: str) -> bytes:
    """Return curves as a file.

    Parameters
    ----------
    sources : sequence of Curves
        Of one metric.
    kind : {"png", "csv", "json"}
        A figure; a table with a row for each point of each band; the same as JSON.
    title : str
        Of the figure's vertical axis.

    Raises
    ------
    DemoError
        If the kind is unknown.
    """
    if kind == "png":
        return curves_png(sources, title)
    rows = [row for curves in sources for row in _points(curves)]
    if kind == "json":
        return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()
    if kind != "csv":
        raise DemoError(f"Curves are written as .png, .csv or .json, not as .{kind}.")
    return csv_file(rows)


def verify_demos(
    settings: Settings,
    demo_ids: Sequence[str] = (),
    *,
    seeds: Sequence[int] = FRESH_SEEDS,
    budget: Budget = "quick",
    device: Device = "cpu",
    record: bool = True,
) -> Iterator[Verification]:
    """Run the effect tests of demos (all of them if none is named) and record each result beside its demo.

    Raises
    ------
    UnknownNameError
        If a demo does not exist; nothing is run then.
    """
    specs = [demo_spec(settings, demo_id) for demo_id in demo_ids] or list(demo_specs(settings).values())
    settings.ensure_home()
    for spec in specs:
        verification = verify_demo(spec, settings.runs_dir, seeds=seeds, budget=budget, device=device)
        if record:
            write_result(verification, settings.demos_dir)
        yield verification


def _spec_of(settings: Settings, name: str) -> DemoSpec:
    try:
        return runner.read_plan(runner.open_run(name, settings.runs_dir)).spec
    except UnknownNameError:
        return demo_spec(settings, name)


def _metrics(spec: DemoSpec) -> list[str]:
    return [spec.metric, *(effect.metric for effect in spec.effects)]


def _read_bands(arms: dict[str, Any]) -> dict[str, Band]:
    return {
        arm: Band(tuple(band["x"]), tuple(band["median"]), tuple(band["low"]), tuple(band["high"]), band["seeds"])
        for arm, band in arms.items()
    }


def _points(curves: Curves) -> Iterator[dict[str, Any]]:
    for axis in AXES:
        for arm, band in curves.bands[axis].items():
            for x, median, low, high in zip(band.x, band.median, band.low, band.high, strict=True):
                yield {
                    "source": curves.source,
                    "metric": curves.metric,
                    "arm": arm,
                    "axis": axis,
                    "x": x,
                    "median": median,
                    "low": low,
                    "high": high,
                    "seeds": band.seeds,
                }


def csv_file(rows: Sequence[dict[str, Any]]) -> bytes:
    """Return rows that have the same keys as a table with a line of titles."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
