"""Tools for assistants."""

from __future__ import annotations

import click

from rlmap.service import require_packages
from rlmap.settings import load_settings


@click.command()
def mcp() -> None:
    """Serve ask, concept, path and demo_result to an assistant (Model Context Protocol, over stdio)."""
    require_packages("mcp")
    from rlmap.service.mcp import serve_tools

    serve_tools(load_settings())
