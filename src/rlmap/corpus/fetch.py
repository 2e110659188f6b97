"""Bringing the sources of the manifest onto this machine.

Public functions
----------------
``fetch_sources(sources, *, files_dir, corpus_dir, mirror, progress) -> FetchReport``
    Fetch what is missing, in parallel; a source that fails is reported and the rest goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from rlmap.corpus.fetch_index import IndexConfig, fetch_package_file, index_config
from rlmap.corpus.fetch_web import HostUnreachableError, WebLimits, fetch_web_file, web_client
from rlmap.corpus.files import (
    artefact_name,
    artefact_path,
    read_record,
    sha256_of,
    source_dir,
    storage_errors,
    write_record,
)
from rlmap.corpus.hosts import host_of, unreachable_hosts
from rlmap.errors import FetchError, RlmapError, StorageError
from rlmap.types import LocalFile, PackageFile, Progress, Source, WebFile, no_progress

FetchState = Literal["fetched", "present", "unreachable", "hash-mismatch", "no-address", "failed"]
_WORKERS = 8


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """What became of one source. ``reason`` is a sentence unless it is on this machine."""

    source_id: str
    state: FetchState
    reason: str = ""
    size_bytes: int = 0

    @property
    def ok(self) -> bool:
        """Whether the source is on this machine now."""
        return self.state in {"fetched", "present"}


@dataclass(frozen=True, slots=True)
class FetchReport:
    """The outcomes in the order in which the sources were given."""

    outcomes: tuple[FetchOutcome, ...]

    @property
    def failures(self) -> tuple[FetchOutcome, ...]:
        """The sources that are not on this machine, each with its reason."""
        return tuple(outcome for outcome in self.outcomes if not outcome.ok)

    def count(self, state: FetchState) -> int:
        """Return how many sources ended in ``state``."""
        return sum(outcome.state == state for outcome in self.outcomes)


class _HashMismatchError(FetchError):
    """What came is not the file that the manifest or the first fetch names."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything that fetching one source needs to know of the run.

    ``dead_hosts`` grows while the run goes on, so that no host is waited for twice.
    """

    files_dir: Path
    corpus_dir: Path
    mirror: dict[str, Path]
    dead_hosts: dict[str, str]
    index: IndexConfig
    client: httpx.Client
    limits: WebLimits


def fetch_sources(
    sources: Sequence[Source],
    *,
    files_dir: Path,
    corpus_dir: Path,
    mirror: Path | None = None,
    progress: Progress = no_progress,
    limits: WebLimits | None = None,
) -> FetchReport:
    """Fetch every source that is not on this machine yet.

    Parameters
    ----------
    sources : sequence of Source
        Any mixture of packages, web files and local files.
    files_dir : Path
        Where fetched files are kept, one folder for each source.
    corpus_dir : Path
        The folder of the manifest, against which local paths are read.
    mirror : Path, optional
        A folder with files named ``<source id>.<suffix>``, looked at first and compared by hash.
    progress : Progress
        Called with the stage ``"fetch"`` and the number of sources that are done.
    limits : WebLimits, optional
        Time-outs and sizes for web servers.

    Returns
    -------
    FetchReport
        One outcome for each source. Only trouble with the data folder itself is raised.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    limits = limits or WebLimits()
    outcomes: dict[str, FetchOutcome | None] = {
        source.id: _without_fetching(source, files_dir, corpus_dir) for source in sources
    }
    wanted = [source for source in sources if outcomes[source.id] is None]
    done = len(sources) - len(wanted)
    progress("fetch", done, len(sources))
    if wanted:
        with web_client(limits) as client, ThreadPoolExecutor(_WORKERS, "fetch") as pool:
            mirrored = _mirror_files(mirror)
            dead, index = _look_around([source for source in wanted if source.id not in mirrored])
            plan = _Plan(files_dir, corpus_dir, mirrored, dead, index, client, limits)
            for future in as_completed([pool.submit(_fetch_one, source, plan) for source in wanted]):
                outcome = future.result()
                outcomes[outcome.source_id] = outcome
                done += 1
                progress("fetch", done, len(sources))
    return FetchReport(tuple(outcome for source in sources if (outcome := outcomes[source.id]) is not None))


def known_hashes(source: Source, files_dir: Path) -> tuple[str, ...]:
    """Return the hashes that the artefact of ``source`` may have; empty before a first fetch.

    For an address that does not always serve the same bytes, that is the manifest's hash or the
    one recorded at the first fetch.
    """
    record = None
    if source.sha256 is None or (isinstance(source.location, WebFile) and not source.location.pinned):
        record = read_record(source, files_dir)
    return tuple(sha256 for sha256 in (source.sha256, record.sha256 if record else None) if sha256)


def _without_fetching(source: Source, files_dir: Path, corpus_dir: Path) -> FetchOutcome | None:
    """Return the outcome of a source that needs no fetching, else ``None``."""
    path = artefact_path(source, files_dir, corpus_dir)
    if isinstance(source.location, LocalFile):
        if path.exists():
            return FetchOutcome(source.id, "present")
        return FetchOutcome(source.id, "failed", f"{path} does not exist (any more).")
    if not path.is_file():
        return None
    with storage_errors(path):
        sha256, size = sha256_of(path), path.stat().st_size
    expected = known_hashes(source, files_dir)
    if expected and sha256 not in expected:
        return None  # Changed on disk since it was fetched: fetch it again.
    if read_record(source, files_dir) is None:
        write_record(source, files_dir, sha256, size, "found in place")
    return FetchOutcome(source.id, "present", size_bytes=size)


