"""The pages of the book: a contents page, and one page for each article with its way in and its way on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rlmap.pipeline.book import Book, Chapter
from rlmap.site.places import link_between
from rlmap.types import DemoSpec, Source

CONTENTS = "book/index.md"
DEMOS = "demos.md"
SOURCES = "sources.md"

_FRONT_MATTER = re.compile(r"\A\+\+\+\n.*?\n\+\+\+\n\s*# [^\n]*\n", re.DOTALL)
_FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAMED_SOURCE = re.compile(r"`([a-z0-9][a-z0-9._-]*)`(?!\])")


def chapter_place(concept_id: str) -> str:
    """Return where the article of a concept stands on the site."""
    return f"book/{concept_id}.md"


def contents_page(book: Book) -> str:
    """Return the page that opens the book."""
    lines = [
        "# The handbook",
        "",
        f"One short article for each of the {len(book.chapters)} concepts of the map, written for this map and checked "
        "against the sources that each names. The order is that of a path through the whole map: nothing is used "
        "before it is explained. The text is under CC BY 4.0; quote it with the title of the article and "
        "*rlmap contributors*.",
        "",
        'The whole book is also <a href="rlmap-handbook.pdf">one PDF</a>. How it was checked is in '
        "[the review](../handbook-review.md), how it is written in [the style](../style.md).",
    ]
    for number, part in enumerate(book.parts, 1):
        lines += ["", f"## Part {number}: {part.title}", "", part.summary, ""]
        for chapter in part.chapters:
            area = book.graph.areas[chapter.concept.area]
            lines.append(f"{chapter.number}. {_link(CONTENTS, chapter.concept.id, chapter.concept.title)} · {area}")
    return "\n".join(lines) + "\n"


def chapter_page(
    book: Book, chapter: Chapter, text: str, sources: Mapping[str, Source], demos: Mapping[str, DemoSpec]
) -> str:
    """Return the page of an article.

    Parameters
    ----------
    book : Book
        Gives the titles of the concepts before and after.
    chapter : Chapter
        Which article.
    text : str
        The article's file.
    sources, demos : mapping
        All sources and demos by id; what the article names of them becomes a link.
    """
    here = chapter_place(chapter.concept.id)
    body = _FENCE.sub(_folded, _with_sources(_FRONT_MATTER.sub("", text), here, sources))
    after = "\n\n".join(_ways_on(book, chapter, here, sources, demos))
    front = f"---\ntitle: {_yaml(chapter.concept.title)}\n---\n\n"
    head = f"# {chapter.concept.title}\n\n{_place_line(book, chapter, here)}\n\n"
    before = _ways_in(book, chapter, here)
    return front + head + before + body.strip() + "\n\n" + after + "\n"


def read_article(handbook_dir: Path, chapter: Chapter) -> str:
    """Return the text of an article's file."""
    return (handbook_dir / chapter.article.area / f"{chapter.article.name}.md").read_text(encoding="utf-8")


def _place_line(book: Book, chapter: Chapter, here: str) -> str:
    part = next(part for part in book.parts if chapter in part.chapters)
    area = book.graph.areas[chapter.concept.area]
    contents = f"[{part.title}]({link_between(here, CONTENTS)})"
    return f"Chapter {chapter.number} · {contents} · {area}\n{{ .place }}"


def _ways_in(book: Book, chapter: Chapter, here: str) -> str:
    concept = chapter.concept
    needs = [f"{_title_link(book, here, edge.requires_id)}: {edge.reason}" for edge in concept.prerequisites]
    for group in concept.any_of:
        options = " or ".join(_title_link(book, here, option.requires_id) for option in group.options)
        needs.append(f"{options}: {group.reason}")
    if not needs:
        return ""
    return _note("What it needs", needs)


def _ways_on(
    book: Book, chapter: Chapter, here: str, sources: Mapping[str, Source], demos: Mapping[str, DemoSpec]
) -> Iterator[str]:
    concept = chapter.concept
    demo = demos.get(concept.demo_id or "")
    if demo is not None:
        link = f"[{demo.title}]({link_between(here, DEMOS)}#{demo.id})"
        yield f'!!! example "Try it"\n    {link}: {demo.question}'
    if chapter.unlocks:
        yield _note(
            "What it unlocks",
            [f"{_title_link(book, here, edge.concept_id)}: {edge.reason}" for edge in chapter.unlocks],
        )
    if chapter.article.checked:
        checks = [
            f"{_source_link(here, sources[check.source_id])}, {check.where}"
            for check in chapter.article.checked
            if check.source_id in sources
        ]
        yield _note("What it was checked against", checks)


def _note(title: str, lines: Iterable[str]) -> str:
    return f'??? note "{title}"\n' + "\n".join(f"    - {line}" for line in lines) + "\n\n"


def _folded(found: re.Match[str]) -> str:
    code = "\n".join(f"    {line}" for line in found.group(0).splitlines())
    return f'??? abstract "The numbers, computed"\n{code}'


def _with_sources(body: str, here: str, sources: Mapping[str, Source]) -> str:
    """Link the ids of sources that an article names in code style; fenced code is left alone."""

    def linked(found: re.Match[str]) -> str:
        source = sources.get(found.group(1))
        return found.group() if source is None else _source_link(here, source, found.group())

    pieces = re.split(r"(^```.*?^```$)", body, flags=re.DOTALL | re.MULTILINE)
    pieces[::2] = [_NAMED_SOURCE.sub(linked, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _source_link(here: str, source: Source, text: str = "") -> str:
    return f"[{text or source.title}]({link_between(here, SOURCES)}#{source.id})"


def _title_link(book: Book, here: str, concept_id: str) -> str:
    return _link(here, concept_id, book.graph.concepts[concept_id].title)


def _link(here: str, concept_id: str, title: str) -> str:
    return f"[{title}]({link_between(here, chapter_place(concept_id))})"


def _yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
