"""Reading the wanted members of an archive that is not trusted.

Public functions
----------------
``read_members(path, include, exclude=(), limits=ArchiveLimits()) -> Iterator[Member]``
    The members that match, in the order of the archive; raises
    :class:`~rlmap.errors.FetchError` for anything that looks like an attack.
``matches(name, include, exclude=()) -> bool``
    Whether a path inside an archive or folder matches the globs.

Nothing is written here, and nothing of an archive is ever executed.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO

from rlmap.errors import FetchError

_WHEEL = ".whl"
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Beyond these an archive is refused.

    Sizes are in bytes. ``ratio`` bounds how much larger the archive may become when it is
    unpacked, counted over everything that must be decompressed to find the wanted members;
    real source distributions stay below 20.
    """

    members: int = 100_000
    member_bytes: int = 64 * 2**20
    total_bytes: int = 256 * 2**20
    ratio: int = 60
    ratio_from_bytes: int = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its path (``/`` between parts, without the top folder) and bytes."""

    name: str
    data: bytes


def read_members(
    path: Path, include: Sequence[str], exclude: Sequence[str] = (), limits: ArchiveLimits | None = None
) -> Iterator[Member]:
    """Yield the members of ``path`` that match ``include`` and not ``exclude``.

    ``path`` is a ``.tar.gz``, ``.zip`` or ``.whl``. The single top folder of a source
    distribution (``name-version/``) is not part of a member's name.

    Raises
    ------
    FetchError
        If the archive is damaged, holds a wanted link, a path that leaves it, more than one
        member of a name, or exceeds ``limits``.
    """
    limits = limits or ArchiveLimits()
    reader = _zip_members if path.suffix in {".zip", _WHEEL} else _tar_members
    seen: set[str] = set()
    total = 0
    try:
        for name, data in reader(path, include, exclude, limits):
            if name.casefold() in seen:
                raise FetchError(f"{path.name} is refused: it holds {name!r} twice.")
            seen.add(name.casefold())
            total += len(data)
            if total > limits.total_bytes:
                raise FetchError(f"{path.name} is refused: what it holds is larger than {limits.total_bytes} bytes.")
            yield Member(name, data)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError) as error:
        raise FetchError(f"{path.name} is damaged and cannot be opened: {error}") from error


def matches(name: str, include: Sequence[str], exclude: Sequence[str] = ()) -> bool:
    """Tell whether ``name`` matches one of ``include`` and none of ``exclude``.

    ``*`` and ``?`` stay within one part of the path, ``**`` spans any number of parts.
    """
    return any(_compiled(glob).fullmatch(name) for glob in include) and not any(
        _compiled(glob).fullmatch(name) for glob in exclude
    )


@lru_cache(maxsize=4096)
def _compiled(glob: str) -> re.Pattern[str]:
    tokens = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    meaning = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(token, re.escape(token)) for token in tokens), re.DOTALL)


def _zip_members(
    path: Path, include: Sequence[str], exclude: Sequence[str], limits: ArchiveLimits
) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        if len(infos) > limits.members:
            raise FetchError(f"{path.name} is refused: it holds more than {limits.members} members.")
        top = "" if path.suffix == _WHEEL else _top_folder(info.filename for info in infos)
        for info in infos:
            name = info.filename.removeprefix(top)
            if info.is_dir() or not matches(name, include, exclude):
                continue
            _refuse_escape(path, info.filename)
            if (info.external_attr >> 16) & 0o170000 == 0o120000:
                raise FetchError(f"{path.name} is refused: {name!r} is a link.")
            if info.flag_bits & 0x1:
                raise FetchError(f"{path.name} is refused: {name!r} is encrypted.")
            if info.file_size > limits.member_bytes or _is_bomb(info.file_size, info.compress_size, limits):
                raise FetchError(f"{path.name} is refused: {name!r} unpacks to {info.file_size} bytes.")
            with archive.open(info) as stream:
                # The size in the directory may be a lie, so no more is read than it promises.
                yield name, _bounded(stream, info.file_size, path, name)


def _tar_members(
    path: Path, include: Sequence[str], exclude: Sequence[str], limits: ArchiveLimits
) -> Iterator[tuple[str, bytes]]:
    most = max(limits.ratio_from_bytes, path.stat().st_size * limits.ratio)
    with gzip.open(path, "rb") as plain, tarfile.open(fileobj=_Meter(plain, most, path), mode="r|") as archive:
        top = None
        for count, member in enumerate(archive, start=1):
            if count > limits.members:
                raise FetchError(f"{path.name} is refused: it holds more than {limits.members} members.")
            top = _top_folder([member.name + ("/" if member.isdir() else "")]) if top is None else top
            name = member.name.removeprefix(top)
            if member.isdir() or not matches(name, include, exclude):
                continue
            _refuse_escape(path, member.name)
            if not member.isreg() or member.issparse():
                raise FetchError(f"{path.name} is refused: {name!r} is a link or a device, not a file.")
            if member.size > limits.member_bytes:
                raise FetchError(f"{path.name} is refused: {name!r} unpacks to {member.size} bytes.")
            stream = archive.extractfile(member)
            assert stream is not None
            yield name, _bounded(stream, member.size, path, name)


def _top_folder(names: Iterator[str] | Sequence[str]) -> str:
    tops = {name.partition("/")[0] + "/" if "/" in name else "" for name in names}
    return tops.pop() if len(tops) == 1 else ""


def _refuse_escape(path: Path, name: str) -> None:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or "\x00" in name or _DRIVE.match(name) or ".." in parts:
        raise FetchError(f"{path.name} is refused: the member {name!r} would be written outside its folder.")


def _is_bomb(size: int, packed: int, limits: ArchiveLimits) -> bool:
    return size > limits.ratio_from_bytes and size > packed * limits.ratio


def _bounded(stream: IO[bytes], size: int, path: Path, name: str) -> bytes:
    data = stream.read(size + 1)
    if len(data) != size:
        raise FetchError(f"{path.name} is damaged: {name!r} has another size than its entry says.")
    return data


class _Meter(io.RawIOBase):
    """A readable stream that refuses to give more than ``most`` bytes."""

    def __init__(self, stream: gzip.GzipFile, most: int, path: Path) -> None:
        self._stream = stream
        self._left = most
        self._path = path

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes."""
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise FetchError(f"{self._path.name} is refused: it unpacks to far more than its size allows.")
        return data
