"""What users see of a reading of the map: which work, where in it, why, and what to skip."""

from __future__ import annotations

from collections.abc import Mapping

from rlmap.corpus.citations import short_citation
from rlmap.study.steps import skip_sentence
from rlmap.types import Reading, Source
from rlmap.views import Payload, hours


def reading_payload(reading: Reading, sources: Mapping[str, Source]) -> Payload:
    """One reading: of what, where, why, what to skip."""
    source = sources.get(reading.source_id)
    return {
        "source_id": reading.source_id,
        "citation": _cited(reading, sources),
        "url": source.url if source else "",
        "where": reading.where,
        "why": reading.why,
        "skip": reading.skip,
        "level": reading.level,
        "minutes": reading.minutes,
    }


def reading_sentence(reading: Reading, sources: Mapping[str, Source]) -> str:
    """Return a reading as a sentence: who, what, where, why, and what to skip."""
    cited = _cited(reading, sources)
    return f"{cited}, {reading.where} ({hours(reading.minutes)}). {reading.why} {skip_sentence(reading)}"


def _cited(reading: Reading, sources: Mapping[str, Source]) -> str:
    source = sources.get(reading.source_id)
    return short_citation(source) if source else reading.source_id
