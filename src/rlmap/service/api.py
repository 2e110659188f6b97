"""The map over HTTP: read-only, JSON, described by ``/openapi.json``.

Every error is ``{"error": "<one sentence>"}``: 404 for a name that does not exist, 422 for an
argument that cannot be used, 503 where the service is not ready (no index, a busy or damaged
data folder), 500 for a fault of rlmap. No answer holds a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from rlmap import __version__
from rlmap.errors import InputError, RlmapError, UnknownNameError
from rlmap.service import payloads
from rlmap.settings import MAX_QUESTION_CHARS, Settings
from rlmap.types import SourceKind
from rlmap.views import Payload

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MAX_NAME_CHARS = 200
MAX_NAMES = 500
#: Bytes of a request's line and headers: the longest question, escaped, takes less than half.
_MAX_HEAD_BYTES = 64 * 1024

Name = Annotated[str, Path(min_length=1, max_length=MAX_NAME_CHARS)]
Names = Annotated[list[Annotated[str, Query(max_length=MAX_NAME_CHARS)]], Query(max_length=MAX_NAMES)]
Level = Annotated[int, Query(ge=0, le=3)]


class Problem(BaseModel):
    """What every error looks like."""

    error: str


_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": Problem, "description": "No index yet, or busy"}}
_REFUSED: dict[int | str, dict[str, Any]] = {**_NOT_READY, 422: {"model": Problem, "description": "Bad argument"}}
_NAMED: dict[int | str, dict[str, Any]] = {**_REFUSED, 404: {"model": Problem, "description": "No such name"}}


def create_app(settings: Settings, hosts: Sequence[str] = LOOPBACK) -> FastAPI:
    """Return the application; nothing is read until the first request.

    Parameters
    ----------
    settings : Settings
        Where the data are.
    hosts : sequence of str
        Names by which the service may be addressed. A page elsewhere that points a name of its
        own at this machine is turned away.
    """
    app = FastAPI(
        title="rlmap",
        version=__version__,
        summary="A map of reinforcement learning that quotes its sources.",
        description="Quotes are exact slices of their sources; no sentence of an answer is generated.",
        # The pages that FastAPI offers to browse an API load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    _add_errors(app)
    shared = payloads.SharedWorkspace(settings)
    _add_asking(app, shared)
    _add_lists(app, shared)
    return app


def _add_asking(app: FastAPI, shared: payloads.SharedWorkspace) -> None:
    @app.get("/ask", responses=_REFUSED, summary="Answer a question with verified quotes from several works")
    def ask(
        question: Annotated[str, Query(max_length=MAX_QUESTION_CHARS)],
        works: Annotated[int, Query(ge=1, le=20)] = 5,
        kinds: Annotated[list[SourceKind], Query(max_length=20)] = [],  # noqa: B006 - FastAPI copies it
        plainness: Annotated[float, Query(ge=-1, le=1, description="1 plain, -1 formal")] = 0.0,
    ) -> Payload:
        return payloads.ask(shared.current(), question, works=works, kinds=kinds, plainness=plainness)

    @app.get("/path", responses=_NAMED, summary="Make one strict, personal reading order towards a goal")
    def path(
        *,
        goal: Annotated[Names, Query(min_length=1)],
        maths: Level = 1,
        engineering: Level = 1,
        deep_learning: Level = 0,
        known: Names = [],  # noqa: B006 - FastAPI copies it
        hours_per_week: Annotated[float, Query(ge=0.5, le=80)] = 5.0,
        taste: Annotated[float, Query(ge=-1, le=1, description="-1 build more, 1 more theory")] = 0.0,
    ) -> Payload:
        return payloads.path(
            shared.current(),
            goal,
            maths=maths,
            engineering=engineering,
            deep_learning=deep_learning,
            known=known,
            hours_per_week=hours_per_week,
            taste=taste,
        )

    @app.get("/concepts/{name}", responses=_NAMED, summary="One concept: what it needs, how sources say it")
    def concept(name: Name) -> Payload:
        return payloads.concept(shared.current(), name)


def _add_lists(app: FastAPI, shared: payloads.SharedWorkspace) -> None:
    @app.get("/concepts", responses=_NAMED, summary="The map, or one area of it")
    def concepts(area: Annotated[str | None, Query(max_length=MAX_NAME_CHARS)] = None) -> Payload:
        return payloads.concepts(shared.current(), area)

    @app.get("/demos", responses=_NOT_READY, summary="All demos")
    def demos() -> list[Payload]:
        return payloads.demos(shared.current())

    @app.get("/demos/{demo_id}", responses=_NAMED, summary="One demo and its recorded result")
    def demo(demo_id: Name) -> Payload:
        return payloads.demo_result(shared.current(), demo_id)

    @app.get("/sources", responses=_NOT_READY, summary="The library: every source with licence and state")
    def sources() -> list[Payload]:
        return payloads.sources(shared.current())

    @app.get("/health", responses=_NOT_READY, summary="Versions, index, device, disk")
    def health() -> Payload:
        return payloads.health(shared.current())


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(RlmapError)
    def refused(_: Request, error: RlmapError) -> JSONResponse:
        status = 404 if isinstance(error, UnknownNameError) else 422 if isinstance(error, InputError) else 503
        return _problem(status, str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = [f"{'.'.join(map(str, fault['loc'][1:]))}: {fault['msg']}" for fault in error.errors()]
        return _problem(422, f"The request cannot be used: {'; '.join(faults)}.")

    @app.exception_handler(HTTPException)
    def unknown(request: Request, error: HTTPException) -> JSONResponse:
        known = "the addresses are listed in /openapi.json"
        return _problem(error.status_code, f"{request.method} of this address: {error.detail}; {known}.", error.headers)

    @app.exception_handler(Exception)
    def failed(_: Request, error: Exception) -> JSONResponse:
        return _problem(
            500, f"rlmap failed ({type(error).__name__}): this is a fault of the program, please report it."
        )


def _problem(status: int, sentence: str, headers: Any = None) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status, headers=headers)


def serve_api(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted; on the loopback interface only this machine's names are accepted."""
    app = create_app(settings, LOOPBACK if host in LOOPBACK else ["*"])
    # h11 is named because its limit on the size of a request's head is the one set here.
    uvicorn.run(
        app, host=host, port=port, http="h11", h11_max_incomplete_event_size=_MAX_HEAD_BYTES, log_level="warning"
    )
