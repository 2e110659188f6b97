"""Which device a run uses. Nothing falls back in silence: ``cuda`` without a GPU is an error."""

from __future__ import annotations

import os
import platform

from rlmap.errors import DemoError
from rlmap.types import Device


def resolve_device(wanted: Device) -> str:
    """Return ``"cpu"`` or ``"cuda"``.

    Parameters
    ----------
    wanted : {"auto", "cpu", "cuda"}
        ``auto`` takes the GPU where PyTorch sees one.

    Raises
    ------
    DemoError
        If ``cuda`` is wanted and PyTorch sees no GPU, or the name is unknown.
    """
    if wanted not in ("auto", "cpu", "cuda"):
        raise DemoError(f"The device {wanted!r} is unknown: use auto, cpu or cuda.")
    if wanted == "cpu":
        return "cpu"
    import torch  # noqa: PLC0415 - costs over a second, and only a run needs it

    if torch.cuda.is_available():
        return "cuda"
    if wanted == "cuda":
        built = "this PyTorch is built without CUDA" if torch.version.cuda is None else "no NVIDIA GPU is visible"
        raise DemoError(f"The device cuda cannot be used: {built}. Use --device cpu or --device auto.")
    return "cpu"


def describe_machine(device: str) -> str:
    """Return one line that names the processor, its cores, and the GPU where it is used."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    text = f"{_processor()}, {cores} cores, {platform.system()} {platform.machine()}"
    if device != "cuda":
        return text
    import torch  # noqa: PLC0415 - see above

    return f"{torch.cuda.get_device_name()}; {text}"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - not a file of ours
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        return platform.processor() or "unknown processor"
    return platform.processor() or "unknown processor"
