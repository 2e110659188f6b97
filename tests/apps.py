"""Pages of the app, run as Streamlit runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

#: For every module that runs pages. A page that takes longer than Streamlit's limit is an error only once its thread
#: has ended, for which Streamlit waits without limit: pytest-timeout says where every thread stands instead.
BOUNDED = pytest.mark.timeout(240)


def open_page(root: Path, page: str, **query: str) -> AppTest:
    """Run app.py with ``page`` as the first one, as its address would."""
    script = (root / "app.py").read_text(encoding="utf-8").replace(", default=True", "")
    script = script.replace(f'url_path="{page}"', f'url_path="{page}", default=True')
    app = AppTest.from_string(script, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()
