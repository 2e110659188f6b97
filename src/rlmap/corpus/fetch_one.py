"""Bringing one source onto this machine: obtain it, compare its hash, move it into place."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from rlmap.corpus.fetch_index import IndexConfig, fetch_package_file
from rlmap.corpus.fetch_outcome import FetchOutcome, FetchState
from rlmap.corpus.fetch_web import HostUnreachableError, WebLimits, fetch_web_file, web_client
from rlmap.corpus.files import (
    artefact_name,
    artefact_path,
    known_hashes,
    read_record,
    sha256_of,
    source_dir,
    storage_errors,
    sweep,
    write_record,
)
from rlmap.corpus.known_hosts import host_of
from rlmap.errors import FetchError, RlmapError, StorageError
from rlmap.types import PackageFile, Source, WebFile


class _NoAddressError(FetchError):
    """The manifest knows no address of the file itself."""


class _HashMismatchError(FetchError):
    """What came is not the file that the manifest or the first fetch names."""


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """Everything that fetching one source needs to know of the run.

    ``dead_hosts`` grows while the run goes on, so that no host is waited for twice. ``client`` is
    shared by what runs in one process; without it each source opens its own.
    """

    files_dir: Path
    corpus_dir: Path
    mirror: Mapping[str, Path]
    dead_hosts: dict[str, str]
    index: IndexConfig
    client: httpx.Client | None
    limits: WebLimits


def fetch_one(source: Source, plan: FetchPlan) -> FetchOutcome:
    """Fetch ``source`` and return what became of it; only trouble with the disk is raised."""
    folder = source_dir(source, plan.files_dir)
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
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


def _state_of(error: RlmapError) -> FetchState:
    if isinstance(error, _HashMismatchError):
        return "hash-mismatch"
    if isinstance(error, HostUnreachableError):
        return "unreachable"
    return "no-address" if isinstance(error, _NoAddressError) else "failed"


def _obtain(source: Source, temporary: Path, plan: FetchPlan) -> str:
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


def _fetch_web(source: Source, location: WebFile, temporary: Path, plan: FetchPlan) -> None:
    client = plan.client
    if client is None:
        with web_client(plan.limits) as own:
            return _fetch_web(source, location, temporary, replace(plan, client=own))
    host = host_of(location.url)
    known = known_hashes(source, plan.files_dir)

    def download() -> str:
        if host in plan.dead_hosts:
            name = host.rpartition(":")[0]
            raise HostUnreachableError(f"{source.id}: {name} cannot be reached ({plan.dead_hosts[host]}).")
        return fetch_web_file(
            client,
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
