"""How every command prints: JSON or text on stdout, progress on stderr, one sentence for an error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from rlmap.errors import StorageError
from rlmap.types import Progress

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """Add ``--json`` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(command)


def engine_option(command: F) -> F:
    """Add ``--engine`` to a command that fetches, reads and encodes."""
    return click.option(
        "--engine",
        default="local",
        show_default=True,
        type=click.Choice(["local", "ray"]),
        help="Who does the work: this process, or the Ray cluster of RAY_ADDRESS (needs rlmap[ray]).",
    )(command)


def emit(payload: Any, text: Callable[[], str], *, as_json: bool) -> None:
    """Print the payload as JSON, or the text."""
    click.echo(json.dumps(payload, ensure_ascii=False, indent=2) if as_json else text())


def write_file(name: str, data: bytes) -> None:
    """Write a file whole or not at all, and say so on stderr.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    target = Path(name)
    aside = target.with_name(f".{target.name}.part")
    try:
        aside.write_bytes(data)
        aside.replace(target)
    except OSError as error:
        raise StorageError(f"{name} cannot be written ({error.strerror}): choose another place.") from error
    click.echo(f"Wrote {name} ({len(data):,} bytes)", err=True)


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Show one bar on stderr for each stage of long work."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report
