"""What MkDocs calls while it builds the site (``hooks`` in ``mkdocs.yml``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import rlmap
from rlmap.pipeline.book import Book, make_book
from rlmap.pipeline.demos import demo_specs
from rlmap.pipeline.workspace import all_sources
from rlmap.settings import Settings
from rlmap.site.book_pages import CONTENTS, DEMOS, SOURCES, chapter_page, chapter_place, contents_page, read_article
from rlmap.site.catalogue_pages import api_pages, decisions, decisions_page, demos_page, sources_page
from rlmap.site.mathml import render_formulas
from rlmap.site.places import ADOPTED, linked_files, relink, repo_place

Nav = list[Any]

_ROLE = re.compile(r":(?:func|class|mod|meth|attr|data):(<code>)~?")


@dataclass(frozen=True)
class Site:
    """All pages that are not in ``docs/``, by place, and where they belong in the navigation."""

    pages: dict[str, str]
    nav: Nav


def make_site(root: Path) -> Site:
    """Make every page that is not written by hand.

    Parameters
    ----------
    root : Path
        The top folder of a checkout.

    Raises
    ------
    RlmapError
        If a data file cannot be read.
    """
    settings = Settings(root=root, home=root / ".no-home")  # the reader's own documents are no part of the site
    book = make_book(settings)
    sources = {source.id: source for source in all_sources(settings)}
    demos = demo_specs(settings)
    handbook_dir = settings.corpus_dir / "handbook"
    pages = {site: (root / repo).read_text(encoding="utf-8") for repo, site in ADOPTED.items()}
    pages[CONTENTS] = contents_page(book)
    for chapter in book.chapters:
        text = read_article(handbook_dir, chapter)
        pages[chapter_place(chapter.concept.id)] = chapter_page(book, chapter, text, sources, demos)
    pages[DEMOS] = demos_page(demos, book)
    pages[SOURCES] = sources_page(sources.values(), book)
    pages["adr/index.md"] = decisions_page(root / "docs" / "adr")
    reference = api_pages(Path(rlmap.__file__).parent)
    return Site(pages | reference, _made_nav(book, root / "docs" / "adr", reference))


def site_nav(written: Nav, made: Nav, docs_dir: Path) -> Nav:
    """Return the whole navigation: what ``mkdocs.yml`` lists, what it does not, what is made at build time.

    A page that ``docs/`` has and ``mkdocs.yml`` does not name stands at the end of the guide.
    """
    pages = {path.relative_to(docs_dir).as_posix() for path in docs_dir.rglob("*.md")}
    unlisted = sorted(pages - set(nav_places([*written, *made])))
    return [
        {"Guide": [*entry["Guide"], *unlisted]} if isinstance(entry, dict) and "Guide" in entry else entry
        for entry in written
    ] + made


def nav_places(nav: object) -> Iterator[str]:
    """Yield every page that a navigation names, in order."""
    if isinstance(nav, str):
        yield nav
    for entry in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from nav_places(entry)


def _made_nav(book: Book, adr_dir: Path, reference: dict[str, str]) -> Nav:
    parts: Nav = [CONTENTS]
    for number, part in enumerate(book.parts, 1):
        chapters = [{chapter.concept.title: chapter_place(chapter.concept.id)} for chapter in part.chapters]
        parts.append({f"{number}. {part.title}": chapters})
    records = [{title: f"adr/{path.name}"} for path, title in decisions(adr_dir)]
    return [
        {"Handbook": parts},
        {"Demos": DEMOS},
        {"Sources": SOURCES},
        {"Decisions": ["adr/index.md", *records]},
        {"API": [{place.removeprefix("api/").removesuffix(".md"): place} for place in reference]},
    ]


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Make the pages and complete the navigation."""
    site = make_site(_root(config))
    config.extra["made"] = site
    config.nav = site_nav(config.nav or [], site.nav, Path(config.docs_dir))
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, and the files of the repository that hand-written pages link to."""
    root = _root(config)
    site: Site = config.extra["made"]
    written = {file.src_uri: file.content_string for file in files.documentation_pages()}
    adopted = {place: site.pages[place] for place in ADOPTED.values()}
    for place, text in site.pages.items():
        files.append(File.generated(config, place, content=text))
    for place, text in (written | adopted).items():
        for path in sorted(linked_files(text, place, root)):
            if f"files/{path}" not in files.src_uris:
                files.append(File.generated(config, f"files/{path}", abs_src_path=str(root / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: object) -> str:
    """Rewrite the links of hand-written pages."""
    place = page.file.src_uri
    is_written = repo_place(place) in ADOPTED or place not in config.extra["made"].pages
    return relink(markdown, place, _root(config)) if is_written else markdown


def on_page_content(html: str, page: Page, **_: object) -> str:
    """Write the formulas; in the reference, names in Sphinx's roles become plain code."""
    if page.file.src_uri.startswith("api/"):
        return _ROLE.sub(r"\1", html)
    return render_formulas(html)
