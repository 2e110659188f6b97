"""The app as an ASGI application: Streamlit's, with the head of every page completed."""

from __future__ import annotations

from starlette.middleware import Middleware
from streamlit.starlette import App

from rlmap.settings import data_root
from rlmap.web.page_head import PageHead

app = App(data_root() / "app.py", middleware=[Middleware(PageHead)])
