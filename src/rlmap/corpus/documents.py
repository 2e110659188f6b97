"""The readable documents of a fetched source.

Public functions
----------------
``documents_of(source, files_dir, corpus_dir) -> list[Document]``
    One document for a single file, one for each wanted member of an archive or folder.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from rlmap.corpus.archive import matches, read_members
from rlmap.corpus.extract.registry import media_type_of
from rlmap.corpus.files import artefact_path, sha256_of, source_dir, storage_errors, sweep, temporary_folder
from rlmap.errors import FetchError
from rlmap.types import Document, LocalFile, PackageFile, Source

#: What the suffixes ``.txt`` and ``.text`` mean by themselves; a source may say more (``text_as``).
_PLAIN = "text/plain"
#: Part of the name of unpacked folders: raise it when unpacking changes.
_UNPACK_VERSION = "1"


def documents_of(source: Source, files_dir: Path, corpus_dir: Path) -> list[Document]:
    """Return the documents of a source that is on this machine, ordered by id.

    The wanted members of an archive are unpacked beside it the first time they are asked for.

    Raises
    ------
    FetchError
        If the source is not on this machine, holds nothing that rlmap can read, or is an
        archive that is refused (see :func:`rlmap.corpus.archive.read_members`).
    StorageError
        If the members cannot be written.
    """
    artefact = artefact_path(source, files_dir, corpus_dir)
    if not artefact.exists():
        raise FetchError(f"{source.id} is not on this machine: {artefact} is missing.")
    if isinstance(source.location, PackageFile):
        folder = _unpacked(source, source.location, artefact, files_dir)
        return _folder_documents(source, folder, ("**",), ())
    if artefact.is_dir():
        include = source.location.include if isinstance(source.location, LocalFile) else ()
        return _folder_documents(source, artefact, include or ("**",), ("**/.*", ".*", "**/.*/**", ".*/**"))
    media_type = _media_type(source, artefact) or source.media_type
    sha256 = sha256_of(artefact)
    return [Document(source.id, source.id, str(artefact), "", media_type, sha256, source.title)]


def _unpacked(source: Source, package: PackageFile, artefact: Path, files_dir: Path) -> Path:
    """Return the folder with the wanted members; it is moved into place only when complete."""
    parts = (_UNPACK_VERSION, sha256_of(artefact), *package.include, "\0", *package.exclude)
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    home = source_dir(source, files_dir)
    folder = home / f"members-{key}"
    if folder.is_dir():
        return folder
    sweep(home)
    with temporary_folder(home, ".members-") as temporary:
        for member in read_members(artefact, package.include, package.exclude):
            target = temporary / member.name
            with storage_errors(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(member.data)
        with storage_errors(folder):
            try:
                temporary.rename(folder)
            except OSError:
                if not folder.is_dir():  # Another process may have unpacked the same members meanwhile.
                    raise
    for old in home.glob("members-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def _folder_documents(source: Source, folder: Path, include: Sequence[str], exclude: Sequence[str]) -> list[Document]:
    documents = []
    for path in sorted(folder.rglob("*")):
        member = _printable(path.relative_to(folder).as_posix())
        media_type = _media_type(source, path)
        # A link could lead out of the folder that was given.
        if media_type is None or path.is_symlink() or not path.is_file() or not matches(member, include, exclude):
            continue
        document_id = f"{source.id}/{member}"
        documents.append(
            Document(document_id, source.id, _printable(str(path)), member, media_type, sha256_of(path), member)
        )
    if not documents:
        raise FetchError(f"{source.id} holds no file that rlmap can read: looked in {folder}.")
    return sorted(documents, key=lambda document: document.id)


def _media_type(source: Source, path: Path) -> str | None:
    """Return how a file of ``source`` is read, ``None`` if its name says nothing that is known."""
    media_type = media_type_of(path)
    return source.text_as if media_type == _PLAIN else media_type


def _printable(name: str) -> str:
    """Return a name that can be stored and shown; one that is not Unicode cannot be opened by it."""
    return name.encode("utf-8", "backslashreplace").decode()
