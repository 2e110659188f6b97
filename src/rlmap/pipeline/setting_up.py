"""From the manifest to an index that serves: fetch, read, split, encode, build."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from rlmap.corpus.extract.sandbox import extract_safely
from rlmap.corpus.fetch import FetchReport, fetch_sources
from rlmap.corpus.ingest import IngestReport, ingest
from rlmap.corpus.manifest import load_manifest
from rlmap.corpus.own import add_own, load_own, remove_own
from rlmap.corpus.readings import ReadAgainReport, keep_readings
from rlmap.corpus.split import split_extraction
from rlmap.corpus.store import CorpusStore
from rlmap.engine import LOCAL, Engine
from rlmap.errors import InputError, UnknownNameError
from rlmap.pipeline.indexing import bring_index_up_to_date
from rlmap.pipeline.workspace import is_fetched
from rlmap.search.builds import IndexInfo, check_store
from rlmap.search.export import export_model
from rlmap.settings import Settings
from rlmap.spelling import nearest_names
from rlmap.types import PartOf, Profile, Progress, Source, no_progress

#: What a package index alone can serve, and our own texts.
OFFLINE_PROFILES: frozenset[Profile] = frozenset({"handbook", "registry"})
#: Fetched without being asked for; the open works as far as their hosts can be reached.
DEFAULT_PROFILES: frozenset[Profile] = OFFLINE_PROFILES | {"open"}
#: A host that did not answer is not asked for open works again before so many seconds have passed.
_TRUST_UNREACHABLE_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class SetupReport:
    """What a set-up did. ``problems`` are one sentence each; the rest went on without them."""

    sources: int
    fetched: int
    documents_read: int
    documents_unchanged: int
    passages: int
    works: int
    problems: tuple[str, ...]

    def text(self) -> str:
        """Return the report in a few lines."""
        lines = [
            f"{self.sources} sources here ({self.fetched} fetched now); {self.documents_read} documents read, "
            f"{self.documents_unchanged} unchanged.",
            f"The index serves {self.passages:,} passages of {self.works} works.",
        ]
        return "\n".join([*lines, *(f"skipped: {problem}" for problem in self.problems)])


def set_up(
    settings: Settings,
    *,
    extra_profiles: Collection[str] = (),
    default_profiles: Collection[str] = DEFAULT_PROFILES,
    mirror: Path | None = None,
    engine: Engine = LOCAL,
    progress: Progress = no_progress,
) -> SetupReport:
    """Fetch, read and index; only what changed since the last time is done again.

    Parameters
    ----------
    settings : Settings
        Where everything is.
    extra_profiles : collection of str
        Profiles that were asked for: fetched as well, with what is otherwise fetched on request
        only, and from hosts that did not answer lately, too.
    default_profiles : collection of str
        Profiles to fetch in any case. What an earlier call fetched stays.
    mirror : Path, optional
        A folder with files named by source id, used before the network.
    engine : Engine
        Runs fetching, reading and encoding.
    progress : Progress
        Told about every stage.

    Raises
    ------
    BusyError
        If another set-up is running.
    ManifestError, StorageError, ModelError
        If the manifest, the disk, the store or the packaged model cannot be used.
    InputError
        If the store of the settings is no address, or needs a package that is missing.
    """
    settings.ensure_home()
    if settings.store is not None:
        check_store(settings.store)  # before the long work, not after it
    manifest = load_manifest(settings.corpus_dir)
    wanted = [source for source in manifest.sources if _is_wanted(source, default_profiles, extra_profiles, mirror)]
    fetched = fetch_sources(
        wanted,
        files_dir=settings.files_dir,
        corpus_dir=settings.corpus_dir,
        mirror=mirror,
        engine=engine,
        progress=progress,
        trust_unreachable_s=0.0 if extra_profiles else _TRUST_UNREACHABLE_S,
    )
    return _read_and_index(settings, manifest.sources, fetched, progress, engine)


def fetch_named(
    settings: Settings, source_ids: Collection[str], *, mirror: Path | None = None, progress: Progress = no_progress
) -> SetupReport:
    """Fetch sources by name, whatever their profile, and read and index them.

    Raises
    ------
    UnknownNameError
        If the manifest has no such source.
    InputError
        If no address is known for one, and it is in no mirror: the user has to bring it.
    """
    settings.ensure_home()
    manifest = load_manifest(settings.corpus_dir)
    wanted: dict[str, Source] = {}
    for source_id in source_ids:
        if source_id not in manifest.by_id:
            raise UnknownNameError("source", source_id, nearest_names(source_id, manifest.by_id))
        source = manifest.by_id[source_id]
        if source.location is None and mirror is None:
            raise InputError(
                f"No address is known from which {source_id} can be fetched: get it from {source.url or 'its authors'}"
                ", then 'rlmap corpus add FILE'."
            )
        if isinstance(source.location, PartOf):  # the file that it is in comes first
            wanted[source.location.source_id] = manifest.by_id[source.location.source_id]
        wanted[source_id] = source
    fetched = fetch_sources(
        list(wanted.values()),
        files_dir=settings.files_dir,
        corpus_dir=settings.corpus_dir,
        mirror=mirror,
        progress=progress,
    )
    return _read_and_index(settings, manifest.sources, fetched, progress)


def add_document(settings: Settings, place: str, *, progress: Progress = no_progress) -> SetupReport:
    """Add a user's own file, folder or address, read it, and index it.

    Raises
    ------
    InputError
        If rlmap cannot read what is there.
    FetchError
        If an address does not serve it.
    """
    settings.ensure_home()
    manifest = load_manifest(settings.corpus_dir)
    add_own(place, own_file=settings.own_file, files_dir=settings.files_dir, taken=set(manifest.by_id))
    return _read_and_index(settings, manifest.sources, FetchReport(()), progress)


def remove_document(settings: Settings, source_id: str, *, progress: Progress = no_progress) -> SetupReport:
    """Forget one of the user's own documents; raises UnknownNameError if there is none of that id."""
    settings.ensure_home()
    remove_own(source_id, own_file=settings.own_file, files_dir=settings.files_dir)
    return _read_and_index(settings, load_manifest(settings.corpus_dir).sources, FetchReport(()), progress)


