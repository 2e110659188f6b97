"""What each paragraph of a PDF is, by how it is set and where it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rlmap.corpus.extract.base import FOOTNOTE
from rlmap.corpus.extract.pdf.paragraphs import CAPTION, ITEM, PageText, Paragraph
from rlmap.corpus.extract.prose import words
from rlmap.corpus.extract.sections import section_type
from rlmap.types import Block, BlockType

_NUMBERED = re.compile(r"^(?P<number>(?:Appendix\s+)?(?:\d{1,2}|[A-Z])(?:\.\d{1,2})*)\.?\s+(?P<title>[A-Z\"“].*)$")
_MATH_CHARACTERS = re.compile(
    r"[=+<>≤≥≈∼∝∑∏∫∂∇√∞∈∉⊂⊆∀∃→←↔⇒·×÷±^|{}\\\u0370-\u03ff\U0001d400-\U0001d7ff\uf8e0-\uf8ff−∗′]"
)
_NOT_A_TITLE = re.compile(r"[=@∼←≤≥]|^\d+:|\bReceived \d|^(?:end|for|if|while|return)\b|\b(?:19|20)\d\d[;.]")
_PSEUDOCODE = re.compile(
    r"(?m)^\s*\d+:\s|\bend (?:for|while|if|procedure)\b|^\s*(?:Input|Initiali[sz]e|Require|Ensure|Output):?\s"
)
_BIBLIOGRAPHY = re.compile(r"(?:references|bibliography|literature cited|references and notes)", re.IGNORECASE)
_REFERENCE = re.compile(
    r"^\s*\[?\d{1,3}[\].]\s+[A-Z][^.]{0,80},.*(?:19|20)\d\d|^.{0,200}\((?:19|20)\d\d[a-z]?\)\..*(?:arXiv|Proceedings|Journal|pp\.)",
    re.DOTALL,
)


@dataclass(slots=True)
class PdfTyper:
    """Types the paragraphs of a document in reading order, keeping the headings they stand below."""

    body_size: float
    headings: list[tuple[int, str]] = field(default_factory=list)
    in_references: bool = False

    def page(self, text: PageText, heads: set[int], offset: int) -> list[Block]:
        """Return the blocks of a page whose text begins at ``offset`` of the canonical text."""
        blocks: list[Block] = []
        height = text.turn.shown_size[1]
        for index, (paragraph, (start, end)) in enumerate(zip(text.paragraphs, text.spans, strict=True)):
            if index in heads or not paragraph.rows[0].upright:
                block_type: BlockType = "running-head"
                reason = "" if index in heads else "text that does not run from left to right"
            else:
                block_type, reason = self._type(paragraph, height)
            blocks.append(Block(offset + start, offset + end, block_type, tuple(t for _, t in self.headings), reason))
        return blocks

    def _type(self, paragraph: Paragraph, height: float) -> tuple[BlockType, str]:
        text = paragraph.text.strip()
        if self._is_heading(paragraph, text):
            return "heading", ""
        if self.in_references:
            return "reference", ""
        if self._is_footnote(paragraph, height):
            return "reference", FOOTNOTE
        special = section_type(tuple(title for _, title in self.headings))
        return self._form(paragraph, text) or (special if special in ("reference", "quiz") else None) or "prose", ""

    def _form(self, paragraph: Paragraph, text: str) -> BlockType | None:
        """Return what the form of a paragraph says, ``None`` for running text."""
        forms: tuple[tuple[BlockType, bool], ...] = (
            ("caption", CAPTION.match(text) is not None),
            ("code", self._share(paragraph, "mono") > 0.6 or _PSEUDOCODE.search(text) is not None),
            ("math", _is_formula(paragraph, text)),
            ("table", _is_table(paragraph)),
            ("reference", _REFERENCE.match(text) is not None),
            ("list", ITEM.match(text) is not None),
        )
        return next((block_type for block_type, holds in forms if holds), None)

    @staticmethod
    def _share(paragraph: Paragraph, attribute: str) -> float:
        total = sum(len(row.text) for row in paragraph.rows)
        return float(sum(getattr(row, attribute) * len(row.text) for row in paragraph.rows)) / max(total, 1)

    def _is_heading(self, paragraph: Paragraph, text: str) -> bool:
        flat = re.sub(r"\s+", " ", text)
        numbered = _NUMBERED.match(flat)
        title = numbered["title"] if numbered else flat
        if not _may_be_title(title, paragraph) or self._share(paragraph, "maths") > 0.3:
            return False
        first = paragraph.rows[0]
        if _BIBLIOGRAPHY.fullmatch(title.rstrip(".:")):
            self._enter(1, title)
            self.in_references = True
            return True
        bold = self._share(paragraph, "bold") > 0.7
        larger = first.size > 1.08 * self.body_size
        capitals = title.isupper() and len(title) > 5
        plain = numbered is not None and len(paragraph.rows) == 1 and _looks_like_title(title)
        if not (bold or larger or (capitals and len(paragraph.rows) == 1) or plain):
            return False
        if flat.endswith(".") and not numbered and not bold:
            return False
        level = numbered["number"].count(".") + 1 if numbered else (1 if first.size > 1.25 * self.body_size else 2)
        self._enter(level, flat)
        return True

    def _enter(self, level: int, title: str) -> None:
        self.in_references = False
        self.headings = [heading for heading in self.headings if heading[0] < level]
        self.headings.append((level, title))

    def _is_footnote(self, paragraph: Paragraph, height: float) -> bool:
        first = paragraph.rows[0]
        return first.size < 0.93 * self.body_size and first.y0 > 0.72 * height


def body_size(pages: Sequence[PageText]) -> float:
    """Return the font size (points) of most characters of the document."""
    counts: Counter[float] = Counter()
    for page in pages:
        for paragraph in page.paragraphs:
            for row in paragraph.rows:
                counts[round(row.size, 1)] += len(row.text)
    return max(counts, key=lambda size: (counts[size], size)) if counts else 10.0


def _may_be_title(title: str, paragraph: Paragraph) -> bool:
    found = words(title)
    if len(paragraph.rows) > 3 or paragraph.joined or not found or len(found) > 14 or len(title) > 120:
        return False
    return not (title.endswith((",", ";")) or _NOT_A_TITLE.search(title) or len("".join(found)) < 0.55 * len(title))


def _looks_like_title(title: str) -> bool:
    found = words(title)
    return (
        bool(found)
        and not title.rstrip().endswith((".", ":"))
        and len(found) <= 9
        and sum(w[0].isupper() for w in found) >= 0.6 * len(found)
    )


def _is_formula(paragraph: Paragraph, text: str) -> bool:
    compact = re.sub(r"\s", "", text)
    symbols = len(_MATH_CHARACTERS.findall(compact)) / max(len(compact), 1)
    maths = sum(row.maths * len(row.text) for row in paragraph.rows) / max(
        sum(len(row.text) for row in paragraph.rows), 1
    )
    long_words = sum(len(word) > 3 for word in words(text))
    return (symbols > 0.12 or maths > 0.35) and long_words <= max(3, 0.12 * len(compact) / 5)


def _is_table(paragraph: Paragraph) -> bool:
    rows = paragraph.rows
    if len(rows) < 4:
        return False
    numeric = sum(bool(re.fullmatch(r"[\s\d.,%±()×·+\-−–:/NAna]*", row.text)) for row in rows)
    short = sum(len(row.text.strip()) < 18 for row in rows)
    return numeric > 0.5 * len(rows) or short > 0.85 * len(rows)
