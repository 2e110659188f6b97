"""A small web server that behaves as a test wants, and makers of sources and archives."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rlmap.types import LocalFile, PackageFile, Source, WebFile

Answer = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request; ``reply`` is the usual way to answer, the socket is there for unusual ones."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.paths.append((self.path, self.headers.get("Range", "")))
        self.server.answer(self)

    def reply(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def reply_range(self, body: bytes, **headers: str) -> None:
        """Answer as a server does that can resume."""
        asked = self.headers.get("Range")
        if asked is None:
            self.reply(body, **headers)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-"))
        span = f"bytes {start}-{len(body) - 1}/{len(body)}"
        self.reply(body[start:], 206, Content_Range=span, **headers)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server on this machine; ``paths`` are the requests it got, with the range asked for."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answer = answer
        self.paths: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    """Start servers that stop when the test ends."""
    running: list[Server] = []

    def start(answer: Answer) -> Server:
        server = Server(answer)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


_SOURCE = Source(
    id="a-source",
    work_id="a-work",
    title="A source",
    authors=("Ada Lovelace",),
    year=2020,
    kind="docs",
    licence="MIT",
    url="https://example.org/a",
    profile="open",
    sha256=None,
    media_type="text/markdown",
    location=None,
    how_to_read="Easy.",
)


@pytest.fixture
def web_source() -> Callable[..., Source]:
    """Make a source at an address; without a hash it is not pinned."""

    def make(url: str, sha: str | None = None, **changes: object) -> Source:
        return replace(_SOURCE, location=WebFile(url, pinned=sha is not None), sha256=sha, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def local_source() -> Callable[..., Source]:
    """Make a source that is a file or folder of this machine."""

    def make(path: Path, include: tuple[str, ...] = (), **changes: object) -> Source:
        return replace(_SOURCE, location=LocalFile(str(path), include), **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def package_source() -> Callable[..., Source]:
    """Make a source that is a file of a package."""

    def make(data: bytes, include: tuple[str, ...] = ("**/*.md",), name: str = "pkg", **changes: object) -> Source:
        location = PackageFile(name, "1.0", f"{name}-1.0.tar.gz", include)
        return replace(
            _SOURCE,
            id=name,
            work_id=name,
            profile="registry",
            location=location,
            sha256=sha256(data),
            media_type="application/gzip",
            **changes,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def tar_gz() -> Callable[[Mapping[str, bytes]], bytes]:
    """Make the bytes of a ``.tar.gz`` with the given members."""

    def make(members: Mapping[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return buffer.getvalue()

    return make
