"""The book holds every article once, after what it needs, and its pages lead to pages that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from rlmap.pipeline.book import Book, book_order, make_book
from rlmap.settings import Settings
from rlmap.site.hooks import Site, make_site, nav_places, site_nav


@pytest.fixture(scope="module")
def book(root: Path) -> Book:
    return make_book(Settings(root=root, home=root / ".no-home"))


@pytest.fixture(scope="module")
def site(root: Path) -> Site:
    return make_site(root)


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose tags for Python objects are of no interest here."""


_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)


@pytest.fixture(scope="module")
def nav(root: Path, site: Site) -> list[str]:
    written = yaml.load((root / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)["nav"]
    return list(nav_places(site_nav(written, site.nav, root / "docs")))


def test_every_article_is_in_the_book_once(book: Book) -> None:
    concepts = [chapter.concept.id for chapter in book.chapters]
    assert sorted(concepts) == sorted(book.graph.concepts)
    assert [chapter.number for chapter in book.chapters] == list(range(1, len(concepts) + 1))
    assert all(chapter.article.concept_id == chapter.concept.id for chapter in book.chapters)


def test_nothing_is_used_before_it_is_explained(book: Book) -> None:
    behind: set[str] = set()
    for chapter in book.chapters:
        concept = chapter.concept
        assert {edge.requires_id for edge in concept.prerequisites} <= behind, concept.id
        for group in concept.any_of:
            assert {option.requires_id for option in group.options} & behind, concept.id
        behind.add(concept.id)


def test_the_order_is_the_same_every_time(book: Book) -> None:
    again = [concept_id for _, concepts in book_order(book.graph) for concept_id in concepts]
    assert again == [chapter.concept.id for chapter in book.chapters]


def test_the_navigation_has_every_page_once(root: Path, site: Site, nav: list[str]) -> None:
    written = {path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")}
    assert sorted(nav) == sorted(written | set(site.pages))


def test_made_pages_link_to_places_that_exist(root: Path, site: Site, nav: list[str]) -> None:
    anchors = {place: set(re.findall(r"\{ #(\S+) \}", text)) for place, text in site.pages.items()}
    links = 0
    for place, text in site.pages.items():
        if not place.startswith(("book/", "demos.md", "sources.md")):
            continue
        for target, anchor in re.findall(r"\]\(((?!https?:)[^)#\s]+)(?:#([^)\s]+))?\)", text):
            there = Path("/", place).parent.joinpath(target).resolve().relative_to("/").as_posix()
            assert there in nav, f"{place} links to {target}"
            assert not anchor or anchor in anchors[there], f"{place} links to {target}#{anchor}"
            links += 1
    assert links > 3_000


def test_a_chapter_names_what_it_needs_its_demo_and_its_sources(site: Site) -> None:
    page = site.pages["book/ppo.md"]
    assert "[Clipped surrogate objective](clipped-surrogate-objective.md)" in page
    assert "(../demos.md#" in page
    assert "[`ppo`](../sources.md#ppo)" in page
    assert "+++" not in page
