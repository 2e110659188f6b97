"""Documents that a user gives to the app: kept in the data folder, read like any other of their own."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from rlmap.corpus.extract.registry import suffixes
from rlmap.corpus.files import write_atomically
from rlmap.corpus.own import load_own
from rlmap.errors import InputError, RlmapError
from rlmap.pipeline.setting_up import SetupReport, add_document, remove_document
from rlmap.settings import Settings
from rlmap.types import LocalFile, Progress, no_progress

#: The app's own limit, besides that of Streamlit, which the same number sets in .streamlit/config.toml.
MAX_UPLOAD_BYTES = 100 * 1024 * 1024
_LONGEST_NAME = 80


def upload_types() -> list[str]:
    """Return the endings, without dot, of files that can be read."""
    return sorted(suffix.removeprefix(".") for suffix in suffixes())


def add_upload(settings: Settings, name: str, data: bytes, *, progress: Progress = no_progress) -> SetupReport:
    """Keep a document in the data folder, read it in a child process with limits, and index it.

    Parameters
    ----------
    settings : Settings
        Where everything is.
    name : str
        The file's name as the browser gives it: only letters, digits and the ending of its last
        part are used.
    data : bytes
        The file.
    progress : Progress
        Told about every stage.

    Raises
    ------
    InputError
        If it is too large or empty, of a kind that is not read, or cannot be read; nothing of it
        is kept then.
    """
    kept = settings.uploads_dir / hashlib.sha256(data).hexdigest()[:12] / safe_name(name)
    if len(data) > MAX_UPLOAD_BYTES:
        raise InputError(f"{name[:80]} has {len(data) / 1e6:.0f} MB: documents up to 100 MB can be added.")
    if not data:
        raise InputError(f"{name[:80]} is empty: there is nothing to read.")
    if kept.suffix not in suffixes():
        raise InputError(f"{name[:80]} cannot be read: rlmap reads {', '.join(sorted(suffixes()))}.")
    write_atomically(kept, data)
    try:
        report = add_document(settings, str(kept), progress=progress)
        source_id = _source_of(settings, kept)
        faults = [problem for problem in report.problems if problem.startswith(f"{source_id}:")]
    except RlmapError:
        _delete(kept)
        raise
    if faults:
        remove_own_document(settings, source_id, progress=progress)
        raise InputError(f"{name[:80]} was not added: {faults[0].partition(': ')[2]}")
    return report


def remove_own_document(settings: Settings, source_id: str, *, progress: Progress = no_progress) -> SetupReport:
    """Forget one of the user's own documents, and delete it if the app kept it.

    Raises
    ------
    UnknownNameError
        If it is not one of the user's own.
    """
    locations = {source.id: source.location for source in load_own(settings.own_file)}
    report = remove_document(settings, source_id, progress=progress)
    location = locations.get(source_id)
    if isinstance(location, LocalFile) and Path(location.path).is_relative_to(settings.uploads_dir):
        _delete(Path(location.path))
    return report


def _delete(kept: Path) -> None:
    kept.unlink(missing_ok=True)
    kept.parent.rmdir()


def safe_name(name: str) -> str:
    """Return the last part of ``name`` with nothing but letters, digits, hyphens and one dot."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, _, ending = last.rpartition(".")
    readable = re.sub(r"[^A-Za-z0-9]+", "-", stem or ending).strip("-")[:_LONGEST_NAME] or "document"
    suffix = re.sub(r"[^a-z0-9]", "", ending.lower())[:8] if stem else ""
    return readable + (f".{suffix}" if suffix else "")


def _source_of(settings: Settings, kept: Path) -> str:
    return next(
        source.id
        for source in load_own(settings.own_file)
        if isinstance(source.location, LocalFile) and Path(source.location.path) == kept.resolve()
    )
