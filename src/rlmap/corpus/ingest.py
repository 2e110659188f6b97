"""Reading fetched documents into the store, and only those that changed.

Public functions
----------------
``ingest(sources, store, extract, split, progress, workers, ...) -> IngestReport``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rlmap import __version__
from rlmap.corpus.documents import documents_of
from rlmap.corpus.extract.registry import extractor_for
from rlmap.corpus.left_out import left_out_note
from rlmap.corpus.lock import building
from rlmap.corpus.shares import Shares
from rlmap.corpus.store import CorpusStore, KnownDocument
from rlmap.engine import LOCAL, Engine
from rlmap.errors import ExtractError, FetchError
from rlmap.types import Document, Extraction, Passage, Progress, Source, no_progress

Extract = Callable[[Document], Extraction]
Split = Callable[[Extraction, Document, bool], Iterable[Passage]]
_Outcome = tuple[Extraction, tuple[Passage, ...]] | ExtractError

#: Part of a document's engine, so that it is cut again when the way of cutting changes.
_PARAGRAPHS_ALONE = ", paragraphs alone"


@dataclass(frozen=True, slots=True)
class IngestReport:
    """How many documents were read now, had not changed, repeat another file, or failed."""

    read: int
    unchanged: int
    duplicates: int
    failed: tuple[tuple[str, str], ...]
    missing_sources: tuple[str, ...]


def ingest(
    sources: Sequence[Source],
    store: CorpusStore,
    extract: Extract,
    split: Split,
    *,
    files_dir: Path,
    corpus_dir: Path,
    progress: Progress = no_progress,
    workers: int = 2,
    engine: Engine = LOCAL,
) -> IngestReport:
    """Bring the store up to date with ``sources``.

    A document is read again only if its bytes or the version of its reader changed. Sources and
    documents that are gone disappear from the store. A document with the same bytes as an
    earlier one is not read a second time. One that cannot be read is recorded with the reason.

    Parameters
    ----------
    sources : sequence of Source
        All that the corpus shall hold; the earlier of two equal files wins.
    store : CorpusStore
    extract : callable
        Reads one document; it must contain what a hostile file can do to a process. Called from
        several threads.
    split : callable
        Cuts what was read into passages; its third argument says that the paragraphs of the
        document are written to be read alone (see :func:`rlmap.corpus.split.split_extraction`).
    files_dir, corpus_dir : Path
        Where fetched and local files are.
    progress : Progress
        Stage ``"read"``, in documents that need reading.
    workers : int
        How many documents are read at the same time by this process.
    engine : Engine
        Runs the reading.

    Raises
    ------
    BusyError
        If another build is running on this store.
    StorageError
        If the store cannot be written.
    """
    with building(store.path.with_suffix(".lock")):
        store.put_sources(sources)
        documents, missing = _collect(sources, store, files_dir, corpus_dir)
        shares = Shares(sources)
        alone = frozenset(source.id for source in sources if source.kind == "handbook")
        todo = _sorted(documents, store, shares, alone)

        read = partial(_read, extract=extract, split=split, shares=shares, alone=alone)
        failed = _read_all(todo.changed, read, store, progress, partial(engine.run, workers=workers, wait=False))
        _settle_states(sources, store, {source_id for source_id, _ in missing})
    names = tuple(source_id for source_id, _ in missing)
    failures = tuple(sorted([*failed, *todo.unreadable]))
    return IngestReport(len(todo.changed) - len(failed), todo.unchanged, todo.duplicates, failures, names)


def engine_of(document: Document) -> str:
    """Return the name and version of the reader of ``document``, and of rlmap, which cuts the passages.

    Raises
    ------
    ExtractError
        If no reader reads its media type.
    """
    extractor = extractor_for(document.media_type)
    return f"{extractor.name} {extractor.version}, rlmap {__version__}"


def _read(document: Document, *, extract: Extract, split: Split, shares: Shares, alone: Collection[str]) -> _Outcome:
    """Read one document; writes nothing, so that it may run anywhere, and again."""
    try:
        extraction = extract(document)
    except ExtractError as error:
        return error
    passages = split(extraction, document, document.source_id in alone)
    return extraction, tuple(shares.kept(document, passages))


def _collect(
    sources: Sequence[Source], store: CorpusStore, files_dir: Path, corpus_dir: Path
) -> tuple[list[Document], list[tuple[str, str]]]:
    """Return the documents on this machine, and the sources that are not, with the reason."""
    documents: list[Document] = []
    missing: list[tuple[str, str]] = []
    for source in sources:
        try:
            found = documents_of(source, files_dir, corpus_dir)
        except FetchError as error:
            missing.append((source.id, str(error)))
            store.keep_documents(source.id, ())
            store.set_source_state(source.id, "missing", str(error))
            continue
        store.keep_documents(source.id, found)
        documents += found
    return documents, missing


@dataclass(slots=True)
class _Sorted:
    """Documents sorted by what is to be done with them; ``changed`` with their engines."""

    changed: list[tuple[Document, str]]
    unreadable: list[tuple[str, str]]
    unchanged: int = 0
    duplicates: int = 0


def _sorted(documents: Sequence[Document], store: CorpusStore, shares: Shares, alone: Collection[str]) -> _Sorted:
    """Decide what must be read; documents that need no reading are settled in the store.

    ``alone`` are the ids of the sources whose paragraphs are passages.
    """
    known = store.known_documents()
    first_of: dict[tuple[str, str], str] = {}
    result = _Sorted([], [])
    for document in documents:
        try:
            cut = _PARAGRAPHS_ALONE if document.source_id in alone else ""
            engine = engine_of(document) + shares.key(document) + cut
        except ExtractError as error:
            store.save_unread(document, "none", "failed", str(error))
            result.unreadable.append((document.id, str(error)))
            continue
        first = first_of.setdefault((document.sha256, shares.heading(document)), document.id)
        before = known.get(document.id)
        if first != document.id:
            result.duplicates += 1
            _note_duplicate(document, engine, first, before, store)
        elif before and before.state != "duplicate" and (before.sha256, before.engine) == (document.sha256, engine):
            result.unchanged += 1
        else:
            result.changed.append((document, engine))
    # A passage that moves from one source to another in the same file must first be gone from the one.
    shared = Counter(document.sha256 for document in documents)
    store.forget([document.id for document, _ in result.changed if shared[document.sha256] > 1])
    return result


def _note_duplicate(
    document: Document, engine: str, first: str, before: KnownDocument | None, store: CorpusStore
) -> None:
    reason = f"has the same bytes as {first}"
    if before is None or (before.state, before.reason) != ("duplicate", reason):
        store.save_unread(document, engine, "duplicate", reason)


def _read_all(
    changed: Sequence[tuple[Document, str]],
    read: Callable[[Document], _Outcome],
    store: CorpusStore,
    progress: Progress,
    run: Callable[[Callable[[Document], _Outcome], Sequence[Document]], Iterator[tuple[int, _Outcome]]],
) -> list[tuple[str, str]]:
    """Read documents at the same time, store each as soon as it is there; return the failures."""
    failed: list[tuple[str, str]] = []
    progress("read", 0, len(changed))
    outcomes = run(read, [document for document, _ in changed])
    for done, (place, outcome) in enumerate(outcomes, start=1):
        document, engine = changed[place]
        if isinstance(outcome, ExtractError):
            failed.append((document.id, str(outcome)))
            store.save_unread(document, engine, "failed", str(outcome))
        else:
            store.save(document, *outcome, engine, left_out_note(outcome[0]))
        progress("read", done, len(changed))
    return failed


def _settle_states(sources: Sequence[Source], store: CorpusStore, missing: set[str]) -> None:
    """Record for each source whether anything of it was read."""
    states = store.source_states()
    read = store.counts()
    reasons: dict[str, str] = {}
    for known in store.known_documents().values():
        if known.state == "failed":
            reasons.setdefault(known.source_id, known.reason)
    for source in sources:
        if source.id in missing:
            continue
        state = "read" if source.id in read else "failed"
        reason = "" if state == "read" else reasons.get(source.id, "all of it repeats other sources")
        if states[source.id] != (state, reason):
            store.set_source_state(source.id, "read" if state == "read" else "failed", reason)
