"""Around every page: its style, what is remembered of the visit, and how an error is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from rlmap.errors import IndexMissingError, RlmapError
from rlmap.pipeline.visits import remember_visit
from rlmap.settings import load_settings
from rlmap.web.first_run import offer_set_up
from rlmap.web.page_head import app_style
from rlmap.web.shell import PAGES_KEY, escape, page_link

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def open_page(chosen: StreamlitPage, pages: Mapping[str, StreamlitPage]) -> None:
    """Run the chosen page; ``?c=<concept>`` on the first page leads to the map."""
    st.session_state[PAGES_KEY] = dict(pages)
    if chosen == pages["home"] and "c" in st.query_params:
        st.switch_page(pages["map"], query_params={"c": st.query_params["c"]})
    st.html(f"<style>{app_style()}</style>")
    name = next(name for name, page in pages.items() if page == chosen)
    try:
        chosen.run()
        remember_visit(load_settings(), name, {key: st.query_params.get_all(key) for key in st.query_params})
    except IndexMissingError as error:
        st.header("This needs the sources")
        st.info(escape(str(error)), icon=":material/build:")
        offer_set_up()
    except RlmapError as error:
        _show_error(chosen.title, error)


def _show_error(title: str, error: RlmapError) -> None:
    """Say in place what is wrong, under a heading of its own, with the ways out."""
    st.title(f"{title}: this did not work")
    st.error(escape(str(error)), icon=":material/error:")
    with st.container(horizontal=True):
        for name, label in (("home", "Home"), ("map", "All areas of the map"), ("health", "Health")):
            page_link(name, label)