def _look_around(remote: Iterable[Source]) -> tuple[dict[str, str], IndexConfig]:
    """Find out which hosts that ``remote`` sources need do not answer, all at the same time."""
    locations = [source.location for source in remote]
    index = index_config() if any(isinstance(where, PackageFile) for where in locations) else IndexConfig(())
    urls = [where.url for where in locations if isinstance(where, WebFile)]
    return unreachable_hosts([*urls, *index.urls]), index


def _mirror_files(mirror: Path | None) -> dict[str, Path]:
    """Return the files of a mirror by every id that their name could mean."""
    if mirror is None:
        return {}
    if not mirror.is_dir():
        raise FetchError(f"The mirror {mirror} is not a folder.")
    found: dict[str, Path] = {}
    for path in sorted(mirror.iterdir()):
        if path.is_file():
            found.setdefault(path.stem.removesuffix(".tar"), path)
    return found


def _fetch_one(source: Source, plan: _Plan) -> FetchOutcome:
    folder = source_dir(source, plan.files_dir)
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{artefact_name(source)}.part"
    try:
        with storage_errors(temporary):
            origin = _obtain(source, temporary, plan)
            size = temporary.stat().st_size
            sha256 = _check_hash(source, temporary, plan.files_dir)
            temporary.replace(artefact_path(source, plan.files_dir, plan.corpus_dir))
        write_record(source, plan.files_dir, sha256, size, origin)
        return FetchOutcome(source.id, "fetched", size_bytes=size)
    except StorageError:
        temporary.unlink(missing_ok=True)
        raise
    except RlmapError as error:
        return FetchOutcome(source.id, _state_of(error), str(error))
    finally:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


class _NoAddressError(FetchError):
    """The manifest knows no address of the file itself."""


def _state_of(error: RlmapError) -> FetchState:
    if isinstance(error, _HashMismatchError):
        return "hash-mismatch"
    if isinstance(error, HostUnreachableError):
        return "unreachable"
    return "no-address" if isinstance(error, _NoAddressError) else "failed"


def _obtain(source: Source, temporary: Path, plan: _Plan) -> str:
    """Put the bytes of ``source`` into ``temporary``; return where they came from."""
    mirrored = plan.mirror.get(source.id)
    if mirrored is not None:
        shutil.copyfile(mirrored, temporary)
        return "mirror"
    location = source.location
    if isinstance(location, PackageFile):
        alive = tuple(url for url in plan.index.urls if host_of(url) not in plan.dead_hosts)
        if not alive:
            reasons = ", ".join(sorted({plan.dead_hosts[host_of(url)] for url in plan.index.urls}))
            raise HostUnreachableError(f"{source.id}: the package index cannot be reached ({reasons}).")
        fetch_package_file(location, temporary, IndexConfig(alive, plan.index.certificates))
        return "index"
    if isinstance(location, WebFile):
        _fetch_web(source, location, temporary, plan)
        return location.url
    raise _NoAddressError(
        f"{source.id}: the manifest has no address of the file itself. Get it from {source.url} and add it with "
        f"'rlmap corpus add FILE', or fetch with --mirror from a folder that holds {source.id}.*."
    )


def _fetch_web(source: Source, location: WebFile, temporary: Path, plan: _Plan) -> None:
    host = host_of(location.url)
    known = known_hashes(source, plan.files_dir)

    def download() -> str:
        if host in plan.dead_hosts:
            name = host.rpartition(":")[0]
            raise HostUnreachableError(f"{source.id}: {name} cannot be reached ({plan.dead_hosts[host]}).")
        return fetch_web_file(
            plan.client,
            location.url,
            temporary,
            media_type=source.media_type,
            hash_known=bool(known),
            limits=plan.limits,
        )

    resumed = bool(known) and temporary.exists()
    try:
        sha256 = download()
        if resumed and sha256 not in known:
            # The beginning that an earlier run left may belong to another version: once more from the start.
            temporary.unlink()
            download()
    except HostUnreachableError as error:
        plan.dead_hosts.setdefault(host, str(error.__cause__ or "no connection"))
        raise


def _check_hash(source: Source, path: Path, files_dir: Path) -> str:
    """Return the sha256 of ``path``; a file that is not the expected one is removed."""
    sha256 = sha256_of(path)
    record = read_record(source, files_dir)
    unpinned = isinstance(source.location, WebFile) and not source.location.pinned
    expected = known_hashes(source, files_dir)
    if unpinned and record is None:
        return sha256  # The first fetch: what comes is recorded.
    if expected and sha256 not in expected:
        path.unlink()
        raise _HashMismatchError(
            f"{source.id}: the file that came has sha256 {sha256[:12]}…, expected was {expected[-1][:12]}…"
            + (f" (recorded on {record.fetched_at[:10]})." if unpinned and record else ".")
        )
    return sha256
