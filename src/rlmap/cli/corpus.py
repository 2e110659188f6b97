"""The library of sources: status, fetch, add, remove, verify, export."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from rlmap.cli.output import emit, engine_option, json_option, progress_bars
from rlmap.settings import load_settings


@click.group()
def corpus() -> None:
    """The sources that are quoted."""


@corpus.command()
@json_option
def status(as_json: bool) -> None:
    """Show every source: fetched or not, how many passages, what went wrong."""
    from rlmap.pipeline.library import corpus_status, status_text

    rows = corpus_status(load_settings())
    emit([asdict(row) for row in rows], lambda: status_text(rows), as_json=as_json)


@corpus.command()
@click.option("--profile", "profiles", multiple=True, type=click.Choice(["open", "personal"]))
@click.option("--source", "source_ids", multiple=True, metavar="ID", help="Only this source, whatever its profile.")
@click.option("--mirror", default=None, type=click.Path(exists=True, file_okay=False))
@engine_option
@json_option
def fetch(
    profiles: tuple[str, ...], source_ids: tuple[str, ...], mirror: str | None, engine: str, as_json: bool
) -> None:
    """Fetch sources, read them and rebuild the index; ``personal`` works are for your own use."""
    from rlmap.pipeline.engines import open_engine
    from rlmap.pipeline.setting_up import fetch_named, set_up

    if profiles and source_ids:
        raise click.UsageError("Give --profile or --source, not both.")
    if "personal" in profiles:
        click.echo("Personal profile: the authors hold the rights; the files are for your own use only.", err=True)
    folder = Path(mirror) if mirror else None
    if source_ids:
        with progress_bars() as progress:
            named = fetch_named(load_settings(), source_ids, mirror=folder, progress=progress)
        emit(asdict(named), named.text, as_json=as_json)
        return
    with progress_bars() as progress:
        report = set_up(
            load_settings(),
            extra_profiles=frozenset(profiles),
            mirror=folder,
            engine=open_engine(engine),
            progress=progress,
        )
    emit(asdict(report), report.text, as_json=as_json)


@corpus.command()
@click.argument("place")
@json_option
def add(place: str, as_json: bool) -> None:
    """Add your own document: PLACE is a file, a folder or an address."""
    from rlmap.pipeline.setting_up import add_document

    with progress_bars() as progress:
        report = add_document(load_settings(), place, progress=progress)
    emit(asdict(report), report.text, as_json=as_json)


@corpus.command()
@click.argument("source_id")
@json_option
def remove(source_id: str, as_json: bool) -> None:
    """Remove a document that you added."""
    from rlmap.pipeline.setting_up import remove_document

    with progress_bars() as progress:
        report = remove_document(load_settings(), source_id, progress=progress)
    emit(asdict(report), report.text, as_json=as_json)


@corpus.command()
@json_option
def verify(as_json: bool) -> None:
    """Re-read every passage in its original file and say which still stand; status 1 if one is withdrawn."""
    from rlmap.pipeline.library import verify_corpus, verify_text

    with progress_bars() as progress:
        rows = verify_corpus(load_settings(), progress=progress)
    emit([asdict(row) for row in rows], lambda: verify_text(rows), as_json=as_json)
    if any(row.withdrawn for row in rows):
        sys.exit(1)


@corpus.command()
@click.argument("saved", type=click.Path(exists=True, dir_okay=False))
@json_option
def recheck(saved: str, as_json: bool) -> None:
    """Look up the quotes of SAVED, an answer that `ask --json` printed; status 1 if one no longer stands."""
    from rlmap.pipeline.recheck import recheck_quotes, recheck_text
    from rlmap.pipeline.workspace import open_workspace

    checks = recheck_quotes(open_workspace(load_settings()), Path(saved))
    emit([asdict(check) for check in checks], lambda: recheck_text(checks), as_json=as_json)
    if any(check.state == "orphaned" for check in checks):
        sys.exit(1)


@corpus.command()
@click.option("--bibtex", "form", flag_value="bibtex", default=True, help="BibTeX (the default).")
@click.option("--csl", "form", flag_value="csl", help="CSL-JSON.")
@json_option
def export(form: str, as_json: bool) -> None:
    """Print the library as citations; --json is the same as --csl."""
    from rlmap.pipeline.library import export_citations

    click.echo(export_citations(load_settings(), "csl" if as_json else form))
