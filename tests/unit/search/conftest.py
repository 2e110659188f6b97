from __future__ import annotations

from pathlib import Path

import pytest

from rlmap.search.encode import OnnxEncoder, load_encoder
from rlmap.search.export import export_model


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real encoder, exported once for all tests."""
    folder = tmp_path_factory.mktemp("model")
    export_model(folder)
    return folder


@pytest.fixture(scope="session")
def encoder(model_dir: Path) -> OnnxEncoder:
    return load_encoder(model_dir)