def _is_wanted(
    source: Source, default_profiles: Collection[str], asked_profiles: Collection[str], mirror: Path | None
) -> bool:
    if source.location is None and mirror is None:
        return False
    return source.profile in asked_profiles or (source.profile in default_profiles and not source.on_request)


def _read_and_index(
    settings: Settings, listed: Collection[Source], fetched: FetchReport, progress: Progress, engine: Engine = LOCAL
) -> SetupReport:
    store = CorpusStore(settings.corpus_db)
    here = [source for source in listed if _is_here(source, settings, fetched)]
    sources = [*here, *load_own(settings.own_file)]
    read = ingest(
        sources,
        store,
        extract_safely,
        split_extraction,
        files_dir=settings.files_dir,
        corpus_dir=settings.corpus_dir,
        progress=progress,
        workers=os.cpu_count() or 1,
        engine=engine,
    )
    again = keep_readings(store, progress=progress, workers=os.cpu_count() or 1, engine=engine)
    export_model(settings.model_dir, progress)
    info = bring_index_up_to_date(settings, store, progress, engine)
    return _report(len(sources), fetched, read, again, info)


def _is_here(source: Source, settings: Settings, fetched: FetchReport) -> bool:
    """Say whether a source of the manifest can be read: fetched now, or by an earlier set-up."""
    if any(outcome.source_id == source.id and not outcome.ok for outcome in fetched.outcomes):
        return False
    return is_fetched(settings, source)


def _report(
    sources: int, fetched: FetchReport, read: IngestReport, again: ReadAgainReport, info: IndexInfo
) -> SetupReport:
    problems = _fetch_problems(fetched)
    problems += [f"{document_id}: {reason}" for document_id, reason in read.failed]
    problems += [
        f"{document_id} cannot be read a second time in part, where its quotes are withdrawn: {reason}"
        for document_id, reason in again.failed
    ]
    return SetupReport(
        sources=sources,
        fetched=fetched.count("fetched"),
        documents_read=read.read,
        documents_unchanged=read.unchanged,
        passages=info.passages,
        works=info.works,
        problems=tuple(problems),
    )


def _fetch_problems(fetched: FetchReport) -> list[str]:
    """Return one sentence for each source that was not fetched; one for all behind silent hosts."""
    silent = [outcome for outcome in fetched.failures if outcome.state == "unreachable"]
    problems = [f"{outcome.source_id}: {outcome.reason}" for outcome in fetched.failures if outcome not in silent]
    if len(silent) <= 2:
        return [*(outcome.reason for outcome in silent), *problems]
    shared = (
        f"{len(silent)} sources whose hosts cannot be reached from here, the first of them {silent[0].reason} "
        "Everything else is served; 'rlmap corpus fetch --profile open' tries again."
    )
    return [shared, *problems]
