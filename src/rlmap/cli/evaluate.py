"""Measure the answers on the judged questions."""

from __future__ import annotations

from pathlib import Path

import click

from rlmap.cli.output import emit, json_option, progress_bars, write_file
from rlmap.settings import load_settings


@click.command("eval")
@click.option("--split", default="dev", show_default=True, type=click.Choice(["dev", "test"]))
@click.option("--feedback", is_flag=True, help="Count the quotes that you judged, too.")
@click.option("--output", default=None, type=click.Path(dir_okay=False, path_type=Path), help="Write JSON here, too.")
@json_option
def evaluate(split: str, feedback: bool, output: Path | None, as_json: bool) -> None:
    """Measure search on the judged questions: nDCG, recall, diversity, abstention, with intervals."""
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
