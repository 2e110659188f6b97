"""Ask, look at a concept or the map, make a path."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from rlmap import concept_views, views
from rlmap.cli.output import emit, json_option, write_file
from rlmap.settings import load_settings
from rlmap.types import LearnerProfile, SourceKind

KINDS: tuple[SourceKind, ...] = ("paper", "textbook", "course", "blog", "docs", "handbook", "own")


@click.command()
@click.argument("question")
@click.option("--works", default=5, show_default=True, type=click.IntRange(1, 20), help="At most this many works.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind; may be repeated.")
@click.option("--plainness", default=0.0, show_default=True, type=click.FloatRange(-1, 1), help="1 plain, -1 formal.")
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@json_option
def ask(question: str, works: int, kinds: tuple[str, ...], plainness: float, markdown: bool, as_json: bool) -> None:
    """Answer QUESTION with verified quotes from several works."""
    from rlmap.pipeline.asking import AskOptions, ask_question
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    chosen = frozenset(kind for kind in KINDS if kind in kinds)
    options = AskOptions(works=works, kinds=chosen, plainness=plainness)
    result = ask_question(workspace, question, options)
    emit(
        views.ask_payload(result),
        lambda: views.ask_markdown(result) if markdown else views.ask_text(result, workspace.graph),
        as_json=as_json,
    )


@click.command()
@click.argument("concept")
@json_option
def concept(concept: str, as_json: bool) -> None:
    """Show CONCEPT (an id, a title or an alias): what it is, what it needs, how sources say it."""
    from rlmap.pipeline.concepts import concept_view
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    view = concept_view(workspace, concept)
    emit(
        concept_views.concept_payload(view),
        lambda: concept_views.concept_text(view, workspace.graph.concepts),
        as_json=as_json,
    )


@click.command("map")
@click.option("--area", default=None, help="Only this area.")
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json", "dot", "graphml", "jsonld"]),
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def map_(area: str | None, form: str, as_json: bool) -> None:
    """Print the whole map, or one area of it."""
    from rlmap.graph.formats import export_map
    from rlmap.pipeline.workspace import open_workspace

    click.echo(export_map(open_workspace(load_settings()).graph, "json" if as_json else form, area))


@click.command()
@click.option("--goal", "goals", multiple=True, required=True, help="A concept, track or paper; may be repeated.")
@click.option("--maths", default=1, show_default=True, type=click.IntRange(0, 3))
@click.option("--engineering", default=1, show_default=True, type=click.IntRange(0, 3))
@click.option("--deep-learning", default=0, show_default=True, type=click.IntRange(0, 3))
@click.option("--known", multiple=True, help="A concept you know; may be repeated.")
@click.option("--hours-per-week", default=5.0, show_default=True, type=click.FloatRange(0.5, 80))
@click.option(
    "--taste", default=0.0, show_default=True, type=click.FloatRange(-1, 1), help="-1 build more, 1 more theory."
)
@click.option("--markdown", is_flag=True, help="Print a Markdown check list.")
@click.option("--output", default=None, help="Write a file instead: its ending says which, .csv, .ics or .apkg (Anki).")
@json_option
def path(
    goals: tuple[str, ...],
    maths: int,
    engineering: int,
    deep_learning: int,
    known: tuple[str, ...],
    hours_per_week: float,
    taste: float,
    markdown: bool,
    output: str | None,
    as_json: bool,
) -> None:
    """Make one strict, personal reading order towards a goal."""
    from rlmap.pipeline.learning import exported_path
    from rlmap.pipeline.paths import make_path
    from rlmap.pipeline.workspace import open_workspace

    profile = LearnerProfile(
        goals=goals,
        maths=maths,  # type: ignore[arg-type]  # click has checked 0 <= level <= 3
        engineering=engineering,  # type: ignore[arg-type]
        deep_learning=deep_learning,  # type: ignore[arg-type]
        known=frozenset(known),
        hours_per_week=hours_per_week,
        taste=taste,
    )
    workspace = open_workspace(load_settings())
    plan = make_path(workspace, profile)
    if output is not None:
        write_file(output, exported_path(workspace, plan, Path(output).suffix.removeprefix(".")))
        return
    emit(
        views.path_payload(plan),
        lambda: views.path_markdown(plan) if markdown else views.path_text(plan),
        as_json=as_json,
    )


@click.command("lint-order")
@click.argument("order")
@json_option
def lint_order(order: str, as_json: bool) -> None:
    """Say which prerequisites ORDER breaks: a famous course of the map, or a FILE with one concept a line."""
    from rlmap.graph.lint_order import lint_order as compare
    from rlmap.graph.lint_order import read_order
    from rlmap.pipeline.workspace import open_workspace

    graph = open_workspace(load_settings()).graph
    report = compare(graph, *read_order(graph, order))
    emit(asdict(report), lambda: views.order_text(report, graph.concepts), as_json=as_json)
