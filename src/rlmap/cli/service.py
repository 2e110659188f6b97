"""Set up, check, serve."""

from __future__ import annotations

import socket
import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from rlmap import views
from rlmap.cli.output import emit, engine_option, json_option, progress_bars
from rlmap.errors import InputError
from rlmap.settings import Settings, load_settings


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
@click.option("--no-web", is_flag=True, help="Fetch from the package index only: leave the open works out.")
@click.option(
    "--store",
    default=None,
    envvar="RLMAP_STORE",
    show_envvar=True,
    metavar="ADDRESS",
    help="Where the index is kept: embedded, or milvus://host:port/database (needs rlmap[milvus]). Stays as it was "
    "unless given.",
)
@engine_option
@json_option
def setup(
    profiles: tuple[str, ...], mirror: str | None, no_web: bool, store: str | None, engine: str, as_json: bool
) -> None:
    """Fetch the default corpus, read it, and build the index; does only what is not done yet."""
    from rlmap.pipeline.engines import open_engine
    from rlmap.pipeline.setting_up import DEFAULT_PROFILES, OFFLINE_PROFILES, set_up

    with progress_bars() as progress:
        report = set_up(
            replace(load_settings(), store=store),
            extra_profiles=frozenset(profiles),
            default_profiles=OFFLINE_PROFILES if no_web else DEFAULT_PROFILES,
            mirror=Path(mirror) if mirror else None,
            engine=open_engine(engine),
            progress=progress,
        )
    emit(asdict(report), report.text, as_json=as_json)


@click.command()
@click.option(
    "--corpus", is_flag=True, help="Also look in your corpus for lost pins and quotes of every concept (minutes)."
)
@json_option
def check(corpus: bool, as_json: bool) -> None:
    """Check the map, the manifest and the demos; print every problem with its file and field."""
    from rlmap.pipeline.checking import check_all

    settings = load_settings()
    problems = check_all(settings)
    if corpus and not any(problem.severity == "error" for problem in problems):
        from rlmap.pipeline.link_quality import check_quotes
        from rlmap.pipeline.pins import check_pins
        from rlmap.pipeline.workspace import open_workspace

        workspace = open_workspace(settings)
        problems += check_pins(workspace)
        with progress_bars() as progress:
            problems += check_quotes(workspace, progress=progress)
    errors = sum(p.severity == "error" for p in problems)
    emit(
        {"errors": errors, "warnings": len(problems) - errors, "problems": [asdict(p) for p in problems]},
        lambda: views.problems_text(problems) + f"\n{errors} errors, {len(problems) - errors} warnings",
        as_json=as_json,
    )
    if errors:
        sys.exit(2)


@click.command()
@click.option("--api", is_flag=True, help="Serve JSON over HTTP for other programs instead of the app.")
@click.option("--port", default=None, type=click.IntRange(1, 65535), help="8501, or 8502 with --api, unless given.")
@click.option(
    "--host", default=None, help="With --api: the address to listen on, 127.0.0.1 unless given. There is no password."
)
def serve(api: bool, port: int | None, host: str | None) -> None:
    """Start the app, or with --api the HTTP interface, on this machine only."""
    settings = load_settings()
    settings.ensure_home()
    if api:
        _serve_api(settings, host or "127.0.0.1", port or 8502)
    elif host is not None:
        raise InputError("--host goes with --api: the app is for this machine only.")
    else:
        _serve_app(settings, port or 8501)


def _serve_api(settings: Settings, host: str, port: int) -> None:
    from rlmap.service import require_packages

    require_packages("fastapi", "uvicorn")
    from rlmap.service.api import serve_api

    _require_port(host, port)
    click.echo(f"rlmap answers on http://{host}:{port}/openapi.json (stop it with Ctrl-C)")
    serve_api(settings, host, port)


def _serve_app(settings: Settings, port: int) -> None:
    from rlmap.web.serving import serve_app

    _require_port("127.0.0.1", port)
    click.echo(f"rlmap is starting on http://localhost:{port} (stop it with Ctrl-C)")
    serve_app(settings, port)


def _require_port(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise InputError(
            f"Port {port} of {host} cannot be used ({error.strerror}): choose another with --port."
        ) from error
