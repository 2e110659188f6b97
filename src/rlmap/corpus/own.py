"""A user's own documents: files, folders and web pages that they add to the corpus.

Public functions
----------------
``load_own(own_file) -> tuple[Source, ...]``
``add_own(what, *, own_file, files_dir, taken) -> Source``
``remove_own(source_id, *, own_file, files_dir) -> Source``

Files and folders stay where they are and are read again when they change; a web page is fetched
once and kept. The list of them is a small JSON file beside the corpus, which survives when the
corpus is rebuilt.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rlmap.corpus.documents import documents_of
from rlmap.corpus.extract.registry import media_type_of, suffixes
from rlmap.corpus.files import (
    artefact_path,
    source_dir,
    storage_errors,
    temporary_folder,
    write_atomically,
    write_record,
)
from rlmap.corpus.rows import source_from_json, source_to_json
from rlmap.corpus.sniff import HEAD_BYTES, kind_of
from rlmap.errors import FetchError, InputError, StorageError, UnknownNameError
from rlmap.types import LocalFile, Source, WebFile

#: A folder with more files than this was probably not meant.
MAX_FILES = 5_000


def load_own(own_file: Path) -> tuple[Source, ...]:
    """Return the user's own sources in the order in which they were added.

    Raises
    ------
    StorageError
        If the list exists but cannot be read.
    """
    try:
        entries = json.loads(own_file.read_text(encoding="utf-8"))
        return tuple(source_from_json(json.dumps(entry)) for entry in entries)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StorageError(f"{own_file}, the list of your own sources, cannot be read: {error}.") from error


def add_own(what: str, *, own_file: Path, files_dir: Path, taken: Collection[str] = ()) -> Source:
    """Add a file, a folder or an address to the user's own sources.

    Parameters
    ----------
    what : str
        A path or an http(s) address. Adding the same again changes nothing.
    own_file : Path
        The list of own sources.
    files_dir : Path
        Where fetched files are kept.
    taken : collection of str
        Ids that must not be used again: those of the manifest.

    Returns
    -------
    Source
        The source; it is read at the next ingest.

    Raises
    ------
    InputError
        If there is nothing at ``what`` that rlmap can read.
    FetchError
        If an address does not give a file that rlmap can read.
    StorageError
        If the list or the file cannot be written.
    """
    own = load_own(own_file)
    is_web = bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", what))
    place = what if is_web else str(Path(what).expanduser().resolve())
    for source in own:
        if isinstance(source.location, LocalFile | WebFile) and place in {source.url, _place(source.location)}:
            return source
    ids = {source_id.casefold() for source_id in (*taken, *(source.id for source in own))}
    make = _from_web if is_web else _from_disk
    source = make(place, ids, files_dir)
    _save((*own, source), own_file)
    return source


def remove_own(source_id: str, *, own_file: Path, files_dir: Path) -> Source:
    """Forget one of the user's own sources; files that were fetched for it are deleted.

    Raises
    ------
    UnknownNameError
        If it is not one of the user's own sources.
    """
    own = load_own(own_file)
    found = next((source for source in own if source.id == source_id), None)
    if found is None:
        raise UnknownNameError("own source", source_id, [source.id for source in own][:5])
    _save(tuple(source for source in own if source.id != source_id), own_file)
    shutil.rmtree(source_dir(found, files_dir), ignore_errors=True)
    return found


def _from_disk(place: str, ids: Collection[str], files_dir: Path) -> Source:
    path = Path(place)
    media_type = "application/octet-stream"
    if not path.exists():
        raise InputError(f"{path} does not exist: give a file, a folder or an http(s) address.")
    if path.is_file():
        media_type = media_type_of(path) or ""
        if not media_type:
            raise InputError(f"{path.name} cannot be read: rlmap reads {', '.join(sorted(suffixes()))}.")
        if path.stat().st_size == 0:
            raise InputError(f"{path.name} is empty: there is nothing to read.")
    source = _source(place, path.stem if path.is_file() else path.name, media_type, ids, path.as_uri())
    try:
        count = len(documents_of(source, files_dir, Path()))
    except (FetchError, OSError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if count > MAX_FILES:
        raise InputError(f"{path} holds {count} files that could be read: add a folder with at most {MAX_FILES}.")
    return source


def _from_web(url: str, ids: Collection[str], files_dir: Path) -> Source:
    from rlmap.corpus.fetch_web import WebLimits, fetch_web_file, web_client  # noqa: PLC0415  (imports httpx)

    parts = urlsplit(url)
    name = Path(unquote(parts.path)).name
    limits = WebLimits()
    with temporary_folder(files_dir, ".own-") as folder, web_client(limits) as client:
        fetched = folder / "file"
        anything = "application/octet-stream"
        sha256 = fetch_web_file(client, url, fetched, media_type=anything, hash_known=False, limits=limits)
        with fetched.open("rb") as stream:
            media_type = kind_of(stream.read(HEAD_BYTES)) or media_type_of(name)
        if media_type is None:
            raise FetchError(f"{url} is no kind of file that rlmap reads ({', '.join(sorted(suffixes()))}).")
        title = Path(name).stem if media_type_of(name) else name
        source = _source(url, title or (parts.hostname or "page"), media_type, ids, url)
        target = artefact_path(source, files_dir, Path())
        with storage_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            size = fetched.stat().st_size
            fetched.replace(target)
        write_record(source, files_dir, sha256, size, url)
    return source


def _source(place: str, name: str, media_type: str, ids: Collection[str], url: str) -> Source:
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "document"
    candidates = [f"own-{slug}", *(f"own-{slug}-{n}" for n in range(2, len(ids) + 3))]
    source_id = next(candidate for candidate in candidates if candidate not in ids)
    return Source(
        id=source_id,
        work_id=source_id,
        title=re.sub(r"[-_\s]+", " ", name).strip() or source_id,
        authors=(),
        year=None,
        kind="own",
        licence="your own copy",
        url=url,
        profile="own",
        sha256=None,
        media_type=media_type,
        location=WebFile(place, pinned=False) if place == url else LocalFile(place),
    )


def _place(location: LocalFile | WebFile) -> str:
    return location.url if isinstance(location, WebFile) else location.path


def _save(sources: tuple[Source, ...], own_file: Path) -> None:
    entries = [json.loads(source_to_json(source)) for source in sources]
    write_atomically(own_file, json.dumps(entries, indent=2, ensure_ascii=False).encode() + b"\n")
