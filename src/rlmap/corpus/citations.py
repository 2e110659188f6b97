"""Sources as citations: in words, and for reference managers as BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from rlmap.types import Quote, Source

_BIBTEX_TYPES = {"paper": "article", "textbook": "book"}
_CSL_TYPES = {"paper": "article-journal", "textbook": "book", "blog": "post-weblog", "own": "document"}
_OTHERS = "et al."
_PARTICLES = frozenset({"van", "von", "de", "der", "den", "da", "di", "la", "le", "dos", "ten"})
_TEX_SPECIAL = re.compile(r"[\\{}&%$#_~^]")
_TEX_WORDS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def bibtex(sources: Iterable[Source]) -> str:
    """Return one BibTeX entry for each source, its id being the key.

    Names of institutions are put in braces, so that they are not taken for first and last
    names; characters that mean something to TeX are escaped.
    """
    return "\n".join(_bibtex_entry(source) for source in sources)


def csl_json(sources: Iterable[Source]) -> str:
    """Return the sources as CSL-JSON (citeproc schema 1.0), an array with one item each."""
    return json.dumps([_csl_item(source) for source in sources], ensure_ascii=False, indent=2) + "\n"


def short_citation(source: Source) -> str:
    """Return who wrote a source, what it is called, and when: ``Sutton & Barto, Reinforcement Learning (2018)``.

    Documentation changes all the time and is cited without a year.
    """
    names = [_csl_name(name) for name in source.authors if name != _OTHERS]
    families = [name.get("literal") or name["family"] for name in names]
    more = len(families) > 2 or len(families) < len(source.authors)
    who = f"{families[0]} et al." if families and more else " & ".join(families)
    year = f" ({source.year})" if source.year and source.kind not in ("docs", "own") else ""
    return f"{who}, {source.title}{year}" if who else f"{source.title}{year}"


def where(quote: Quote, source: Source) -> str:
    """Say in words where a quote stands: document, section, page or line."""
    parts = []
    member = quote.locator.document_id.removeprefix(source.id).lstrip("/")
    if member:
        parts.append(member)
    if quote.section:
        parts.append(" › ".join(quote.section[-2:]))
    if quote.page_label is not None:
        parts.append(f"p. {quote.page_label}")
    elif quote.page is not None:
        parts.append(f"page {quote.page + 1} of the file")
    elif quote.line is not None:
        parts.append(f"line {quote.line}")
    return ", ".join(parts)


def _bibtex_entry(source: Source) -> str:
    names = [_bibtex_name(name) for name in source.authors]
    fields = {
        "author": " and ".join(names),
        "title": "{" + _tex(source.title) + "}",
        "year": str(source.year or ""),
        "url": source.url,
        "note": f"Licence: {_tex(source.licence)}",
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    return "\n".join([f"@{_BIBTEX_TYPES.get(source.kind, 'misc')}{{{source.id},", *lines, "}", ""])


def _bibtex_name(name: str) -> str:
    if name == _OTHERS:
        return "others"
    return "{" + _tex(name) + "}" if _is_institution(name) else _tex(name)


def _tex(text: str) -> str:
    return _TEX_SPECIAL.sub(lambda match: _TEX_WORDS.get(match[0], "\\" + match[0]), text)


def _csl_item(source: Source) -> dict[str, object]:
    item: dict[str, object] = {
        "id": source.id,
        "type": _CSL_TYPES.get(source.kind, "webpage"),
        "title": source.title,
        "URL": source.url,
        "author": [_csl_name(name) for name in source.authors if name != _OTHERS],
    }
    if source.year:
        item["issued"] = {"date-parts": [[source.year]]}
    return {key: value for key, value in item.items() if value}


def _csl_name(name: str) -> dict[str, str]:
    if _is_institution(name):
        return {"literal": name}
    words = name.split()
    first = len(words) - 1
    while first > 1 and words[first - 1] in _PARTICLES:
        first -= 1
    return {"family": " ".join(words[first:]), "given": " ".join(words[:first])}


def _is_institution(name: str) -> bool:
    """Tell whether a name is not that of a person: one word, or a word in small letters."""
    words = name.split()
    kinds = {"Group", "Project", "Foundation", "Lab", "Developers", "Contributors", "Hugging", "Google", "LLC"}
    lower = [word for word in words if word.islower() and word not in _PARTICLES]
    return len(words) == 1 or bool(lower) or any(word in kinds for word in words)
