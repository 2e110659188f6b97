"""The map as tools for an assistant, over the Model Context Protocol, so that it can quote instead of inventing."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from rlmap import __version__
from rlmap.errors import RlmapError, UnknownNameError
from rlmap.service import payloads
from rlmap.settings import MAX_QUESTION_CHARS, Settings
from rlmap.types import SourceKind

P = ParamSpec("P")
R = TypeVar("R")

_QUOTES = (
    "Every quote is an exact slice of its source (`text`), re-checked in the original file (`verified`, "
    "`verification`); answers are never generated. When you use one, copy it unchanged and name the work, the "
    "licence and the place (`section`, `page_label` or `line`). Do not quote one whose state is `withdrawn`."
)
_INSTRUCTIONS = f"rlmap is a map of reinforcement learning that quotes its sources. {_QUOTES}"
_READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Name = Annotated[str, Field(max_length=200)]
Level = Annotated[int, Field(ge=0, le=3)]


def create_server(settings: Settings) -> MCPServer[Any]:
    """Return the server with its tools and resources; nothing is read until the first call."""
    server: MCPServer[Any] = MCPServer("rlmap", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING")
    shared = payloads.SharedWorkspace(settings)
    _add_tools(server, shared)
    _add_resources(server, shared)
    return server


def serve_tools(settings: Settings) -> None:
    """Serve over standard input and output until the client closes them."""
    create_server(settings).run("stdio")


def _add_tools(server: MCPServer[Any], shared: payloads.SharedWorkspace) -> None:
    @_tool(server, f"Answer a question about reinforcement learning with quotes from several works. {_QUOTES}")
    def ask(
        question: Annotated[str, Field(max_length=MAX_QUESTION_CHARS)],
        works: Annotated[int, Field(ge=1, le=20)] = 5,
        kinds: Annotated[list[SourceKind] | None, Field(description="Only these kinds; all if left out")] = None,
        plainness: Annotated[float, Field(ge=-1, le=1, description="1 plain words, -1 formal")] = 0.0,
    ) -> dict[str, Any]:
        return payloads.ask(shared.current(), question, works=works, kinds=kinds or (), plainness=plainness)

    @_tool(
        server, f"Look up a concept by id, title or alias: what it needs and why, what it unlocks, quotes. {_QUOTES}"
    )
    def concept(name: Name) -> dict[str, Any]:
        return payloads.concept(shared.current(), name)

    @_tool(
        server,
        "Make one strict, personal reading order towards goals (concepts, tracks, papers): each step says why it comes "
        "now, where to read, what to skip. It is computed from the map; nothing in it is generated.",
    )
    def path(
        *,
        goals: Annotated[list[Name], Field(min_length=1, max_length=500)],
        maths: Level = 1,
        engineering: Level = 1,
        deep_learning: Level = 0,
        known: Annotated[list[Name] | None, Field(max_length=500, description="Concepts known already")] = None,
        hours_per_week: Annotated[float, Field(ge=0.5, le=80)] = 5.0,
        taste: Annotated[float, Field(ge=-1, le=1, description="-1 build more, 1 more theory")] = 0.0,
    ) -> dict[str, Any]:
        return payloads.path(
            shared.current(),
            goals,
            maths=maths,
            engineering=engineering,
            deep_learning=deep_learning,
            known=known or (),
            hours_per_week=hours_per_week,
            taste=taste,
        )

    @_tool(
        server,
        "Look up a demo, a small controlled experiment: its question, what it varies and holds fixed, the effect it "
        "expects, and the recorded result with machine and date (null where none was recorded). Nothing is run.",
    )
    def demo_result(demo_id: Name) -> dict[str, Any]:
        return payloads.demo_result(shared.current(), demo_id)


def _add_resources(server: MCPServer[Any], shared: payloads.SharedWorkspace) -> None:
    @server.resource(
        "rlmap://sources", mime_type="application/json", description="Every source with its licence and state."
    )
    def sources() -> str:
        return _as_resource(lambda: payloads.sources(shared.current()))

    @server.resource("rlmap://sources/{source_id}", mime_type="application/json", description="One source, by its id.")
    def source(source_id: str) -> str:
        return _as_resource(lambda: payloads.source(shared.current(), source_id))


def _tool(server: MCPServer[Any], description: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a tool whose refusals reach the assistant as one sentence."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except RlmapError as error:
                raise ToolError(str(error)) from error

        server.add_tool(guarded, description=description, annotations=_READ_ONLY)
        return guarded

    return register


def _as_resource(make: Callable[[], Any]) -> str:
    try:
        return json.dumps(make(), ensure_ascii=False)
    except UnknownNameError as error:
        raise ResourceNotFoundError(str(error)) from error
    except RlmapError as error:
        raise ResourceError(str(error)) from error
