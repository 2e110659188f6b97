"""Ask a question, follow it up, take the answer elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rlmap.cli.output import emit, json_option
from rlmap.settings import load_settings
from rlmap.types import SourceKind

if TYPE_CHECKING:
    from rlmap.pipeline.following_up import FollowUp

KINDS: tuple[SourceKind, ...] = ("paper", "textbook", "course", "blog", "docs", "handbook", "own")
_FOLLOW_UPS: tuple[FollowUp, ...] = ("simpler", "formal", "another", "derivation", "disagreement")
_FORMATS = ("text", "markdown", "bibtex", "csl", "jsonld")


@click.command()
@click.argument("question")
@click.option("--works", default=5, show_default=True, type=click.IntRange(1, 20), help="At most this many works.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind; may be repeated.")
@click.option("--since", default=None, type=int, help="Only works of this year or later.")
@click.option("--until", default=None, type=int, help="Only works of this year or earlier.")
@click.option("--plainness", default=0.0, show_default=True, type=click.FloatRange(-1, 1), help="1 plain, -1 formal.")
@click.option(
    "--follow-up",
    "kind_of_follow_up",
    default=None,
    type=click.Choice(_FOLLOW_UPS),
    help="Ask again: plainer, more formally, other works, where it is derived, who disagrees.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="TERM",
    help="Leave a search term out, by its text or where it came from (alias, map ...).",
)
@click.option("--feedback", is_flag=True, help="Also search words of the passages found first.")
@click.option("--model", is_flag=True, help="Also search what the configured language model proposes.")
@click.option(
    "--rerank",
    "reranker_dir",
    default=None,
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Put the best passages in order with the cross-encoder in this folder (default: RLMAP_RERANKER, else none).",
)
@click.option("--format", "form", default="text", show_default=True, type=click.Choice(_FORMATS))
@click.option("--markdown", is_flag=True, help="The same as --format markdown.")
@json_option
def ask(
    question: str,
    works: int,
    kinds: tuple[str, ...],
    since: int | None,
    until: int | None,
    plainness: float,
    kind_of_follow_up: FollowUp | None,
    without: tuple[str, ...],
    feedback: bool,
    model: bool,
    reranker_dir: Path | None,
    form: str,
    markdown: bool,
    as_json: bool,
) -> None:
    """Answer QUESTION with verified quotes from several works."""
    from rlmap import answer_exports, views
    from rlmap.pipeline.asking import AskOptions, ask_question, search_terms
    from rlmap.pipeline.following_up import follow_up
    from rlmap.pipeline.workspace import open_workspace

    settings = load_settings()
    workspace = open_workspace(replace(settings, reranker_dir=reranker_dir or settings.reranker_dir))
    options = AskOptions(
        works=works,
        kinds=frozenset(kind for kind in KINDS if kind in kinds),
        years=None if since is None and until is None else (since, until),
        plainness=plainness,
        feedback=feedback,
        model=model,
    )
    if without:
        options = options.with_terms(search_terms(workspace, question, options), without)
    result = ask_question(workspace, question, options)
    if kind_of_follow_up is not None:
        result = follow_up(workspace, result, kind_of_follow_up, options)
    export = answer_exports.EXPORTS.get("markdown" if markdown else form)
    emit(
        views.ask_payload(result),
        lambda: export(result) if export else views.ask_text(result, workspace.graph),
        as_json=as_json,
    )
