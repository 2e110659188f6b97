"""Captions of lectures: WebVTT and SubRip. The canonical text is the file's own text.

Cues are joined into paragraphs of whole sentences; the section path of each is the time at
which it is spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from rlmap.corpus.extract.base import decode_text, make_extraction
from rlmap.errors import ExtractError
from rlmap.types import Block, Document, Extraction

#: A paragraph ends with the first sentence that ends after so many words, or at a pause.
_ENOUGH_WORDS = 70
_MOST_WORDS = 180
_PAUSE_S = 4.0

_TIMES = re.compile(
    r"(?m)^[ \t]*(?P<from>(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})[ \t]+-->[ \t]+(?P<to>(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})[^\n]*$"
)


class Cue(NamedTuple):
    """A caption: the range of its words, and when it is shown (seconds)."""

    start: int
    end: int
    from_s: float
    to_s: float


class CaptionExtractor:
    """Reads WebVTT and SubRip captions."""

    name = "rlmap-captions"
    version = "1"
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {"text/vtt": (".vtt",), "application/x-subrip": (".srt",)}

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read the file's text and join its cues to paragraphs."""
        text = decode_text(data, document)
        cues = list(_cues(text))
        if not cues:
            raise ExtractError(f"{document.member or document.path} has no captions (no line with two times and -->).")
        return make_extraction(self, document, text, _paragraphs(text, cues))


def _cues(text: str) -> Iterator[Cue]:
    for match in _TIMES.finditer(text):
        gap = re.compile(r"\r?\n[ \t]*(?:\r?\n|\Z)").search(text, match.end())
        start, end = match.end(), gap.start() if gap else len(text)
        if text[start:end].strip():
            yield Cue(start, end, _seconds(match["from"]), _seconds(match["to"]))


def _seconds(stamp: str) -> float:
    seconds = 0.0
    for part in stamp.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _paragraphs(text: str, cues: list[Cue]) -> Iterator[Block]:
    first, count = 0, 0
    for index, cue in enumerate(cues):
        spoken = text[cue.start : cue.end].strip()
        count += len(spoken.split())
        pause = cues[index + 1].from_s - cue.to_s if index + 1 < len(cues) else _PAUSE_S
        ended = spoken.endswith((".", "!", "?", '"'))
        if pause >= _PAUSE_S or count >= _MOST_WORDS or (ended and count >= _ENOUGH_WORDS):
            yield Block(cues[first].start, cue.end, "prose", (clock(cues[first].from_s),))
            first, count = index + 1, 0


def clock(seconds: float) -> str:
    """Return a time as ``h:mm:ss``."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


EXTRACTOR = CaptionExtractor()
