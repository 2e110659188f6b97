"""Demos on the command line: look at them and run one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from rlmap import views
from rlmap.cli.demo_results import compare, sweep, verify
from rlmap.cli.output import emit, json_option
from rlmap.errors import InputError
from rlmap.settings import load_settings
from rlmap.types import Event, Failed, Finished, Metric, Started


@click.group()
def demo() -> None:
    """Small controlled experiments, one for each concept."""


for command in (verify, compare, sweep):
    demo.add_command(command)


@demo.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List all demos with the question each answers."""
    from rlmap.pipeline.demos import demo_problems, demo_specs

    settings = load_settings()
    specs = demo_specs(settings)
    emit(
        [asdict(spec) for spec in specs.values()],
        lambda: "\n".join(f"{spec.id:28} {spec.question}" for spec in specs.values()),
        as_json=as_json,
    )
    for problem in demo_problems(settings):
        click.echo(f"rlmap: left out: {problem.file}: {problem.field}: {problem.message}", err=True)


@demo.command()
@click.argument("demo_id")
@json_option
def show(demo_id: str, as_json: bool) -> None:
    """Show what DEMO_ID varies, holds fixed and expects."""
    from rlmap.pipeline.demos import demo_spec

    spec = demo_spec(load_settings(), demo_id)
    lines = [
        spec.title,
        f"Question: {spec.question}",
        f"Varied: {spec.varied}",
        f"Fixed: {spec.fixed}",
        *(f"Expected: {effect.statement}" for effect in spec.effects),
        f"Look at: {spec.look_at}",
        f"Try next: {spec.try_next}",
    ]
    emit(asdict(spec), lambda: "\n".join(lines), as_json=as_json)


@demo.command()
@click.argument("demo_id")
@click.option("--budget", default="quick", show_default=True, type=click.Choice(["quick", "full"]))
@click.option("--device", default="auto", show_default=True, type=click.Choice(["auto", "cpu", "cuda"]))
@click.option("--set", "overrides", multiple=True, metavar="NAME=VALUE", help="Change a setting; may be repeated.")
@json_option
def run(demo_id: str, budget: str, device: str, overrides: tuple[str, ...], as_json: bool) -> None:
    """Run DEMO_ID and print its result; Ctrl-C stops it.

    With --json every event is printed as one line of JSON, the last one is the result.
    """
    from rlmap.pipeline.demos import cancel_demo, follow_demo, start_demo

    settings = load_settings()
    changed = dict(_override(text) for text in overrides)
    run_id = start_demo(
        settings,
        demo_id,
        budget="full" if budget == "full" else "quick",
        device="cuda" if device == "cuda" else "cpu" if device == "cpu" else "auto",
        overrides=changed,
        detached=False,
    )
    try:
        ended = _show_events(follow_demo(settings, run_id), as_json=as_json)
    except KeyboardInterrupt:
        cancel_demo(settings, run_id)
        raise
    if isinstance(ended, Failed):
        raise InputError(f"The demo {demo_id} did not finish: {ended.reason}")


def _override(text: str) -> tuple[str, float | int | str | bool]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise InputError(f"--set needs NAME=VALUE, not {text!r}.")
    for read in (int, float):
        try:
            return name, read(value)
        except ValueError:
            continue
    return name, {"true": True, "false": False}.get(value, value)


def _show_events(events: Iterator[Event], *, as_json: bool) -> Event | None:
    from rlmap.pipeline.demos import encode_event

    last: Event | None = None
    with _live_line(quiet=as_json) as say:
        for last in events:
            if as_json:
                click.echo(encode_event(last), nl=False)
            elif isinstance(last, Started):
                say(f"{last.demo_id} on {last.device}: arms {', '.join(last.arms)}, seeds {list(last.seeds)}")
            elif isinstance(last, Metric):
                say(
                    f"{last.arm}, seed {last.seed}: step {last.step:,}, {last.time_s:.1f} s, "
                    f"{last.name} {last.value:.3g}"
                )
    if isinstance(last, Finished) and not as_json:
        click.echo(last.summary)
        for effect in last.effects:
            click.echo(f"Expected: {views.effect_sentence(effect)}")
    return last


@contextmanager
def _live_line(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Rewrite one line on a terminal; print nothing where there is none."""
    live = sys.stderr.isatty() and not quiet

    def say(text: str) -> None:
        if live:
            click.echo(f"\r\033[K{text[:110]}", nl=False, err=True)

    yield say
    if live:
        click.echo("", err=True)
