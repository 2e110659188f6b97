"""The app as a server: Streamlit in this process, warmed up while the browser opens."""

from __future__ import annotations

import logging
import os
from threading import Thread

from streamlit.web import bootstrap

from rlmap.errors import RlmapError
from rlmap.pipeline.warming import warm_up
from rlmap.settings import Settings
from rlmap.web.shell import workspace

_LOG = logging.getLogger(__name__)


def serve_app(settings: Settings, port: int) -> None:
    """Serve the app on this machine until it is stopped.

    The first page does not wait for the warm-up: it opens itself what it needs.
    """
    os.chdir(settings.root)  # Streamlit reads .streamlit/config.toml from here
    Thread(target=_warm_up, name="warm-up", daemon=True).start()
    flags = {"server.port": port}
    bootstrap.load_config_options(flags)
    bootstrap.run_asgi_app(str(settings.root / "app.py"), "rlmap.web.asgi:app", [], flags)


def _warm_up() -> None:
    try:
        warm_up(workspace())
    except RlmapError as error:
        _LOG.warning("The app opens more slowly at first: %s", error)
