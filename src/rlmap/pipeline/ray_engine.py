"""Long work on a Ray cluster: the same tasks as in threads, so the same results byte for byte.

Workers see the data folder under the same path (a shared file system): fetch tasks write into
it, read tasks and encoders read from it. Only this process writes the corpus, the cache of
vectors and the index, so a worker or a machine that is lost loses nothing but its running
tasks, which Ray runs again elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from rlmap.errors import InputError
from rlmap.search.encode import Encoder, OnnxEncoder, Vectors, load_encoder

T = TypeVar("T")
R = TypeVar("R")

#: Texts of one task: about a second of work, many times what handing it over costs.
_TEXTS = 64
#: Tasks that are handed over, for each processor: enough that none waits for work.
_AHEAD = 4
#: How often a task is run again whose machine was lost.
_RETRIES = 10


def join_cluster() -> None:
    """Join the cluster that ``RAY_ADDRESS`` names, else start Ray on this machine.

    Raises
    ------
    InputError
        If Ray is not installed, or no cluster answers.
    """
    try:
        import ray  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise InputError("The engine ray needs Ray: install with pip install 'rlmap[ray]'.") from error
    if not ray.is_initialized():
        try:
            ray.init(log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False)
        except ConnectionError as error:
            raise InputError(f"No Ray cluster answers ({error}): check RAY_ADDRESS.") from error


class RayEngine:
    """The tasks of an open Ray cluster. Implements :class:`rlmap.engine.Engine`."""

    in_process = False

    def run(
        self, task: Callable[[T], R], items: Sequence[T], *, workers: int, wait: bool = True
    ) -> Iterator[tuple[int, R]]:
        """See :meth:`Engine.run <rlmap.engine.Engine.run>`; ``workers`` and ``wait`` are the cluster's own affair."""
        import ray  # noqa: PLC0415  (an extra)

        del workers, wait
        shared = ray.put(task)
        remote: Any = ray.remote(max_retries=_RETRIES)(_call)
        waiting = list(enumerate(items))[::-1]
        running: dict[Any, int] = {}
        try:
            while waiting or running:
                while waiting and len(running) < _AHEAD * processors():
                    place, item = waiting.pop()
                    running[remote.remote(shared, item)] = place
                done, _ = ray.wait(list(running), num_returns=1)
                yield running.pop(done[0]), ray.get(done[0])
        finally:
            for reference in running:
                ray.cancel(reference, force=True)


def _call(task: Callable[[T], R], item: T) -> R:
    return task(item)


def processors() -> int:
    """Return how many processors the cluster has now."""
    import ray  # noqa: PLC0415  (an extra)

    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]  # Ray types some of it
    return max(1, int(resources.get("CPU", 1)))


class SpreadEncoder:
    """An encoder that has its texts encoded on an engine. Implements :class:`rlmap.search.encode.Encoder`.

    Parameters
    ----------
    inner : Encoder
        What tasks load from ``model_dir``; encodes the same text to the same bytes everywhere.
    model_dir : Path
        Seen by every worker.
    engine : RayEngine
    """

    def __init__(self, inner: Encoder, model_dir: Path, engine: RayEngine) -> None:
        self._inner, self._model_dir, self._engine = inner, model_dir, engine

    @property
    def name(self) -> str:
        """The name of the inner encoder: the vectors are the same."""
        return self._inner.name

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._inner.dim

    @property
    def batch(self) -> int:
        """Texts that keep the whole cluster busy."""
        return _TEXTS * _AHEAD * processors()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See :meth:`Encoder.encode <rlmap.search.encode.Encoder.encode>`."""
        parts = [list(texts[start : start + _TEXTS]) for start in range(0, len(texts), _TEXTS)]
        encoded: list[Vectors] = [np.empty((0, self.dim), dtype=np.float32)] * len(parts)
        for place, vectors in self._engine.run(partial(_encode, self._model_dir), parts, workers=1):
            encoded[place] = vectors
        return np.concatenate(encoded) if encoded else np.empty((0, self.dim), dtype=np.float32)


def _encode(model_dir: Path, texts: list[str]) -> Vectors:
    return _worker_encoder(model_dir).encode(texts)


@cache
def _worker_encoder(model_dir: Path) -> OnnxEncoder:
    """Load the encoder once for each worker; a task is given one processor."""
    return load_encoder(model_dir, threads=1)
