"""From what was read to an index that serves, unless one serves that was built from exactly this."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

from rlmap import __version__
from rlmap.corpus.sentences import RULES
from rlmap.corpus.store import CorpusStore
from rlmap.corpus.store_read import StoredPassage
from rlmap.engine import Engine
from rlmap.graph.load import load_graph
from rlmap.pipeline.passages import sentence_displays
from rlmap.search.builds import FORMAT, IndexInfo, current_build, read_info, serving_store
from rlmap.settings import Settings
from rlmap.types import Extraction, IndexRecord, Progress

#: By which rules sentences are cut.
_CUT_BY = hashlib.sha256(RULES.encode()).hexdigest()[:8]


def bring_index_up_to_date(settings: Settings, store: CorpusStore, progress: Progress, engine: Engine) -> IndexInfo:
    """Build the index, unless the one that serves was built from exactly this corpus."""
    built_from = settings.index_dir / "built_from"
    current = current_build(settings.index_dir)
    serving = serving_store(settings.index_dir)
    where = settings.store or serving
    summaries = sorted(concept.summary for concept in load_graph(settings.graph_dir).concepts.values())
    wanted = _built_from(current, store, summaries)
    unchanged = built_from.exists() and built_from.read_text(encoding="utf-8") == wanted
    if current and where == serving and unchanged:
        return read_info(settings.index_dir / current)
    from rlmap.pipeline.engines import spread  # noqa: PLC0415  (as below)
    from rlmap.search.build import build_index  # noqa: PLC0415  (a set-up with nothing to do is quick without it)
    from rlmap.search.encode import load_encoder  # noqa: PLC0415  (as above)

    stored = list(store.iter_passages())
    extraction_of = lru_cache(maxsize=1)(store.extraction)  # passages come document by document
    records = []
    for done, passage in enumerate(stored, start=1):
        records += _record(extraction_of(passage.document.id), passage)
        if done % 100 == 0 or done == len(stored):
            progress("Cutting sentences", done, len(stored))
    encoder = spread(load_encoder(settings.model_dir), settings.model_dir, engine)
    info = build_index(
        records, index_dir=settings.index_dir, encoder=encoder, summaries=summaries, store=where, progress=progress
    )
    built_from.write_text(_built_from(info.name, store, summaries), encoding="utf-8")
    return info


def _built_from(name: str | None, store: CorpusStore, summaries: Sequence[str]) -> str:
    """Return what a build hangs on: when any of it differs, the index is built anew."""
    of_the_map = hashlib.sha256("\n".join(summaries).encode()).hexdigest()[:16]
    return f"{name} {__version__} {FORMAT} {_CUT_BY} {of_the_map} {store.fingerprint()}"


def _record(extraction: Extraction, stored: StoredPassage) -> list[IndexRecord]:
    passage, source = stored.passage, stored.source
    display, sentences = sentence_displays(stored.document, extraction, passage)
    if not sentences:
        return []
    start = passage.locator.start
    return [
        IndexRecord(
            passage_id=passage.id,
            work_id=source.work_id,
            source_id=source.id,
            kind=source.kind,
            year=source.year,
            formalism=passage.formalism,
            text=display.text,
            context=" › ".join(dict.fromkeys([stored.document.title, *passage.section_path])),
            sentences=tuple(part.text for _, part in sentences),
            headings=passage.section_path,
            places=tuple((place.start - start, place.end - start) for place, _ in sentences),
            reading=extraction.text_sha256,
        )
    ]
