"""An article of the handbook: TOML front matter between ``+++`` lines, then Markdown."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from rlmap.errors import InputError
from rlmap.types import CheckedAgainst

_FRONT_MATTER = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n", re.DOTALL)
_FENCE = re.compile(r"^```.*?^```[^\n]*$", re.DOTALL | re.MULTILINE)
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FIELDS = {"title": str, "concept": str, "checked": list}


@dataclass(frozen=True, slots=True)
class ArticleSection:
    """What stands below one level-2 heading, fenced code left out."""

    heading: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraphs, an empty line between them."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Article:
    """One article.

    ``file`` is how messages name it, ``area`` its folder and ``name`` its file name without
    suffix. ``heading`` is the level-1 heading. ``code`` are the fenced Python blocks that
    recompute the numbers of the text, in order. ``checked`` are the places a second reader
    compared it with.
    """

    file: str
    area: str
    name: str
    title: str
    concept_id: str
    checked: tuple[CheckedAgainst, ...]
    heading: str
    sections: tuple[ArticleSection, ...]
    code: tuple[str, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """All paragraphs in order."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    def section(self, heading: str) -> ArticleSection | None:
        """Return the section below ``heading``, ``None`` where there is none."""
        return next((section for section in self.sections if section.heading == heading), None)


def parse_article(text: str, *, file: str, area: str, name: str) -> Article:
    """Read one article from its text.

    Raises
    ------
    InputError
        If the front matter is missing, is not TOML, or lacks a field or has it of another type.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise InputError(f"{file} has no front matter: begin it with TOML between two lines of +++.")
    front = _front_matter(match.group(1), file)
    body = text[match.end() :]
    head, *parts = re.split(r"^## ", _FENCE.sub("", body), flags=re.MULTILINE)
    heading, *_ = re.findall(r"^# (.*)$", head, flags=re.MULTILINE) or [""]
    return Article(
        file=file,
        area=area,
        name=name,
        title=front["title"],
        concept_id=front["concept"],
        checked=_checked(front["checked"], file),
        heading=heading.strip(),
        sections=tuple(_section(part) for part in parts),
        code=tuple(_PYTHON.findall(body)),
    )


def _front_matter(toml: str, file: str) -> dict[str, Any]:
    try:
        front = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file} has front matter that is not TOML ({error}): correct it there.") from None
    for name, kind in _FIELDS.items():
        if not isinstance(front.get(name), kind):
            raise InputError(f"{file} has no {name} in its front matter that is a {kind.__name__}: write one.")
    unknown = sorted(set(front) - set(_FIELDS))
    if unknown:
        raise InputError(f"{file} has {unknown[0]!r} in its front matter, which is not known: remove it.")
    return front


def _checked(entries: list[Any], file: str) -> tuple[CheckedAgainst, ...]:
    for entry in entries:
        if not (isinstance(entry, dict) and set(entry) == {"source", "where"} and all(map(_is_text, entry.values()))):
            raise InputError(f"{file} has {entry!r} under checked: write {{source = ..., where = ...}} there.")
    return tuple(CheckedAgainst(entry["source"], entry["where"]) for entry in entries)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _section(part: str) -> ArticleSection:
    heading, _, text = part.partition("\n")
    paragraphs = (paragraph.strip() for paragraph in re.split(r"\n\s*\n", text))
    return ArticleSection(heading.strip(), tuple(paragraph for paragraph in paragraphs if paragraph))
