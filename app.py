"""The app: page list and navigation only. Start it with ``rlmap serve``."""

from __future__ import annotations

import streamlit as st

from rlmap.web import ask_page, demos_page, health_page, home_page, map_page, path_page, sources_page
from rlmap.web.opening import open_page

st.set_page_config(page_title="rlmap", page_icon="🧭", layout="wide")

PAGES = {
    "home": st.Page(home_page.render, title="Home", icon=":material/home:", url_path="home", default=True),
    "map": st.Page(map_page.render, title="Map", icon=":material/hub:", url_path="map"),
    "ask": st.Page(ask_page.render, title="Ask", icon=":material/format_quote:", url_path="ask"),
    "path": st.Page(path_page.render, title="Path", icon=":material/route:", url_path="path"),
    "demos": st.Page(demos_page.render, title="Demos", icon=":material/science:", url_path="demos"),
    "sources": st.Page(sources_page.render, title="Sources", icon=":material/menu_book:", url_path="sources"),
    "health": st.Page(health_page.render, title="Health", icon=":material/monitor_heart:", url_path="health"),
}

open_page(st.navigation(list(PAGES.values()), position="top"), PAGES)
