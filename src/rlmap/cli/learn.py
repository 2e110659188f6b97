"""Look at a concept or the map."""

from __future__ import annotations

from dataclasses import asdict

import click

from rlmap import concept_views, views
from rlmap.cli.output import emit, json_option
from rlmap.settings import load_settings


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
        concept_views.concept_payload(view, workspace.sources),
        lambda: concept_views.concept_text(view, workspace.graph.concepts, workspace.sources),
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
