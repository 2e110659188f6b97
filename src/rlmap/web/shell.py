"""What every page shares: the opened workspace, navigation, and how an error is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from rlmap.errors import IndexMissingError, RlmapError
from rlmap.pipeline.visits import remember_visit
from rlmap.pipeline.workspace import Workspace, index_stamp, open_workspace
from rlmap.settings import Settings, load_settings

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_PAGES_KEY = "_pages"
_OPENING = Lock()


@cache
def _style() -> str:
    return (files("rlmap.web") / "app.css").read_text("utf-8")


def open_page(chosen: StreamlitPage, pages: Mapping[str, StreamlitPage]) -> None:
    """Run the chosen page; ``?c=<concept>`` on the first page leads to the map."""
    st.session_state[_PAGES_KEY] = dict(pages)
    if chosen == pages["home"] and "c" in st.query_params:
        st.switch_page(pages["map"], query_params={"c": st.query_params["c"]})
    st.html(f"<style>{_style()}</style>")
    name = next(name for name, page in pages.items() if page == chosen)
    try:
        chosen.run()
        remember_visit(load_settings(), name, {key: st.query_params.get_all(key) for key in st.query_params})
    except RlmapError as error:
        _show_error(chosen.title, error)


def _show_error(title: str, error: RlmapError) -> None:
    """Say in place what is wrong, under a heading of its own, with the ways out."""
    missing = isinstance(error, IndexMissingError)
    st.title("Nothing is set up yet" if missing else f"{title}: this did not work")
    st.error(escape(str(error)), icon=":material/build:" if missing else ":material/error:")
    if missing:
        st.write("This fetches the default corpus and builds the index; it takes a few minutes, once:")
        st.code("rlmap setup", language="bash")
    with st.container(horizontal=True):
        for name, label in (("home", "Home"), ("map", "All areas of the map"), ("health", "Health")):
            page_link(name, label)


def go(page: str, **query: str) -> None:
    """Leave for another page, with its query parameters."""
    st.switch_page(st.session_state[_PAGES_KEY][page], query_params=query)


def reopen(**query: str) -> None:
    """Open something else on the page that is open; called before the page runs again."""
    st.query_params.from_dict(query)


def page_link(page: str, label: str, **query: str | Sequence[str]) -> None:
    """Draw a link to another page of the app, with its query parameters."""
    st.page_link(st.session_state[_PAGES_KEY][page], label=label, query_params=query)


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
