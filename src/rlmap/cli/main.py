"""The command group, and what happens when something goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from rlmap import __version__
from rlmap.cli.ask import ask
from rlmap.cli.corpus import corpus
from rlmap.cli.demo import demo
from rlmap.cli.evaluate import evaluate
from rlmap.cli.learn import concept, lint_order, map_
from rlmap.cli.path import path
from rlmap.cli.service import check, serve, setup
from rlmap.cli.study import done, next_, place, review
from rlmap.cli.tools import mcp
from rlmap.errors import RlmapError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rlmap")
def cli() -> None:
    """A map of reinforcement learning that quotes its sources."""


for command in (
    setup,
    serve,
    check,
    ask,
    evaluate,
    concept,
    map_,
    path,
    place,
    next_,
    done,
    review,
    lint_order,
    corpus,
    demo,
    mcp,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; errors that users can cause end with one sentence and status 2."""
    try:
        cli.main(args=None if arguments is None else list(arguments), standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except RlmapError as error:
        click.echo(f"rlmap: {error}", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        click.echo("rlmap: stopped; what was finished is kept.", err=True)
        sys.exit(130)
