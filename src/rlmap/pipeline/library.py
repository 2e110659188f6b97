"""The library of sources: status, verification, citations, counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rlmap.corpus import citations
from rlmap.corpus.left_out import left_out_counts
from rlmap.corpus.status import corpus_status as status_of_sources
from rlmap.corpus.store import CorpusStore
from rlmap.corpus.verify import verify
from rlmap.pipeline.workspace import Workspace, all_sources
from rlmap.settings import Settings
from rlmap.types import Progress, no_progress

#: Pages differ, what happened on them does not.
_PAGE = re.compile(r"\bpage \S+(?= differs)")


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One source as the library lists it.

    ``left_out`` are the reasons why parts of what was read may not be quoted, each with the number
    of such blocks.
    """

    source_id: str
    title: str
    kind: str
    licence: str
    profile: str
    url: str
    state: str
    reason: str
    documents: int
    passages: int
    failures: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class VerifiedRow:
    """How many passages of a source stand, are better seen as a picture, or are withdrawn."""

    source_id: str
    verified: int
    picture: int
    withdrawn: int
    reasons: tuple[str, ...]


def corpus_status(settings: Settings) -> list[StatusRow]:
    """Return every source of the manifest and the user's own, with what became of it."""
    settings.ensure_home()
    rows = status_of_sources(
        all_sources(settings), CorpusStore(settings.corpus_db), settings.files_dir, settings.corpus_dir
    )
    return [
        StatusRow(
            source_id=row.source.id,
            title=row.source.title,
            kind=row.source.kind,
            licence=row.source.licence,
            profile=row.source.profile,
            url=row.source.url,
            state=row.state,
            reason=row.reason,
            documents=row.documents,
            passages=row.passages,
            failures=row.failures,
            left_out=left_out_counts(note for _, note in row.notes),
        )
        for row in rows
    ]


def status_text(rows: Sequence[StatusRow]) -> str:
    """Return the status as lines: what is here first, then how much is not."""
    here = [row for row in rows if row.state not in {"not fetched"}]
    lines = [
        f"{row.state:8} {row.passages:6} passages  {row.source_id:32} {row.licence:14} {row.reason}" for row in here
    ]
    for row in here:
        lines += [f"         {document}: {reason}" for document, reason in row.failures]
        if row.left_out:
            lines.append("         left out: " + "; ".join(f"{reason} ({count})" for reason, count in row.left_out))
    absent = Counter(row.profile for row in rows if row.state == "not fetched")
    lines += [
        f"{count} sources of the profile {profile!r} are not fetched: rlmap corpus fetch --profile {profile}"
        for profile, count in sorted(absent.items())
    ]
    return "\n".join(lines)


def verify_corpus(settings: Settings, *, progress: Progress = no_progress) -> list[VerifiedRow]:
    """Read every file again now, whatever was kept, check each passage, and count the outcomes by source."""
    store = Workspace(settings).store
    sources = store.sources()
    rows = []
    for done, source in enumerate(sources, start=1):
        states: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        for document in store.documents(source.id):
            extraction = store.extraction(document.id)
            for passage in store.passages_of(document.id):
                outcome = verify(document, extraction, passage.locator)
                states[outcome.state] += 1
                if outcome.reason:
                    reasons[_PAGE.sub("a page", outcome.reason)] += 1
        common = tuple(f"{reason} ({count})" for reason, count in reasons.most_common(3))
        rows.append(VerifiedRow(source.id, states["verified"], states["picture"], states["withdrawn"], common))
        progress("verify sources", done, len(sources))
    return rows


def verify_text(rows: Sequence[VerifiedRow]) -> str:
    """Return the outcome of a verification as a table; why anything was withdrawn stands below its source."""
    lines = [f"{'source':34} {'verified':>9} {'picture':>8} {'withdrawn':>10}"]
    for row in rows:
        lines.append(f"{row.source_id:34} {row.verified:9} {row.picture:8} {row.withdrawn:10}")
        if row.withdrawn:
            lines += [f"    {reason}" for reason in row.reasons]
    verified, picture, withdrawn = (
        sum(getattr(row, name) for row in rows) for name in ("verified", "picture", "withdrawn")
    )
    lines.append(f"{'all':34} {verified:9} {picture:8} {withdrawn:10}")
    return "\n".join(lines)


def export_citations(settings: Settings, form: str) -> str:
    """Return every source as BibTeX or CSL-JSON."""
    sources = all_sources(settings)
    return citations.csl_json(sources) if form == "csl" else citations.bibtex(sources)


def library_counts(workspace: Workspace) -> dict[str, int]:
    """Return what is in the map: concepts, reasons, works and passages that can be quoted."""
    graph = workspace.graph
    info = workspace.index.info
    reasons = sum(len(c.prerequisites) + len(c.helpful) + len(c.any_of) for c in graph.concepts.values())
    return {"Concepts": len(graph.concepts), "Reasons": reasons, "Works": info.works, "Passages": info.passages}
