"""Fixtures that every test may use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rlmap.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
#: The corpus of the tests is built from nothing in minutes; on a busy machine, in several times that.
_BUILD_S = 1200


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


@pytest.fixture(scope="session")
def built_home(root: Path) -> Path:
    """A data folder with the real default corpus, fetched, read and indexed.

    It is kept between runs, and brought up to date as ``rlmap setup`` does it; tests that change
    it take :func:`own_home` instead.
    """
    from filelock import FileLock, Timeout

    from rlmap.pipeline.setting_up import OFFLINE_PROFILES, set_up
    from rlmap.settings import Settings, data_root

    folder = root / ".test-home"
    try:
        with FileLock(root / ".test-home.lock", timeout=_BUILD_S):
            # The open works would make the corpus depend on what the network lets through today.
            set_up(Settings(root=data_root(), home=folder), default_profiles=OFFLINE_PROFILES)
    except Timeout:
        pytest.fail(f"another run of the tests has been building {folder} for {_BUILD_S} s: end it, or wait for it")
    return folder


@pytest.fixture
def built(built_home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of the built data folder, which commands and the app find too."""
    monkeypatch.setenv("RLMAP_HOME", str(built_home))
    return load_settings()


@pytest.fixture
def own_home(built_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a copy of the built data folder that a test may change."""
    folder = tmp_path / "own-home"
    shutil.copytree(built_home, folder)
    monkeypatch.setenv("RLMAP_HOME", str(folder))
    return load_settings()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that the settings point to."""
    folder = tmp_path / "home"
    monkeypatch.setenv("RLMAP_HOME", str(folder))
    return folder
