from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from rlmap.errors import FetchError
from rlmap.search.fuse import WHOLE_QUESTIONS
from rlmap.search.generate import Endpoint, generated_term

CANARY = "Purple canaries discount the rewards of yesterday."


class Server(BaseHTTPRequestHandler):
    """A real HTTP server that answers as a model would, or does not."""

    replies: ClassVar[dict[str, tuple[int, bytes]]] = {
        "/ok": (200, json.dumps({"choices": [{"message": {"content": f"  {CANARY}\n" * 40}}]}).encode()),
        "/busy": (503, b"busy"),
        "/html": (200, b"<html>not a completion</html>"),
        "/other": (200, b'{"choices": []}'),
        "/empty": (200, b'{"choices": [{"message": {"content": " ... "}}]}'),
    }
    asked: ClassVar[list[tuple[dict[str, object], str]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((body, self.headers.get("Authorization", "")))
        status, reply = self.replies[self.path.removesuffix("/chat/completions")]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (named by the base class)
        """Print nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_model_writes_a_search_term_and_nothing_else(address: str) -> None:
    term = generated_term("what is discounting?", Endpoint(f"{address}/ok/", "small", "secret"))
    assert term.origin == "model"
    assert term.text.startswith(CANARY)
    assert len(term.text) <= 600
    body, authorisation = Server.asked[-1]
    assert authorisation == "Bearer secret"
    assert body["model"] == "small"
    assert str(body["messages"]).count("what is discounting?") == 1


def test_what_a_model_writes_never_decides_whether_a_question_is_answered() -> None:
    assert "model" not in WHOLE_QUESTIONS


@pytest.mark.parametrize("path", ["busy", "html", "other", "empty"])
def test_an_endpoint_that_does_not_answer_is_named(address: str, path: str) -> None:
    with pytest.raises(FetchError, match=f"{address}/{path}"):
        generated_term("what is discounting?", Endpoint(f"{address}/{path}", "small"))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "http://[::"])
def test_an_address_that_leads_nowhere_is_named(url: str) -> None:
    with pytest.raises(FetchError, match="search without it"):
        generated_term("what is discounting?", Endpoint(url, "small"))
