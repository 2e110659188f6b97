"""What a bug report needs: versions, data, index, models, device, disk."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from rlmap import __version__
from rlmap.errors import RlmapError
from rlmap.pipeline.library import corpus_status
from rlmap.pipeline.pins import count_pins
from rlmap.pipeline.workspace import open_workspace
from rlmap.search.builds import current_build, read_info
from rlmap.search.encode import read_manifest
from rlmap.settings import Settings

Facts = dict[str, str]

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

#: Asked in a process of its own: importing PyTorch costs seconds and hundreds of megabytes, which the app then keeps.
_DEVICE_PROGRAM = """
import json, torch
facts = {"Device for demos": "cpu", "PyTorch built for": f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU"}
if torch.cuda.is_available():
    free, total = torch.cuda.mem_get_info()
    facts["Device for demos"] = f"cuda ({torch.cuda.get_device_name()})"
    facts["Device memory"] = f"{free / 1e9:.1f} of {total / 1e9:.1f} GB free"
print(json.dumps(facts))
"""
_DEVICE_WAIT_S = 120


def health_report(settings: Settings) -> dict[str, Facts]:
    """Return facts by section, as texts; home folders are shortened to ``~``."""
    return {**health_facts(settings), "Accelerator": accelerator_facts()}


def health_facts(settings: Settings) -> dict[str, Facts]:
    """Return what is known at once: all of :func:`health_report` but the accelerator."""
    return {
        "Program": {
            "rlmap": __version__,
            "Python": platform.python_version(),
            "System": platform.platform(),
            "Processor cores": str(os.cpu_count()),
            "Memory of this process": _memory(),
        },
        "Index and models": _index_facts(settings),
        "Data": _data_facts(settings),
        "Libraries": {name: _version(name) for name in _PACKAGES},
    }


@cache
def accelerator_facts() -> Facts:
    """Return which device demos use by default; the first call takes some seconds."""
    if find_spec("torch") is None:
        return {"Device for demos": "PyTorch is not installed"}
    try:
        asked = subprocess.run(  # noqa: S603 - a fixed program
            [sys.executable, "-c", _DEVICE_PROGRAM], capture_output=True, text=True, timeout=_DEVICE_WAIT_S, check=True
        )
        facts: Facts = json.loads(asked.stdout)
    except subprocess.TimeoutExpired:
        return {"Device for demos": f"unknown: PyTorch did not answer within {_DEVICE_WAIT_S} s"}
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:] or ["no message"]
        return {"Device for demos": f"unknown: PyTorch cannot be imported ({last[0][:200]})"}
    return facts


def _index_facts(settings: Settings) -> Facts:
    try:
        info = read_info(settings.index_dir / (current_build(settings.index_dir) or "missing"))
        index = {
            "Index": f"{info.name} (format {info.format})",
            "Serves": f"{info.passages:,} passages of {info.works} works, {info.sentences:,} sentences",
        }
    except RlmapError as error:
        index = {"Index": str(error)}
    encoder = read_manifest(settings.model_dir)
    return {**index, "Encoder": encoder["name"] if encoder else "missing: run rlmap setup"}


def _data_facts(settings: Settings) -> Facts:
    states = Counter(row.state for row in corpus_status(settings))
    return {
        "Folder": _short(settings.home),
        "Passages chosen by editors": _pins(settings),
        "Sources": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
        "Corpus": _size(settings.corpus_db),
        "Fetched files": f"{_folder_bytes(settings.files_dir) / 1e6:.1f} MB",
        "Free disk": f"{shutil.disk_usage(_existing(settings.home)).free / 1e9:.1f} GB",
    }


def _pins(settings: Settings) -> str:
    try:
        counts = count_pins(open_workspace(settings))
    except RlmapError as error:
        return f"unknown: {error}"
    said = f"{counts.here} here, {counts.source_missing} of sources that are not here, {counts.lost} lost"
    return f"{said}: rlmap check --corpus names them" if counts.lost else said


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


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _memory() -> str:
    """Return the resident memory of this process, where the system tells it."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return "unknown"
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return f"{int(kilobytes) / 1e3:.0f} MB"
