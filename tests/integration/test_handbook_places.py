"""Where an article names a section of a source, the source has it."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache
from pathlib import Path

import pymupdf
import pytest

from rlmap.corpus.handbook import load_articles
from rlmap.settings import data_root

pytestmark = pytest.mark.mirror

_REFERENCE = re.compile(r"\(`([a-z0-9][\w.-]*)`([^()]*(?:\([^()]*\)[^()]*)*)\)")
_QUOTED = re.compile(r"'([^']+(?:'(?=[a-z])[^']*)*)'")
_NUMBERED = re.compile(r"\b(\d+\.\d+(?:\.\d+)?)\b")


def references() -> list[tuple[str, str, str]]:
    """Every ``(article, source id, what is said about the place)`` of the handbook."""
    found = []
    for article in load_articles(data_root() / "corpus" / "handbook"):
        text = "\n\n".join(article.paragraphs)
        found += [(article.concept_id, source, place) for source, place in _REFERENCE.findall(text)]
        found += [(article.concept_id, check.source_id, check.where) for check in article.checked]
    return found


@cache
def raw_text(path: Path) -> str:
    if path.suffix == ".pdf":
        with pymupdf.open(path) as document:
            return re.sub(r"-\n(?=[a-z])", "", "\n".join(page.get_text() for page in document))
    text = path.read_text(encoding="utf-8", errors="replace")
    return html.unescape(re.sub(r"<[^>]+>", "", text)) if path.suffix == ".html" else text


def plain(text: str) -> str:
    """Letters and digits only."""
    ascii_text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[^a-z0-9]+", " ", ascii_text).strip()


@cache
def plain_text(path: Path) -> str:
    return plain(raw_text(path))


def test_named_and_numbered_sections_are_in_their_documents(mirror_dir: Path) -> None:
    """Names with Greek letters are left out: documents write them in too many ways."""
    files = {path.stem: path for path in mirror_dir.iterdir()}
    checked, missing = 0, []
    for concept, source, place in references():
        if source not in files:
            continue
        for name in filter(str.isascii, _QUOTED.findall(place)):
            checked += 1
            if plain(name) not in plain_text(files[source]):
                missing.append(f"{concept}: {source} has no {name!r}")
        for number in _NUMBERED.findall(place):
            checked += 1
            if not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", raw_text(files[source])):
                missing.append(f"{concept}: {source} has no section {number}")
    assert missing == []
    assert checked > 1_000
