"""Splitting a document into passages.

``split_extraction(extraction, document, paragraphs_alone=False) -> tuple[Passage, ...]``
    Passages in the order of the text: each a contiguous slice of the canonical text, of whole
    paragraphs where they are not too long, never across a heading, of quotable blocks only.
``formalism_of(text: str) -> float``
    Share in [0, 1] of a display text that is mathematics.

A formula between two paragraphs stays with them, because they do not read without it; so does
what a page break puts between two halves of a paragraph (a running head, a footnote).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rlmap.corpus.display import Display, display_of
from rlmap.corpus.extract.base import FOOTNOTE
from rlmap.corpus.extract.docstrings import teaches
from rlmap.corpus.extract.prose import explains, words
from rlmap.corpus.sentences import sentences
from rlmap.types import QUOTABLE_BLOCKS, Block, BlockType, Document, Extraction, Locator, Passage

#: A passage is closed when it has this many words, and a new paragraph begins.
ENOUGH_WORDS = 60
#: Paragraphs are added to a passage while it stays below this many words.
WANTED_WORDS = 180
#: A single paragraph longer than this is cut between sentences.
MOST_WORDS = 220
#: What is shorter than this says nothing by itself.
LEAST_WORDS = 8

_MATHS = re.compile(r"\$[^$]+\$")
_SYMBOLS = re.compile(r"[=<>≤≥≈∼∝∑∏∫∂∇√∞∈∉⊂⊆∀∃→←⇒·×÷±^|{}\\\u0370-\u03ff\U0001d400-\U0001d7ff−∗′]")


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of text that is not divided further, with its number of words."""

    start: int
    end: int
    words: int
    block_type: BlockType
    section_path: tuple[str, ...]
    leads: bool


def split_extraction(extraction: Extraction, document: Document, paragraphs_alone: bool = False) -> tuple[Passage, ...]:
    """Split a document into passages of about 60 to 180 words.

    Parameters
    ----------
    extraction : Extraction
        What was read from ``document``.
    document : Document
    paragraphs_alone : bool
        Whether its paragraphs are written to be read alone, as those of the handbook are: then
        each is a passage, however short. Joined ones blur what a passage is about.

    Returns
    -------
    tuple of Passage
        In the order of the text, not overlapping. ``id`` is the first 32 hexadecimal digits of
        the SHA-256 of ``<document sha256>:<start>:<end>``.
    """
    passages: list[Passage] = []
    for run in _runs(extraction):
        parts = [part for stretch in _stretches(run, extraction) for part in _parts(stretch, document, extraction)]
        for group in _grouped(parts, 0 if paragraphs_alone else ENOUGH_WORDS):
            passage = _passage(group, document, extraction)
            if passage is not None:
                passages.append(passage)
    return tuple(passages)


def formalism_of(text: str) -> float:
    """Return the share of ``text`` (display text) that is mathematics, in [0, 1].

    Characters between ``$`` count, and, where a PDF has no such marks, words that hold a
    mathematical symbol or are a single letter.
    """
    if not text:
        return 0.0
    marked = sum(len(match.group()) for match in _MATHS.finditer(text))
    rest = _MATHS.sub(" ", text)
    loose = sum(
        len(word) + 1
        for word in rest.split()
        if _SYMBOLS.search(word)
        or (len(word.strip(".,;:()")) == 1 and word.strip(".,;:()") not in ("a", "A", "I", "•", "–"))
    )
    return round(min(1.0, (marked + loose) / len(text)), 3)


def _runs(extraction: Extraction) -> Iterator[list[Block]]:
    """Yield the blocks of each stretch of text that can be read in one go."""
    run: list[Block] = []
    between: list[Block] = []
    for block in extraction.blocks:
        if block.block_type in QUOTABLE_BLOCKS:
            if run and not _goes_on(run[-1], between, block, extraction.text):
                yield run
                run = []
            elif run:
                run.extend(item for item in between if item.block_type == "math")
            between = []
            run.append(block)
        else:
            between.append(block)
    if run:
        yield run


