"""What the corpus holds and what it lacks, with the reason for everything that is lacking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rlmap.corpus.files import artefact_path, read_failures
from rlmap.corpus.store import CorpusStore
from rlmap.types import Source

State = Literal["read", "failed", "missing", "waiting", "not fetched"]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source. ``documents`` and ``passages`` count what was read.

    ``state`` is ``read``; ``failed`` (nothing of it could be read); ``missing`` (it was there
    and is gone); ``waiting`` (on this machine, not read yet) or ``not fetched``. ``failures``
    are documents that could not be read, ``notes`` say what was left out of those that were:
    both are pairs of document id and reason.
    """

    source: Source
    state: State
    reason: str
    documents: int
    passages: int
    failures: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]


def corpus_status(
    sources: Sequence[Source], store: CorpusStore, files_dir: Path, corpus_dir: Path
) -> tuple[SourceStatus, ...]:
    """Return the status of every source in ``sources``, in that order.

    Parameters
    ----------
    sources : sequence of Source
        The whole manifest and the user's own, fetched or not.
    store : CorpusStore
    files_dir, corpus_dir : Path
        Where fetched and local files are.
    """
    states = store.source_states()
    counts = store.counts()
    failures: dict[str, list[tuple[str, str]]] = {}
    notes: dict[str, list[tuple[str, str]]] = {}
    for document_id, known in store.known_documents().items():
        if known.state == "failed":
            failures.setdefault(known.source_id, []).append((document_id, known.reason))
        elif known.reason:
            notes.setdefault(known.source_id, []).append((document_id, known.reason))
    rows = []
    unfetched = read_failures(files_dir)
    for source in sources:
        state, reason = _state(source, states.get(source.id), artefact_path(source, files_dir, corpus_dir).exists())
        if state in {"not fetched", "missing"}:
            reason = unfetched.get(source.id, reason)
        documents, passages = counts.get(source.id, (0, 0))
        failed = tuple(failures.get(source.id, ()))
        rows.append(SourceStatus(source, state, reason, documents, passages, failed, tuple(notes.get(source.id, ()))))
    return tuple(rows)


def _state(source: Source, stored: tuple[State, str] | None, on_disk: bool) -> tuple[State, str]:
    if stored is None or stored[0] in {"waiting", "missing"}:
        if on_disk:
            return "waiting", "It is on this machine and will be read at the next 'rlmap setup'."
        if stored is None or source.profile == "personal":
            return "not fetched", _how_to_get(source)
    return stored or ("not fetched", _how_to_get(source))


def _how_to_get(source: Source) -> str:
    if source.profile == "personal" and source.location is not None:
        return "Its authors hold the rights: 'rlmap corpus fetch --profile personal' fetches it for your own use."
    if source.on_request:
        profile = source.profile
        return f"Not fetched by default ({source.on_request}): 'rlmap corpus fetch --profile {profile}' fetches it."
    if source.location is None:
        return f"Get it from {source.url} and add it with 'rlmap corpus add FILE'."
    return "'rlmap setup' fetches it when its address can be reached."
