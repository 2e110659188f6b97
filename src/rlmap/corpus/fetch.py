"""Bringing the sources of the manifest onto this machine.

Public functions
----------------
``fetch_sources(sources, *, files_dir, corpus_dir, mirror, progress) -> FetchReport``
    Fetch what is missing, in parallel; a source that fails is reported and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rlmap.corpus.fetch_outcome import FetchOutcome, FetchState
from rlmap.corpus.files import (
    artefact_path,
    known_hashes,
    note_failures,
    read_record,
    sha256_of,
    storage_errors,
    write_record,
)
from rlmap.corpus.known_hosts import host_of, unreachable_lately
from rlmap.engine import LOCAL, Engine
from rlmap.errors import FetchError
from rlmap.types import LocalFile, PartOf, Progress, Source, WebFile, no_progress

if TYPE_CHECKING:
    from rlmap.corpus.fetch_web import WebLimits

__all__ = ["FetchOutcome", "FetchReport", "FetchState", "fetch_sources"]


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


def fetch_sources(
    sources: Sequence[Source],
    *,
    files_dir: Path,
    corpus_dir: Path,
    mirror: Path | None = None,
    progress: Progress = no_progress,
    limits: WebLimits | None = None,
    trust_unreachable_s: float = 0.0,
    engine: Engine = LOCAL,
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
    trust_unreachable_s : float
        A host that did not answer within so many seconds before is not tried again.
    engine : Engine
        Runs the fetches.

    Returns
    -------
    FetchReport
        One outcome for each source. Only trouble with the data folder itself is raised.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    BusyError
        If another process fetches into the same folder.
    """
    mirrored = _mirror_files(mirror)
    settled = _settled_early(sources, files_dir, corpus_dir, mirrored, trust_unreachable_s)
    parts = [source for source in sources if source.id not in settled and isinstance(source.location, PartOf)]
    wanted = [source for source in sources if source.id not in settled and source not in parts]
    progress("fetch", len(settled), len(sources))
    if wanted:
        from rlmap.corpus.fetch_many import fetch_wanted  # noqa: PLC0415  (imports the libraries of the network)

        for outcome in fetch_wanted(
            wanted, files_dir=files_dir, corpus_dir=corpus_dir, mirrored=mirrored, limits=limits, engine=engine
        ):
            settled[outcome.source_id] = outcome
            progress("fetch", len(settled), len(sources))
    settled.update((source.id, _part_outcome(source, files_dir, corpus_dir)) for source in parts)
    note_failures(files_dir, {outcome.source_id: outcome.reason for outcome in settled.values()})
    return FetchReport(tuple(settled[source.id] for source in sources))


def _settled_early(
    sources: Sequence[Source], files_dir: Path, corpus_dir: Path, mirrored: dict[str, Path], trust_unreachable_s: float
) -> dict[str, FetchOutcome]:
    """Return, by source id, the outcomes of the sources that are not fetched now."""
    dead = unreachable_lately(files_dir, trust_unreachable_s)
    early = [
        _without_fetching(source, files_dir, corpus_dir) or _not_again(source, mirrored, dead) for source in sources
    ]
    return {outcome.source_id: outcome for outcome in early if outcome is not None}


def _without_fetching(source: Source, files_dir: Path, corpus_dir: Path) -> FetchOutcome | None:
    """Return the outcome of a source that needs no fetching, else ``None``."""
    path = artefact_path(source, files_dir, corpus_dir)
    if isinstance(source.location, LocalFile):
        if path.exists():
            return FetchOutcome(source.id, "present")
        return FetchOutcome(source.id, "failed", f"{path} does not exist (any more).")
    if isinstance(source.location, PartOf) or not path.is_file():
        return None
    with storage_errors(path):
        sha256, size = sha256_of(path), path.stat().st_size
    expected = known_hashes(source, files_dir)
    if expected and sha256 not in expected:
        return None  # Changed on disk since it was fetched: fetch it again.
    if read_record(source, files_dir) is None:
        write_record(source, files_dir, sha256, size, "found in place")
    return FetchOutcome(source.id, "present", size_bytes=size)


def _not_again(source: Source, mirrored: dict[str, Path], dead: dict[str, str]) -> FetchOutcome | None:
    """Return the outcome of a source whose host did not answer lately, else ``None``."""
    if not isinstance(source.location, WebFile) or source.id in mirrored:
        return None
    host = host_of(source.location.url)
    if host not in dead:
        return None
    name = host.rpartition(":")[0]
    return FetchOutcome(source.id, "unreachable", f"{source.id}: {name} could not be reached lately ({dead[host]}).")


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


def _part_outcome(source: Source, files_dir: Path, corpus_dir: Path) -> FetchOutcome:
    """Return the outcome of a source that is found in the file of another one."""
    assert isinstance(source.location, PartOf)
    whole = source.location.source_id
    path = artefact_path(source, files_dir, corpus_dir)
    if path.is_file():
        write_record(source, files_dir, sha256_of(path), path.stat().st_size, f"part of {whole}")
        return FetchOutcome(source.id, "present")
    return FetchOutcome(source.id, "failed", f"{source.id}: it is in the file of {whole}, which is not here.")
