"""The engines by name; Ray and what it needs are imported only where they are used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rlmap.engine import LOCAL, Engine

if TYPE_CHECKING:
    from rlmap.search.encode import Encoder


def open_engine(name: str) -> Engine:
    """Return the engine called ``local`` or ``ray``.

    The second one joins the cluster that ``RAY_ADDRESS`` names, else starts Ray on this machine.

    Raises
    ------
    InputError
        If Ray is not installed, or no cluster answers.
    """
    if name == "local":
        return LOCAL
    from rlmap.pipeline.ray_engine import RayEngine, join_cluster  # noqa: PLC0415  (see above)

    join_cluster()
    return RayEngine()


def spread(encoder: Encoder, model_dir: Path, engine: Engine) -> Encoder:
    """Return an encoder that uses the whole of ``engine``."""
    if engine.in_process:
        return encoder
    from rlmap.pipeline.ray_engine import RayEngine, SpreadEncoder  # noqa: PLC0415  (see above)

    assert isinstance(engine, RayEngine)
    return SpreadEncoder(encoder, model_dir, engine)
