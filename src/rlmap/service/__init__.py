"""The map for other programs: over HTTP (:mod:`rlmap.service.api`) and as tools (:mod:`rlmap.service.mcp`)."""

from __future__ import annotations

from importlib.util import find_spec

from rlmap.errors import InputError


def require_packages(*names: str) -> None:
    """Refuse to go on where a package of the extra ``api`` is missing.

    Raises
    ------
    InputError
        Naming what is missing and the command that installs it.
    """
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise InputError(f"This needs {' and '.join(missing)}: install with pip install 'rlmap[api]'.")
