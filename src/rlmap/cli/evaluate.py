"""Measure answers and links by the judgements that are kept with the program."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from rlmap.cli.output import emit, json_option, progress_bars, write_file
from rlmap.settings import load_settings


@click.group("eval", invoke_without_command=True)
@click.option("--split", default="dev", show_default=True, type=click.Choice(["dev", "test"]))
@click.option("--feedback", is_flag=True, help="Count the quotes that you judged, too.")
@click.option("--output", default=None, type=click.Path(dir_okay=False, path_type=Path), help="Write JSON here, too.")
@json_option
@click.pass_context
def evaluate(context: click.Context, split: str, feedback: bool, output: Path | None, as_json: bool) -> None:
    """Measure search on the judged questions: nDCG, recall, diversity, abstention, with intervals."""
    if context.invoked_subcommand is not None:
        return
    import json

    from rlmap.pipeline.evaluating import evaluate as measure
    from rlmap.pipeline.evaluating import evaluation_text
    from rlmap.pipeline.judging import own_judgments
    from rlmap.pipeline.workspace import open_workspace

    settings = load_settings()
    with progress_bars() as progress:
        report = measure(
            open_workspace(settings),
            split="test" if split == "test" else "dev",
            feedback=own_judgments(settings) if feedback else (),
            progress=progress,
        )
    if output is not None:
        write_file(str(output), (json.dumps(report.payload(), indent=2) + "\n").encode())
    emit(report.payload(), lambda: evaluation_text(report), as_json=as_json)


@evaluate.command()
@json_option
def links(as_json: bool) -> None:
    """Say how many links explain their concept, by the judgements in corpus/queries."""
    from rlmap.pipeline.link_quality import link_precision, precision_text
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    ranked, pinned = link_precision(workspace), link_precision(workspace, "pinned")
    emit(
        {"ranked": asdict(ranked), "pinned": asdict(pinned)},
        lambda: "\n\n".join((precision_text(ranked), precision_text(pinned, "editors"))),
        as_json=as_json,
    )


@evaluate.command()
@json_option
def coverage(as_json: bool) -> None:
    """Count the works that explain each concept in your corpus."""
    from rlmap.pipeline.link_quality import coverage_text, link_coverage
    from rlmap.pipeline.workspace import open_workspace

    with progress_bars() as progress:
        counted = link_coverage(open_workspace(load_settings()), progress=progress)
    emit(asdict(counted), lambda: coverage_text(counted), as_json=as_json)
