"""LaTeX source. The canonical text is the file's own text; the preamble belongs to no block."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from rlmap.corpus.display import display_text
from rlmap.corpus.extract.base import Blocks, decode_text, make_extraction
from rlmap.corpus.extract.sections import section_type
from rlmap.types import BlockType, Document, Extraction

_MARK = re.compile(
    r"(?P<heading>\\(?P<level>part|chapter|section|subsection|subsubsection|paragraph)\*?(?:\[[^\]]*\])?"
    r"\{(?P<title>(?:[^{}]|\{[^{}]*\})*)\}(?:[ \t]*\\label\{[^}]*\})?)"
    r"|\\begin\{(?P<environment>[a-zA-Z]+\*?)\}(?:\[[^\]]*\])?"
    r"|(?P<display>\\\[|\$\$)"
    r"|(?P<item>\\item\b)"
    r"|(?P<gap>\n[ \t]*\n)"
    r"|(?P<command>\\(?:maketitle|tableofcontents|bibliography|bibliographystyle|appendix|clearpage|newpage)\b(?:\{[^}]*\})?)"
    r"|\\end\{(?P<end>[a-zA-Z]+\*?)\}"
)
_LEVELS = {"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}
_ENVIRONMENTS: dict[str, BlockType] = {
    **dict.fromkeys(("equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "flalign"), "math"),
    **dict.fromkeys(("figure", "wrapfigure", "tikzpicture", "center"), "caption"),
    **dict.fromkeys(("table", "tabular", "longtable", "array"), "table"),
    **dict.fromkeys(("verbatim", "lstlisting", "minted", "algorithm", "algorithmic", "comment", "alltt"), "code"),
    "thebibliography": "reference",
}


class LatexExtractor:
    """Reads LaTeX by its paragraphs, headings and environments."""

    name = "rlmap-latex"
    version = "1"
    media_types: ClassVar[Mapping[str, tuple[str, ...]]] = {"text/x-tex": (".tex", ".ltx")}

    def read(self, data: bytes, document: Document) -> Extraction:
        """Read the file's text and type its blocks."""
        text = decode_text(data, document)
        collector = Blocks(text)
        _walk(text, collector)
        return make_extraction(self, document, text, collector.blocks)


def _walk(text: str, collector: Blocks) -> None:
    begin, end = text.find("\\begin{document}"), text.find("\\end{document}")
    position = 0 if begin < 0 else begin + len("\\begin{document}")
    limit = len(text) if end < 0 else end
    while match := _MARK.search(text, position, limit):
        if match["item"]:
            following = _MARK.search(text, match.end(), limit)
            stop = following.start() if following else limit
            _paragraph(collector, position, match.start(), "prose")
            _paragraph(collector, match.start(), stop, "list")
            position = stop
            continue
        _paragraph(collector, position, match.start(), "prose")
        position = _past(text, match, limit, collector)
    _paragraph(collector, position, limit, "prose")


def _past(text: str, match: re.Match[str], limit: int, collector: Blocks) -> int:
    """Add what ``match`` begins and return where it ends."""
    if match["heading"]:
        collector.add(match.start(), match.end(), "heading")
        collector.enter(_LEVELS[match["level"]], display_text(match["title"], "text/x-tex").text)
        return match.end()
    name = (match["environment"] or "").rstrip("*")
    if name in _ENVIRONMENTS:
        end = _end_of(text, f"\\end{{{match['environment']}}}", match.end(), limit)
        collector.add(match.start(), end, _ENVIRONMENTS[name])
        return end
    if match["display"]:
        end = _end_of(text, "\\]" if match["display"] == "\\[" else "$$", match.end(), limit)
        collector.add(match.start(), end, "math")
        return end
    return match.end()


def _end_of(text: str, closing: str, start: int, limit: int) -> int:
    found = text.find(closing, start, limit)
    return limit if found < 0 else found + len(closing)


def _paragraph(collector: Blocks, start: int, end: int, block_type: BlockType) -> None:
    if re.sub(r"(?m)(?<!\\)%.*$", "", collector.text[start:end]).strip():
        collector.add(start, end, section_type(collector.section) or block_type)


EXTRACTOR = LatexExtractor()
