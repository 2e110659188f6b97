"""Results of demos on the command line: verify, compare, sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rlmap import views
from rlmap.cli.output import emit, json_option, write_file
from rlmap.errors import InputError
from rlmap.settings import load_settings

if TYPE_CHECKING:
    from rlmap.pipeline.demo_results import Comparison
    from rlmap.pipeline.demo_sweeps import TrialRow


@click.command()
@click.argument("demo_ids", nargs=-1, metavar="[DEMO_ID]...")
@click.option("--seeds", default="101,102,103,104,105", show_default=True, help="Seeds that no demo was tuned with.")
@click.option("--budget", default="quick", show_default=True, type=click.Choice(["quick", "full"]))
@click.option("--device", default="cpu", show_default=True, type=click.Choice(["auto", "cpu", "cuda"]))
@click.option("--record/--no-record", default=True, help="Whether to write result.json beside each demo.")
@json_option
@click.pass_context
def verify(
    context: click.Context,
    demo_ids: tuple[str, ...],
    seeds: str,
    budget: str,
    device: str,
    record: bool,
    as_json: bool,
) -> None:
    """Test whether the expected effects of DEMO_ID (or of all demos) are observed on fresh seeds.

    The result is recorded beside the demo. Ends with status 1 if an effect was not observed.
    """
    from rlmap.pipeline.demo_results import verify_demos

    records = []
    for verification in verify_demos(
        load_settings(),
        demo_ids,
        seeds=_seeds(seeds),
        budget="full" if budget == "full" else "quick",
        device="cuda" if device == "cuda" else "auto" if device == "auto" else "cpu",
        record=record,
    ):
        records.append(verification.record)
        if not as_json:
            click.echo(_verification_text(verification.record))
    if as_json:
        emit(records, str, as_json=True)
    if not all(effect["holds"] for found in records for effect in found["effects"]):
        context.exit(1)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="DEMO_OR_RUN...")
@click.option("--metric", help="The curve to compare; by default the one that the first demo shows first.")
@click.option("--reach", "target", type=float, help="Say when each arm first reached this value.")
@click.option("--out", help="Also write the curves to this file: .png, .csv or .json.")
@json_option
def compare(names: tuple[str, ...], metric: str | None, target: float | None, out: str | None, as_json: bool) -> None:
    """Set arms side by side, at equal steps and at equal seconds.

    A demo stands for its recorded result, a run id for that run; several may be given.
    """
    from rlmap.pipeline.demo_results import compare_results, curves_file

    comparison, sources = compare_results(load_settings(), names, metric=metric, target=target)
    if out:
        write_file(out, curves_file(sources, Path(out).suffix.removeprefix("."), comparison.metric))
    emit(asdict(comparison), lambda: _comparison_text(comparison), as_json=as_json)


@click.command()
@click.argument("demo_id")
@click.option(
    "--over",
    "ranges",
    multiple=True,
    required=True,
    metavar="NAME[=LOW:HIGH[:log]]",
    help="What to vary: one setting or two. Without a range, the bounds of its slider.",
)
@click.option("--trials", default=8, show_default=True, type=int)
@click.option("--method", type=click.Choice(["random", "protein"]), help="By default Protein from 12 trials on.")
@click.option("--metric", help="The score, such as return@mean or -error@last; by default that of the first effect.")
@click.option("--seeds", default=1, show_default=True, type=click.IntRange(1, 20), help="Seeds of each trial.")
@click.option("--steps", type=int, help="Steps of each trial, instead of the quick budget's.")
@click.option("--device", default="cpu", show_default=True, type=click.Choice(["auto", "cpu", "cuda"]))
@click.option("--out", help="Folder for sweep.json, sweep.csv and pareto.png; by default one in the data folder.")
@json_option
def sweep(
    demo_id: str,
    ranges: tuple[str, ...],
    trials: int,
    method: str | None,
    metric: str | None,
    seeds: int,
    steps: int | None,
    device: str,
    out: str | None,
    as_json: bool,
) -> None:
    """Vary settings of DEMO_ID and plot score against seconds; Ctrl-C stops it."""
    from rlmap.pipeline.demo_sweeps import sweep_demo

    def say(row: TrialRow) -> None:
        click.echo(_trial_line(row), err=True)

    rows, folder = sweep_demo(
        load_settings(),
        demo_id,
        ranges,
        trials=trials,
        method="protein" if method == "protein" else "random" if method == "random" else None,
        metric=metric,
        seeds=seeds,
        steps=steps,
        device="cuda" if device == "cuda" else "auto" if device == "auto" else "cpu",
        folder=Path(out) if out else None,
        on_trial=say,
    )
    best = [row for row in rows if row.on_front]
    text = "\n".join(["Best for their seconds:", *map(_trial_line, best), f"Wrote {folder}"])
    emit({"folder": str(folder), "trials": [asdict(row) for row in rows]}, lambda: text, as_json=as_json)


def _seeds(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(f"--seeds needs whole numbers with commas between them, not {text!r}.") from error


def _verification_text(record: Mapping[str, Any]) -> str:
    """Say what a verification of a demo found, effect by effect."""
    seeds = ", ".join(map(str, record["seeds"]))
    lines = [f"{record['demo_id']} ({record['seconds']:.0f} s on {record['device']}, seeds {seeds})"]
    lines += [f"  - {views.effect_sentence(effect)}" for effect in record["effects"]]
    for failure in record["failures"]:
        lines.append(f"  - {failure['arm']}, seed {failure['seed']}: {failure['reason']}")
    return "\n".join(lines)


def _comparison_text(comparison: Comparison) -> str:
    """Return a table of arms at equal steps and equal seconds."""
    several = len({row.source for row in comparison.rows}) > 1
    names = [f"{row.source}: {row.label}" if several else row.label for row in comparison.rows]
    width = max(map(len, names))
    steps, seconds = f"at {comparison.common_steps:,.0f} steps", f"at {comparison.common_seconds:.3g} s"
    reach = f"{comparison.target:.3g} after"
    head = f"{comparison.metric:{width}}  {'final (quartiles)':>26}  {steps:>18}  {seconds:>12}  {reach}"
    lines = [head, "-" * len(head)]
    for name, row in zip(names, comparison.rows, strict=True):
        final = f"{row.final:.4g} ({row.low:.3g} to {row.high:.3g})"
        reached = "never" if row.steps_to is None else f"{row.steps_to:,.0f} steps"
        reached += "" if row.seconds_to is None else f", {row.seconds_to:.3g} s"
        lines.append(f"{name:{width}}  {final:>26}  {row.at_steps:18.4g}  {row.at_seconds:12.4g}  {reached}")
    return "\n".join(lines)


def _trial_line(row: TrialRow) -> str:
    """Return one trial of a sweep as a line."""
    values = ", ".join(f"{name} = {value:g}" for name, value in row.values.items())
    if row.score is None:
        return f"trial {row.trial}: {values}: {row.failure}"
    return f"trial {row.trial}: {values}: score {row.score:.4g} in {row.seconds:.1f} s"
