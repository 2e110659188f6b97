"""Who runs the many independent pieces of long work: threads of this process, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Engine(Protocol):
    """Runs one task on many items, several at a time."""

    @property
    def in_process(self) -> bool:
        """Whether tasks see the objects of this process; if not, task and items must be picklable."""

    def run(
        self, task: Callable[[T], R], items: Sequence[T], *, workers: int, wait: bool = True
    ) -> Iterator[tuple[int, R]]:
        """Yield place and result of each item as soon as it is known, in any order.

        Parameters
        ----------
        task : callable
            Must give the same result when it is run twice: what a lost machine was doing is done again.
        items : sequence
        workers : int
            How many are run at the same time by this process; a cluster runs as many as it can.
        wait : bool
            Whether an error or an interrupt waits for tasks that are running already.
        """


class LocalEngine:
    """Threads of this process. Implements :class:`Engine`."""

    in_process = True

    def run(
        self, task: Callable[[T], R], items: Sequence[T], *, workers: int, wait: bool = True
    ) -> Iterator[tuple[int, R]]:
        """See :meth:`Engine.run`."""
        pool = ThreadPoolExecutor(max(1, workers))
        try:
            places = {pool.submit(task, item): place for place, item in enumerate(items)}
            for future in as_completed(places):
                yield places.pop(future), future.result()
            wait = True
        finally:
            # After an error or an interrupt nothing new is begun.
            pool.shutdown(wait=wait, cancel_futures=True)


LOCAL = LocalEngine()
