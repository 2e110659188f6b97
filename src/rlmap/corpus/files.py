"""Fetched files on disk: where they are, what is known of them, how they are written.

::

    <files_dir>/<source id>/<file name>        the artefact, byte for byte
    <files_dir>/<source id>/fetched.json       its hash, size, origin and date
    <files_dir>/<source id>/members-<key>/     the wanted members of an archive
    <files_dir>/failures.json                  why sources could not be fetched the last time

A file stands under its own name only when it is whole: everything is written beside it first
and moved into place.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from rlmap.corpus.extract.registry import suffixes
from rlmap.errors import StorageError
from rlmap.types import LocalFile, PackageFile, PartOf, Source, WebFile

RECORD_NAME = "fetched.json"
FAILURES_NAME = "failures.json"
_ARCHIVE_SUFFIXES = {"application/gzip": ".tar.gz", "application/zip": ".zip"}


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """What is known of a fetched artefact. ``origin`` is an address, ``mirror`` or ``index``."""

    filename: str
    sha256: str
    size_bytes: int
    origin: str
    fetched_at: str


def source_dir(source: Source, files_dir: Path) -> Path:
    """Return the folder of a source; its id is a safe folder name."""
    return files_dir / source.id


def artefact_name(source: Source) -> str:
    """Return the file name under which the artefact of ``source`` is kept."""
    if isinstance(source.location, PackageFile):
        return source.location.filename
    return source.id + suffix_of(source)


def suffix_of(source: Source) -> str:
    """Return the file name suffix, with its dot, that the media type of ``source`` means."""
    if isinstance(source.location, PackageFile):
        name = source.location.filename
        return ".tar.gz" if name.endswith(".tar.gz") else Path(name).suffix
    if source.media_type in _ARCHIVE_SUFFIXES:
        return _ARCHIVE_SUFFIXES[source.media_type]
    for suffix, media_type in suffixes().items():
        if media_type == source.media_type:
            return suffix  # The first that its reader names is the usual one.
    if isinstance(source.location, WebFile):
        return Path(unquote(urlsplit(source.location.url).path)).suffix.lower()
    return ""


def artefact_path(source: Source, files_dir: Path, corpus_dir: Path) -> Path:
    """Return where the artefact of ``source`` is, or will be once it is fetched."""
    if isinstance(source.location, LocalFile):
        return corpus_dir / source.location.path
    if isinstance(source.location, PartOf):
        whole = source.location.source_id
        return files_dir / whole / (whole + suffix_of(source))
    return source_dir(source, files_dir) / artefact_name(source)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_record(source: Source, files_dir: Path) -> FetchRecord | None:
    """Return what was recorded when ``source`` was fetched, ``None`` if nothing readable was."""
    try:
        raw = json.loads((source_dir(source, files_dir) / RECORD_NAME).read_text(encoding="utf-8"))
        return FetchRecord(**raw)
    except (OSError, ValueError, TypeError):
        return None


def write_record(source: Source, files_dir: Path, sha256: str, size_bytes: int, origin: str) -> FetchRecord:
    """Record a fetched artefact beside it."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    record = FetchRecord(artefact_name(source), sha256, size_bytes, origin, now)
    data = json.dumps(asdict(record), indent=2).encode() + b"\n"
    write_atomically(source_dir(source, files_dir) / RECORD_NAME, data)
    return record


def known_hashes(source: Source, files_dir: Path) -> tuple[str, ...]:
    """Return the hashes that the artefact of ``source`` may have; empty before a first fetch.

    For an address that does not always serve the same bytes, that is the manifest's hash or the
    one recorded at the first fetch.
    """
    record = None
    if source.sha256 is None or (isinstance(source.location, WebFile) and not source.location.pinned):
        record = read_record(source, files_dir)
    return tuple(sha256 for sha256 in (source.sha256, record.sha256 if record else None) if sha256)


def read_failures(files_dir: Path) -> dict[str, str]:
    """Return, by source id, why the last attempt to fetch it failed."""
    try:
        raw = json.loads((files_dir / FAILURES_NAME).read_text(encoding="utf-8"))
        return {str(source_id): str(reason) for source_id, reason in raw.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def note_failures(files_dir: Path, outcomes: Mapping[str, str]) -> None:
    """Remember why sources could not be fetched; an empty reason forgets an earlier one."""
    before = read_failures(files_dir)
    after = {source_id: reason for source_id, reason in {**before, **outcomes}.items() if reason}
    if after != before:
        write_atomically(files_dir / FAILURES_NAME, json.dumps(after, indent=2, sort_keys=True).encode() + b"\n")


def write_atomically(path: Path, data: bytes) -> None:
    """Write a whole file or none of it.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def temporary_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Give an empty folder in ``parent`` that is gone afterwards unless it was moved."""
    with storage_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=".tmp", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(folder: Path, older_than_s: float = 3600.0) -> None:
    """Remove temporary files and folders that a killed process left in ``folder``."""
    for path in folder.glob(".*.tmp"):
        with contextlib.suppress(OSError):  # Another process may have removed it already.
            if time.time() - path.stat().st_mtime < older_than_s:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn errors of the file system into one clear sentence about ``path``."""
    try:
        yield
    except OSError as error:
        raise_storage_error(error, path)


def raise_storage_error(error: OSError, path: Path) -> NoReturn:
    """Raise the :class:`~rlmap.errors.StorageError` that ``error`` means for ``path``."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        raise StorageError(
            f"There is no space left to write {path}: free some, or set RLMAP_HOME elsewhere."
        ) from error
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        raise StorageError(f"{path} cannot be written (no permission): set RLMAP_HOME to your own folder.") from error
    raise StorageError(f"{path} cannot be written or read: {error.strerror or error}.") from error