def _goes_on(before: Block, between: Sequence[Block], block: Block, text: str) -> bool:
    if before.section_path != block.section_path:
        return False
    if all(item.block_type == "math" for item in between):
        return True
    ended = re.search(r"[.!?:][\"'”’)\]]*$", text[before.start : before.end].rstrip())
    begins_small = text[block.start : block.start + 1].islower()
    # A figure in between may end in a scrap of its caption, so that only what a page break puts
    # between two halves of a sentence is passed over.
    at_page_break = all(item.block_type == "running-head" or item.reason == FOOTNOTE for item in between)
    return at_page_break and ended is None and begins_small


def _stretches(run: list[Block], extraction: Extraction) -> Iterator[list[Block]]:
    """Yield blocks that cannot be parted: formulas and broken paragraphs with what they are in."""
    stretch: list[Block] = []
    for block in run:
        if stretch and not (
            block.block_type == "math"
            or stretch[-1].block_type == "math"
            or _broken(stretch[-1], block, extraction.text)
        ):
            yield stretch
            stretch = []
        stretch.append(block)
    if stretch:
        yield stretch


def _broken(before: Block, block: Block, text: str) -> bool:
    ended = re.search(r"[.!?:][\"'”’)\]]*$", text[before.start : before.end].rstrip())
    return ended is None and text[block.start : block.start + 1].islower() and block.block_type == "prose"


def _parts(stretch: list[Block], document: Document, extraction: Extraction) -> Iterator[_Part]:
    start, end = stretch[0].start, stretch[-1].end
    display = display_of(document, extraction, Locator(document.id, start, end))
    count = len(words(display.text))
    first = stretch[0]
    leads = display.text.rstrip().endswith(":")
    if count <= MOST_WORDS:
        yield _Part(start, end, count, first.block_type, first.section_path, leads)
        return
    for low, high, inner in _sentence_groups(display):
        yield _Part(low, high, inner, first.block_type, first.section_path, False)


def _sentence_groups(display: Display) -> Iterator[tuple[int, int, int]]:
    """Yield ranges of whole sentences of about :data:`WANTED_WORDS` words."""
    counted = [(low, high, len(words(display.between(low, high).text))) for low, high in sentences(display)]
    total = sum(count for _, _, count in counted)
    share = total / max(1, round(total / (0.8 * WANTED_WORDS)))
    start, size = None, 0
    for low, high, count in counted:
        start = low if start is None else start
        size += count
        if size >= share or high == counted[-1][1]:
            yield start, high, size
            start, size = None, 0


def _grouped(parts: Sequence[_Part], enough: int) -> Iterator[list[_Part]]:
    """Yield groups of parts that make a passage; what announces something goes with what follows.

    A group of ``enough`` words takes no further part.
    """
    group: list[_Part] = []
    size = 0
    for part in parts:
        if group:
            announced = group[-1].leads
            most = MOST_WORDS if announced else WANTED_WORDS
            if size + part.words > most or (size >= enough and not announced):
                carried = [group.pop()] if announced and len(group) > 1 else []
                yield group
                group, size = carried, sum(item.words for item in carried)
        group.append(part)
        size += part.words
    if len(group) > 1 and group[-1].leads:
        group.pop()
    if group:
        yield group


def _passage(group: Sequence[_Part], document: Document, extraction: Extraction) -> Passage | None:
    start, end = group[0].start, group[-1].end
    text = display_of(document, extraction, Locator(document.id, start, end)).text
    section_path = group[0].section_path
    if not _worth_quoting(text, document.media_type, section_path) or (
        len(group) == 1 and group[0].leads and group[0].words < 25
    ):
        return None
    digest = hashlib.sha256(f"{document.sha256}:{start}:{end}".encode()).hexdigest()[:32]
    longest = max(group, key=lambda part: part.words)
    return Passage(digest, Locator(document.id, start, end), section_path, longest.block_type, formalism_of(text))


def _worth_quoting(text: str, media_type: str, section_path: tuple[str, ...]) -> bool:
    # A short piece that begins in the middle of a sentence lost its beginning to a formula or a listing.
    if text[:1].islower() and len(words(text)) < 30 and media_type != "text/x-python":
        return False
    if media_type == "text/x-python":
        return teaches(text, section_path)
    return explains(text, LEAST_WORDS)
