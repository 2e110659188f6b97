"""Which hosts did not answer lately, remembered so that the next run need not wait for them.

The default set-up asks for openly licensed works on the open network. Where that cannot be
reached, the first run finds out once for each host; the runs of the next hours believe it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from rlmap.corpus.files import write_atomically

_FILE = "unreachable.json"


def host_of(url: str) -> str:
    """Return ``host:port`` of an address."""
    return f"{urlsplit(url).hostname or ''}:{port_of(url)}"


def port_of(url: str) -> int:
    """Return the port of an address, named in it or meant by its scheme."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def unreachable_lately(files_dir: Path, within_s: float) -> dict[str, str]:
    """Return the hosts that did not answer in the last ``within_s`` seconds, each with the reason."""
    since = time.time() - within_s
    return {host: reason for host, (reason, tried_at) in _read(files_dir).items() if tried_at >= since}


def note_unreachable(files_dir: Path, tried: Mapping[str, str]) -> None:
    """Remember hosts that were tried just now: an empty reason means that the host answered."""
    before = _read(files_dir)
    now = time.time()
    after = {**before, **{host: (reason, now) for host, reason in tried.items()}}
    kept = {host: entry for host, entry in after.items() if entry[0]}
    if kept != before:
        write_atomically(files_dir / _FILE, json.dumps(kept, indent=2, sort_keys=True).encode() + b"\n")


def _read(files_dir: Path) -> dict[str, tuple[str, float]]:
    """Return reason and time by host; a file that cannot be read costs only another try."""
    try:
        raw = json.loads((files_dir / _FILE).read_text(encoding="utf-8"))
        return {str(host): (str(reason), float(tried_at)) for host, (reason, tried_at) in raw.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
