"""Quotes that were kept outside rlmap, looked up again in the sources as they are now.

A saved answer (``rlmap ask QUESTION --json > answer.json``) outlives its corpus: files change,
and a newer reader may give another canonical text, with other offsets. A quote still stands if it
is at its place, or at exactly one other place together with the words around it. Otherwise it is
orphaned: a lookalike is not taken for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rlmap.corpus.pages import page_of
from rlmap.corpus.reanchor import only_place
from rlmap.corpus.store import CorpusStore
from rlmap.corpus.strict_key import same_reading
from rlmap.corpus.verify import verify
from rlmap.errors import InputError, UnknownNameError
from rlmap.pipeline.workspace import Workspace
from rlmap.types import Locator

QuoteState = Literal["stands", "moved", "orphaned"]


@dataclass(frozen=True, slots=True)
class Recheck:
    """What became of one saved quote; ``start`` and ``end`` are its place now, -1 if it has none."""

    document_id: str
    text: str
    state: QuoteState
    reason: str
    start: int = -1
    end: int = -1
    page_label: str | None = None


@dataclass(frozen=True, slots=True)
class _Saved:
    document_id: str
    text: str
    prefix: str
    suffix: str
    start: int
    end: int


def recheck_quotes(workspace: Workspace, saved: Path) -> list[Recheck]:
    """Look up every quote of a saved answer.

    Raises
    ------
    InputError
        If the file is no answer that ``rlmap ask --json`` printed.
    """
    return [_recheck(workspace.store, quote) for quote in _saved_quotes(saved)]


def _saved_quotes(path: Path) -> Iterator[_Saved]:
    expected = "expected was what 'rlmap ask QUESTION --json' printed"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as JSON ({error}): {expected}.") from error
    try:
        quotes: list[dict[str, Any]] = [quote for answer in raw["answers"] for quote in answer["quotes"]]
        for quote in quotes:
            document_id, text, prefix, suffix = (str(quote[key]) for key in ("document_id", "text", "prefix", "suffix"))
            yield _Saved(document_id, text, prefix, suffix, int(quote["start"]), int(quote["end"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is no saved answer ({type(error).__name__}: {error}): {expected}.") from error


def _recheck(store: CorpusStore, quote: _Saved) -> Recheck:
    try:
        document = store.document(quote.document_id)
    except UnknownNameError:
        return Recheck(quote.document_id, quote.text, "orphaned", "The document is not in the corpus any more.")
    extraction = store.extraction(document.id)
    place: Locator | None = Locator(document.id, quote.start, quote.end)
    state: QuoteState = "stands"
    if not same_reading(extraction.text[quote.start : quote.end], quote.text):
        place, state = only_place(extraction, quote.text, quote.prefix, quote.suffix), "moved"
    if place is None:
        reason = "Its words with those around them are not found at exactly one place of the document."
        return Recheck(document.id, quote.text, "orphaned", reason)
    verification = verify(document, extraction, place)
    if verification.state == "withdrawn":
        return Recheck(document.id, quote.text, "orphaned", verification.reason)
    page = page_of(extraction, place)
    label = page.label if page else None
    return Recheck(document.id, quote.text, state, verification.reason, place.start, place.end, label)


def recheck_text(checks: Sequence[Recheck]) -> str:
    """Return one line for each quote, and the count of those that no longer stand."""
    lines = []
    for check in checks:
        words = " ".join(check.text.split())
        short = words if len(words) <= 70 else f"{words[:69]}…"
        lines.append(f"{check.state:9} {check.document_id}: “{short}”" + (f" {check.reason}" if check.reason else ""))
    orphaned = sum(check.state == "orphaned" for check in checks)
    return "\n".join([*lines, f"{len(checks) - orphaned} of {len(checks)} quotes still stand."])
