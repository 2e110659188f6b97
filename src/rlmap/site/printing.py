"""The book as one HTML document made for paper, from the pages of the built site."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from rlmap.errors import InputError
from rlmap.pipeline.book import Book, Chapter
from rlmap.types import Source

_TO_CHAPTER = re.compile(r"\.\./([a-z0-9-]+)/(?:#.*)?")
_TO_SOURCE = re.compile(r"\.\./\.\./sources/#(.+)")

#: Asides of a web page that paper leaves out: the code, and what the contents and the map say better.
_WEB_ONLY = {"The numbers, computed", "What it unlocks"}


def print_document(book: Book, sources: Mapping[str, Source], site_dir: Path, pages: Mapping[str, int]) -> str:
    """Return the book as HTML.

    Parameters
    ----------
    book : Book
        What stands in it, in order.
    sources : mapping
        All sources by id; those that a chapter names are listed at the end.
    site_dir : Path
        The built site, whose pages hold the rendered text.
    pages : mapping
        The page on which each anchor falls, as far as it is known; the contents show it.

    Raises
    ------
    InputError
        If the site does not have the page of a chapter.
    """
    chapters = {chapter.concept.id: _chapter(chapter, site_dir) for chapter in book.chapters}
    named = {match for text in chapters.values() for match in re.findall(r'href="#source-([^"]+)"', text)}
    style = Path(__file__).with_name("print.css").read_text(encoding="utf-8")
    pieces = [_title(book), *_contents(book, pages)]
    for number, part in enumerate(book.parts, 1):
        pieces.append(
            f'<section class="part" id="part-{part.id}"><p>Part {number}</p><h1>{html.escape(part.title)}</h1>'
            f"<p>{html.escape(part.summary)}</p></section>"
        )
        pieces += [chapters[chapter.concept.id] for chapter in part.chapters]
    pieces.append(_source_list(sources, named))
    head = f'<meta charset="utf-8"><title>The rlmap handbook</title><style>{style}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(pieces)}</body></html>'


def _title(book: Book) -> str:
    return (
        '<section class="title"><h1>The rlmap handbook</h1>'
        f"<p>Reinforcement learning in {len(book.chapters)} short articles, in an order in which nothing is used "
        "before it is explained.</p><p>rlmap contributors. Licence: CC BY 4.0.</p>"
        '<p><a href="#contents">Contents</a></p></section>'
    )


def _contents(book: Book, pages: Mapping[str, int]) -> Iterator[str]:
    yield '<section class="contents" id="contents"><h1>Contents</h1><table>'
    for number, part in enumerate(book.parts, 1):
        yield _contents_line(f"part-{part.id}", f"Part {number}: {part.title}", pages, "of-part")
        for chapter in part.chapters:
            yield _contents_line(chapter.concept.id, f"{chapter.number}. {chapter.concept.title}", pages)
    yield _contents_line("sources", "Sources", pages, "of-part")
    yield "</table></section>"


def _contents_line(anchor: str, text: str, pages: Mapping[str, int], kind: str = "") -> str:
    link = f'<a href="#{anchor}">{html.escape(text)}</a>'
    return f'<tr class="{kind}"><td>{link}</td><td>{pages.get(anchor, "")}</td></tr>'


def _chapter(chapter: Chapter, site_dir: Path) -> str:
    path = site_dir / "book" / chapter.concept.id / "index.html"
    try:
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): build the site first (`make docs`).") from None
    article = page.select_one("article.md-content__inner")
    if article is None:
        raise InputError(f"{path} holds no article: build the site with the theme of mkdocs.yml.")
    for tag in article.select("a.headerlink, button, .md-content__button"):
        tag.decompose()
    _open_asides(article)
    for link in article.select("a[href]"):
        _point_inside(link)
    for tag in article.select("[id]"):
        del tag["id"]
    heading = article.select_one("h1")
    if heading is not None:
        heading.insert(0, f"{chapter.number}. ")
    inner = article.decode_contents()
    return f'<section class="chapter" id="{chapter.concept.id}">{inner}</section>'


def _open_asides(article: Tag) -> None:
    """Turn what the web page folds away into text, or leave it out."""
    for aside in article.select("details, div.admonition"):
        title = aside.select_one("summary, p.admonition-title")
        if title is not None and title.get_text(strip=True) in _WEB_ONLY:
            aside.decompose()
            continue
        aside.name = "div"
        aside["class"] = "aside"
        if title is not None:
            title.name = "b"


def _point_inside(link: Tag) -> None:
    """Let a link lead to a place in the book; one that leads elsewhere on the site becomes plain text."""
    target = str(link["href"])
    chapter, source = _TO_CHAPTER.fullmatch(target), _TO_SOURCE.fullmatch(target)
    if chapter:
        link["href"] = f"#{chapter.group(1)}"
    elif source:
        link["href"] = f"#source-{source.group(1)}"
    elif not target.startswith(("http:", "https:")):
        link.unwrap()


def _source_list(sources: Mapping[str, Source], named: set[str]) -> str:
    lines = []
    for source in sorted((sources[name] for name in named if name in sources), key=lambda source: source.id):
        facts = "; ".join(part for part in (", ".join(source.authors), str(source.year or "")) if part)
        address = f' <a href="{html.escape(source.url)}">{html.escape(source.url)}</a>' if source.url else ""
        lines.append(
            f'<p id="source-{html.escape(source.id)}"><code>{html.escape(source.id)}</code> '
            f"{html.escape(source.title)}. {html.escape(facts)}.{address}</p>"
        )
    return f'<section class="sources" id="sources"><h1>Sources</h1>{"".join(lines)}</section>'
