"""Fetching several sources side by side; imported only when something is to be fetched.

The libraries of the network take longer to load than everything else that a set-up with nothing
to do needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from rlmap.corpus.fetch_index import IndexConfig, index_config
from rlmap.corpus.fetch_one import FetchPlan, fetch_one
from rlmap.corpus.fetch_outcome import FetchOutcome
from rlmap.corpus.fetch_web import WebLimits, web_client
from rlmap.corpus.hosts import unreachable_hosts
from rlmap.corpus.known_hosts import host_of, note_unreachable
from rlmap.corpus.lock import building
from rlmap.engine import LOCAL, Engine
from rlmap.types import PackageFile, Source, WebFile

_WORKERS = 8


def fetch_wanted(
    wanted: Sequence[Source],
    *,
    files_dir: Path,
    corpus_dir: Path,
    mirrored: Mapping[str, Path],
    limits: WebLimits | None = None,
    engine: Engine = LOCAL,
) -> Iterator[FetchOutcome]:
    """Fetch ``wanted`` several at a time; yield each outcome as soon as it is known.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    BusyError
        If another process fetches into the same folder.
    """
    limits = limits or WebLimits()
    with building(files_dir / ".lock"), web_client(limits) as client:
        dead, index = _look_around([source for source in wanted if source.id not in mirrored], files_dir)
        own = client if engine.in_process else None
        plan = FetchPlan(files_dir, corpus_dir, mirrored, dead, index, own, limits)
        for _, outcome in engine.run(partial(fetch_one, plan=plan), wanted, workers=_WORKERS):
            yield outcome


def _look_around(remote: Iterable[Source], files_dir: Path) -> tuple[dict[str, str], IndexConfig]:
    """Find out which hosts that ``remote`` sources need do not answer, all at the same time."""
    locations = [source.location for source in remote]
    index = index_config() if any(isinstance(where, PackageFile) for where in locations) else IndexConfig(())
    urls = [where.url for where in locations if isinstance(where, WebFile)]
    dead = unreachable_hosts(urls, connect_only=index.urls)
    note_unreachable(files_dir, {host: dead.get(host, "") for host in map(host_of, urls)})
    return dead, index
