"""What every page shares: the opened workspace, navigation, and how texts of others are shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import streamlit as st

from rlmap.pipeline.workspace import Workspace, index_stamp, open_workspace
from rlmap.settings import Settings, load_settings

#: Under which a session keeps the pages of the app by name.
PAGES_KEY = "_pages"
_OPENING = Lock()


def go(page: str, **query: str) -> None:
    """Leave for another page, with its query parameters."""
    st.switch_page(st.session_state[PAGES_KEY][page], query_params=query)


def reopen(**query: str) -> None:
    """Open something else on the page that is open; called before the page runs again."""
    st.query_params.from_dict(query)


def page_link(page: str, label: str, **query: str | Sequence[str]) -> None:
    """Draw a link to another page of the app, with its query parameters."""
    st.page_link(st.session_state[PAGES_KEY][page], label=label, query_params=query)


def workspace() -> Workspace:
    """Return the opened workspace, shared by all sessions until the index is rebuilt."""
    settings = load_settings()
    with _OPENING:
        return _workspace(settings, index_stamp(settings))


@lru_cache(maxsize=2)
def _workspace(settings: Settings, stamp: str) -> Workspace:  # noqa: ARG001 - part of the cache key
    return open_workspace(settings)


def source_link(opened: Workspace, source_id: str) -> str:
    """Return a source's title as Markdown, linked to where a reader finds it."""
    source = opened.sources.get(source_id)
    if source is None:
        return f"`{source_id}`"
    title = escape(source.title)
    return f"[{title}]({source.url})" if source.url else title


def escape(text: str, *, mathematics: bool = True) -> str:
    """Escape a source's words for Markdown; ``$...$`` stays mathematics if asked."""
    pieces = text.split("$") if mathematics and text.count("$") % 2 == 0 else [text]
    special = "\\`*_{}[]<>()#+-.!|~:&" + ("" if len(pieces) > 1 else "$")
    out = []
    for number, piece in enumerate(pieces):
        inside_mathematics = number % 2 == 1
        out.append(piece if inside_mathematics else "".join("\\" + c if c in special else c for c in piece))
    return "$".join(out)
