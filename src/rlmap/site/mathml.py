"""Formulas as MathML, written at build time, so that a page needs no script and no network to show them."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree as ET

from latex2mathml.converter import convert

_FORMULA = re.compile(r'<(span|div) class="arithmatex">(?:\\\((.*?)\\\)|\\\[(.*?)\\\])</\1>([.,;:!?)\]]*)', re.DOTALL)
_NAMESPACE = "http://www.w3.org/1998/Math/MathML"

#: Operators that the converter knows only apart, and the space after a function's name, which it leaves out.
_EXTREMUM = re.compile(r"\\arg\s*\\(max|min)(?![A-Za-z])")
_FUNCTION = re.compile(
    r"(\\(?:log|ln|exp|tanh|sin|cos|det|dim))\s*(?=[A-Za-z0-9]|\\(?!left|big|,|[lr](?:Vert|vert|floor)))"
)

#: A line of text may break after these in a long formula, as TeX does it; browsers never break inside ``<math>``.
_BREAK_AFTER = frozenset("=+−-≤≥<>≈∼∝∈→←≠,")
_LONG = 12
_SIGNS = frozenset("+−-±")
_CLOSING = frozenset(")]}|‖⌋⌉!′")

ET.register_namespace("", _NAMESPACE)


def to_mathml(latex: str, *, block: bool = False, then: str = "") -> str:
    """Return a formula as MathML; a long one in a line of text as several pieces, between which the line may break.

    Parameters
    ----------
    latex : str
        Without the dollars around it.
    block : bool
        Whether it stands on a line of its own.
    then : str
        Punctuation after it, which stays on its line.

    Raises
    ------
    ValueError
        If something of the formula was not understood.
    """
    source = _FUNCTION.sub(r"\1\\,", _EXTREMUM.sub(r"\\mathrm{arg\\,\1}", latex))
    try:
        root = ET.fromstring(convert(source, display="block" if block else "inline"))  # noqa: S314 - our own output
    except Exception as error:  # the converter raises a family of its own for each kind of slip
        raise ValueError(f"The formula {latex!r} is not LaTeX that can be shown ({error}).") from error
    if "\\" in "".join(root.itertext()):
        raise ValueError(f"The formula {latex!r} uses a command that cannot be shown.")
    _mark_signs(root)
    pieces = [root] if block else _pieces(root)
    label = html.escape(latex, quote=True)
    if len(pieces) == 1:
        pieces[0].set("alttext", latex)
    *first, last = map(_text, pieces)
    last = f'<span class="kept">{last}{then}</span>' if then else last
    return f'<span role="math" aria-label="{label}">{"".join(first)}{last}</span>' if first else last


def render_formulas(page: str) -> str:
    """Replace what the Markdown extension Arithmatex marked as formulas in a page of HTML."""

    def rendered(found: re.Match[str]) -> str:
        inline, block = found.group(2), found.group(3)
        return to_mathml(html.unescape(inline or block).strip(), block=block is not None, then=found.group(4))

    return _FORMULA.sub(rendered, page)


def _mark_signs(root: ET.Element) -> None:
    """Mark a minus or plus that belongs to what follows: it gets no space of its own."""
    for parent in root.iter():
        for before, child in zip([None, *parent], parent, strict=False):
            is_sign = _is_operator(child) and (child.text or "") in _SIGNS
            if is_sign and (before is None or (_is_operator(before) and (before.text or "") not in _CLOSING)):
                child.set("form", "prefix")


def _is_operator(element: ET.Element) -> bool:
    return element.tag.endswith("}mo")


def _pieces(root: ET.Element) -> list[ET.Element]:
    """Cut a long formula after its outermost operators and commas; an operator keeps its space as if uncut."""
    row = root[0] if len(root) == 1 else root
    if len(row) < _LONG or not row.tag.endswith(("}mrow", "}math")):
        return [root]
    groups: list[list[ET.Element]] = [[]]
    for child in row:
        groups[-1].append(child)
        if _is_operator(child) and (child.text or "") in _BREAK_AFTER and child.get("form") != "prefix":
            child.set("form", "infix")
            groups.append([])
    return [_math(group, root) for group in groups if group]


def _math(children: list[ET.Element], like: ET.Element) -> ET.Element:
    piece = ET.Element(f"{{{_NAMESPACE}}}math", like.attrib)
    piece.extend(children)
    return piece


def _text(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode")
