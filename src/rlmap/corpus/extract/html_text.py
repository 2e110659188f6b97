"""The main text of an HTML tree: what a reader came for, without the furniture around it.

White space is collapsed as a browser does it; paragraphs are separated by an empty line.
Mathematics (MathML, KaTeX, MathJax, ``d-math``) is read as its TeX between ``$``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from rlmap.corpus.extract.prose import vocabulary
from rlmap.corpus.extract.sections import section_type
from rlmap.types import Block, BlockType

_DROPPED = vocabulary(
    """
    script style noscript template nav footer aside form button iframe svg canvas video audio object select
    input textarea dialog menu d-front-matter d-cite d-footnote d-footnote-list d-citation-list d-bibliography
    d-byline d-appendix d-contents mjx-assistive-mml head
    """
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|sidebar|side-bar|breadcrumbs?|toc|table-of-contents|share|"
    r"social|comments?|cookie|subscribe|"
    r"newsletter|related|author-card|site-footer|footer|site-header|search(?:-header|-results)?|"
    r"headerlink|header-anchor|anchor|skip-link|sr-only|"
    r"katex-html|MathJax_Preview|MathJax|prev-next|pagination|post-nav|highlighttable|linenos|"
    r"footnote-backref|footnote-ref)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAIN = (
    ".//d-article", ".//main//article", ".//article", ".//*[@role='main']", ".//main", ".//dt-article",
    ".//*[@itemprop='articleBody']", ".//*[contains(concat(' ', @class, ' '), ' post-content ')]",
    ".//*[@id='content']",
)  # fmt: skip
_BLOCKS = vocabulary(
    """
    p div section article main header ul ol li dl dt dd blockquote pre table figure figcaption h1 h2 h3 h4 h5 h6
    hr details summary address center body html tr d-figure
    """
)
_TYPES: dict[str, BlockType] = {
    "li": "list", "dd": "list", "dt": "list", "blockquote": "quote", "pre": "code", "table": "table",
    "figure": "caption", "figcaption": "caption", "d-figure": "caption", "d-code": "code",
}  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_REFERENCES = re.compile(
    r"(?:^|[\s_-])(?:footnotes?|references?|bibliography|csl-bib-body|citation)(?:$|[\s_-])", re.IGNORECASE
)


def main_element(root: etree._Element) -> etree._Element:
    """Return the element that holds the main text: the longest article, else the body."""
    whole = len("".join(root.itertext()))
    for path in _MAIN:
        found = [element for element in root.xpath(path) if _length(element) > 400]
        if len(found) == 1 or (found and _length(max(found, key=_length)) > 0.7 * whole):
            return max(found, key=_length)
    body = root.find(".//body")
    return root if body is None else body


def _length(element: etree._Element) -> int:
    return sum(len(text) for text in element.itertext())


@dataclass(slots=True)
class HtmlText:
    """Collects the text of a tree and the blocks of it, beginning at offset ``start``."""

    start: int = 0
    base: tuple[str, ...] = ()
    parts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    length: int = 0
    _line: list[str] = field(default_factory=list)
    _types: list[BlockType] = field(default_factory=list)
    _headings: list[tuple[int, str]] = field(default_factory=list)
    _heading: int = 0

    def walk(self, element: etree._Element) -> None:
        """Read ``element`` and all below it."""
        stack: list[tuple[etree._Element, bool]] = [(element, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                self._leave(node)
                if node is not element and node.tail:
                    self._line.append(node.tail)
                continue
            if not isinstance(node.tag, str) or (node is not element and _is_furniture(node)):
                self._line.append(node.tail or "")
                continue
            formula = _formula(node)
            if formula is not None:
                self._line.append(formula + (node.tail or ""))
                continue
            self._enter(node)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))
            self._line.append(node.text or "")
        self.flush()

    @property
    def text(self) -> str:
        """The canonical text so far."""
        return "".join(self.parts)

    def _enter(self, node: etree._Element) -> None:
        if node.tag == "br":
            self._line.append("\n" if "code" in self._types else " ")
        if node.tag in _BLOCKS or node.tag in _TYPES:
            self.flush()
        if node.tag in _TYPES:
            self._types.append(_TYPES[node.tag])
        elif _REFERENCES.search(_marks(node)) and node.tag in _BLOCKS:
            self._types.append("reference")
        if re.fullmatch(r"h[1-6]", str(node.tag)):
            self._heading = int(str(node.tag)[1])

    def _leave(self, node: etree._Element) -> None:
        if node.tag in _BLOCKS or node.tag in _TYPES:
            self.flush()
        if node.tag in _TYPES or (node.tag in _BLOCKS and _REFERENCES.search(_marks(node))):
            self._types.pop()
        self._heading = 0 if re.fullmatch(r"h[1-6]", str(node.tag)) else self._heading

    def flush(self) -> None:
        """End the current paragraph."""
        raw = "".join(self._line)
        self._line.clear()
        block_type = self._block_type()
        line = raw.strip("\n") if block_type == "code" else _SPACE.sub(" ", raw).strip()
        if not line.strip():
            return
        if self.length:
            self.parts.append("\n\n")
            self.length += 2
        begin = self.start + self.length
        self.parts.append(line)
        self.length += len(line)
        if self._heading:
            self._headings = [item for item in self._headings if item[0] < self._heading]
            self._headings.append((self._heading, line.removesuffix("#").removesuffix("¶").strip()))
        elif re.fullmatch(r"\$[^$]*\$[.,;]?", line):
            block_type = "math"
        self.blocks.append(Block(begin, self.start + self.length, block_type, self.section))

    @property
    def section(self) -> tuple[str, ...]:
        """The headings that the current paragraph stands below."""
        return (*self.base, *(title for _, title in self._headings))

    def _block_type(self) -> BlockType:
        if self._heading:
            return "heading"
        strongest: tuple[BlockType, ...] = ("code", "table", "caption", "reference")
        for block_type in strongest:
            if block_type in self._types:
                return block_type
        special = section_type(tuple(title for _, title in self._headings))
        return special or (self._types[-1] if self._types else "prose")


def _marks(node: etree._Element) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''}"


def _is_furniture(node: etree._Element) -> bool:
    if node.tag in _DROPPED and not (node.tag == "script" and (node.get("type") or "").startswith("math/tex")):
        return True
    if node.get("aria-hidden") == "true" or node.get("hidden") is not None:
        return True
    role = node.get("role") or ""
    return role in ("navigation", "search", "banner", "contentinfo", "doc-noteref") or bool(
        _FURNITURE.search(_marks(node))
    )


def _formula(node: etree._Element) -> str | None:
    """Return the TeX of a formula element between ``$``, ``None`` for other elements."""
    tag, tex = node.tag, None
    if tag == "d-math" or (tag == "script" and (node.get("type") or "").startswith("math/tex")):
        tex = "".join(node.itertext())
    elif tag == "math":
        annotation = node.find(".//{*}annotation[@encoding='application/x-tex']")
        tex = node.get("alttext") or (annotation.text if annotation is not None else None) or "".join(node.itertext())
    return None if tex is None else f"${_SPACE.sub(' ', tex).strip()}$"
