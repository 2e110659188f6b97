"""What stands in the head of every page before Streamlit draws: the style, and the scripts that pages need at once.

Streamlit loads the code of each kind of element when the first of it comes, and applies the app's
style when its first run arrives. Until then a page is drawn at another width, with placeholders of
another height, and jumps.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Kinds of element that pages begin with, as Streamlit names their scripts.
_EARLY = (
    "BidiComponent",
    "Button",
    "ButtonGroup",
    "Html",
    "Input",
    "Metric",
    "Multiselect",
    "PageLink",
    "Selectbox",
    "StreamlitMarkdown",
    "TextInput",
    "WidgetLabel",
    "rehype-katex",
)
_CHANGED = {b"content-length", b"etag", b"last-modified"}
_ASKED = {b"accept-encoding", b"if-none-match", b"if-modified-since"}


@cache
def app_style() -> str:
    """Return the style of the app."""
    return (files("rlmap.web") / "app.css").read_text("utf-8")


@cache
def page_head() -> bytes:
    """Return what is put at the end of the head.

    The rules are nested below the element that holds the app: Streamlit's own, which come later,
    would win otherwise.
    """
    scripts = Path(streamlit.__file__).parent / "static" / "static" / "js"
    names = [path.name for kind in _EARLY for path in sorted(scripts.glob(f"{kind}.*.js"))]
    links = "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in names)
    return f"<style>#root {{ {app_style()} }}</style>{links}".encode()


class PageHead:
    """ASGI middleware that completes the head of every HTML page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; hold an HTML answer back until it is whole."""
        if scope["type"] != "http" or b"text/html" not in dict(scope["headers"]).get(b"accept", b""):
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name not in _ASKED]
        await self.app({**scope, "headers": plain}, receive, _Completed(send))


class _Completed:
    """A channel for an answer that puts the head into the body before it passes both on."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: MutableMapping[str, Any] = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._pass_on()
        else:
            await self.send(message)

    async def _pass_on(self) -> None:
        headers = self.start["headers"]
        if dict(headers).get(b"content-type", b"").startswith(b"text/html"):
            self.body = self.body.replace(b"</head>", page_head() + b"</head>", 1)
            headers = [(name, value) for name, value in headers if name.lower() not in _CHANGED]
            headers = [*headers, (b"content-length", str(len(self.body)).encode())]
        await self.send({**self.start, "headers": headers})
        await self.send({"type": "http.response.body", "body": self.body})
