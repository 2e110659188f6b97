"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def mirror_dir() -> Path:
    """The folder of mirrored documents, ``<source id>.<suffix>``; skips where there is none."""
    folder = SHARED / "mirror" / "files"
    if not folder.is_dir():
        pytest.skip("no mirror of documents beside the checkout")
    return folder


@pytest.fixture(scope="session")
def bench_dir() -> Path:
    """The folder of public retrieval yardsticks; skips where there is none."""
    folder = SHARED / "bench"
    if not folder.is_dir():
        pytest.skip("no retrieval yardstick beside the checkout")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that the settings point to."""
    folder = tmp_path / "home"
    monkeypatch.setenv("RLMAP_HOME", str(folder))
    return folder
