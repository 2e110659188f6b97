"""Set up, check, serve."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import asdict
from pathlib import Path

import click

from rlmap import views
from rlmap.cli.output import emit, json_option, progress_bars
from rlmap.errors import InputError
from rlmap.settings import load_settings


@click.command()
@click.option(
    "--profile", "profiles", multiple=True, type=click.Choice(["open", "personal"]), help="Also fetch this profile."
)
@click.option(
    "--mirror",
    default=None,
    type=click.Path(exists=True, file_okay=False),
    help="Folder of files named by source id, used instead of the network.",
)
@json_option
def setup(profiles: tuple[str, ...], mirror: str | None, as_json: bool) -> None:
    """Fetch the default corpus, read it, and build the index; does only what is not done yet."""
    from rlmap.pipeline.setting_up import set_up

    with progress_bars() as progress:
        report = set_up(
            load_settings(),
            extra_profiles=frozenset(profiles),
            mirror=Path(mirror) if mirror else None,
            progress=progress,
        )
    emit(asdict(report), report.text, as_json=as_json)


@click.command()
@json_option
def check(as_json: bool) -> None:
    """Check the map, the manifest and the demos; print every problem with its file and field."""
    from rlmap.pipeline.checking import check_all

    problems = check_all(load_settings())
    errors = sum(p.severity == "error" for p in problems)
    emit(
        {"errors": errors, "warnings": len(problems) - errors, "problems": [asdict(p) for p in problems]},
        lambda: views.problems_text(problems) + f"\n{errors} errors, {len(problems) - errors} warnings",
        as_json=as_json,
    )
    if errors:
        sys.exit(2)


@click.command()
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
def serve(port: int) -> None:
    """Start the app on this machine only."""
    settings = load_settings()
    settings.ensure_home()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise InputError(f"Port {port} cannot be used ({error.strerror}): choose another with --port.") from error
    click.echo(f"rlmap is starting on http://localhost:{port} (stop it with Ctrl-C)")
    os.chdir(settings.root)  # Streamlit reads .streamlit/config.toml from here
    command = [sys.executable, "-m", "streamlit", "run", str(settings.root / "app.py"), "--server.port", str(port)]
    os.execv(sys.executable, command)  # noqa: S606 - a fixed program with a checked integer
