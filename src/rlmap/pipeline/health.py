"""What a bug report needs: versions, data, index, device, disk."""

from __future__ import annotations

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from rlmap import __version__
from rlmap.settings import Settings

_PACKAGES = (
    "streamlit",
    "torch",
    "pufferlib-core",
    "sentence-transformers",
    "onnxruntime",
    "faiss-cpu",
    "bm25s",
    "pymupdf",
    "pypdfium2",
    "networkx",
    "numpy",
)


def health_report(settings: Settings) -> dict[str, dict[str, str]]:
    """Return facts by section, as texts; home folders are shortened to ``~``."""
    return {
        "Program": {
            "rlmap": __version__,
            "Python": platform.python_version(),
            "System": platform.platform(),
            "Processor cores": str(os.cpu_count()),
        },
        "Libraries": {name: _version(name) for name in _PACKAGES},
        "Data": {
            "Folder": _short(settings.home),
            "Corpus": _size(settings.corpus_db),
            "Index": _read(settings.index_dir / "current"),
            "Free disk": f"{shutil.disk_usage(_existing(settings.home)).free / 1e9:.1f} GB",
        },
        "Accelerator": {"Device for demos": _device()},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _short(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB" if path.exists() else "missing: run rlmap setup"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.exists() else "missing: run rlmap setup"


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _device() -> str:
    if find_spec("torch") is None:
        return "PyTorch is not installed"
    import torch  # noqa: PLC0415 - a heavy import that only this fact needs

    return f"cuda ({torch.cuda.get_device_name()})" if torch.cuda.is_available() else "cpu"
