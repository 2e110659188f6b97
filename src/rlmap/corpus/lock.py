"""One build at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from rlmap.corpus.files import storage_errors
from rlmap.errors import BusyError


@contextmanager
def building(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` while something is built; the same thread may enter again.

    The operating system lets go of the lock when a process ends, however it ends.

    Raises
    ------
    BusyError
        If another process, or another thread of this one, builds already.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, is_singleton=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            message = f"Another rlmap is building in {path.parent}: wait until it is done and try again."
            raise BusyError(message) from None
    try:
        yield
    finally:
        lock.release()
