"""What every page shares: the opened workspace, navigation, and how an error is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from rlmap.errors import IndexMissingError, RlmapError
from rlmap.pipeline.workspace import Workspace, index_stamp, open_workspace
from rlmap.settings import load_settings

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_PAGES_KEY = "_pages"

#: Quotes are what people come for, so they are set as text and not in grey.
_STYLE = """
[data-testid='stMainBlockContainer'] { padding-top: 4.2rem; }
[data-testid='stMarkdownContainer'] blockquote { opacity: 1; color: var(--st-text-color, inherit); }
[data-testid='stMarkdownContainer'] blockquote p { font-size: 1.05rem; line-height: 1.55; }
"""


def open_page(chosen: StreamlitPage, pages: Mapping[str, StreamlitPage]) -> None:
    """Run the chosen page; ``?c=<concept>`` on the first page leads to the map."""
    st.session_state[_PAGES_KEY] = dict(pages)
    if chosen == pages["home"] and "c" in st.query_params:
        st.switch_page(pages["map"], query_params={"c": st.query_params["c"]})
    st.html(f"<style>{_STYLE}</style>")
    try:
        chosen.run()
    except IndexMissingError as error:
        st.error(str(error), icon=":material/build:")
        st.code("rlmap setup", language="bash")
    except RlmapError as error:
        st.error(str(error), icon=":material/error:")


def go(page: str, **query: str) -> None:
    """Leave for another page, with its query parameters."""
    st.switch_page(st.session_state[_PAGES_KEY][page], query_params=query)


def page_link(page: str, label: str, **query: str) -> None:
    """Draw a link to another page of the app."""
    st.page_link(st.session_state[_PAGES_KEY][page], label=label, query_params=query)


@st.cache_resource(max_entries=2, show_spinner="Opening the map ...")
def _workspace(home: str, stamp: str) -> Workspace:  # noqa: ARG001 - both are the cache key
    return open_workspace(load_settings())


def workspace() -> Workspace:
    """Return the opened workspace, shared by all sessions until the index is rebuilt."""
    settings = load_settings()
    return _workspace(str(settings.home), index_stamp(settings))


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
