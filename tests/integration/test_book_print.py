"""The printed book: contents with right page numbers, every chapter once, no link that leads nowhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pymupdf
import pytest

from rlmap.errors import InputError
from rlmap.pipeline.book import Book, make_book
from rlmap.pipeline.workspace import all_sources
from rlmap.settings import Settings
from rlmap.site.pdf import print_book
from rlmap.site.printing import print_document

PAGE = """<html><body><article class="md-content__inner"><h1>{title}<a class="headerlink" href="#x">¶</a></h1>
<details><summary>What it needs</summary><ul><li><a href="../reward/">Reward</a></li></ul></details>
<details><summary>The numbers, computed</summary><pre>assert 1 == 1</pre></details>
<p>About {title}: <a href="../../sources/#ppo"><code>ppo</code></a>, <a href="../../demos/#x">a demo</a>.</p>
</article></body></html>"""


@pytest.fixture(scope="module")
def settings(root: Path) -> Settings:
    return Settings(root=root, home=root / ".no-home")


@pytest.fixture(scope="module")
def book(settings: Settings) -> Book:
    return make_book(settings)


@pytest.fixture(scope="module")
def site_dir(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for chapter in book.chapters:
        page = folder / "book" / chapter.concept.id / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(PAGE.format(title=chapter.concept.title), encoding="utf-8")
    return folder


def test_the_document_holds_every_chapter_once_and_only_links_that_lead_inside(
    settings: Settings, book: Book, site_dir: Path
) -> None:
    sources = {source.id: source for source in all_sources(settings)}
    document = print_document(book, sources, site_dir, {"ppo": 321})
    anchors = re.findall(r'\bid="([^"]+)"', document)
    assert [a for a in anchors if a in book.by_concept] == [chapter.concept.id for chapter in book.chapters]
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', document)) <= set(anchors)
    assert "321" in document
    assert "assert 1 == 1" not in document
    assert "¶" not in document
    assert "a demo" in document
    assert "../../demos" not in document


def test_a_site_that_is_not_built_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="build the site first"):
        print_book(settings, tmp_path)


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium installed")
def test_the_contents_name_the_pages_on_which_chapters_stand(settings: Settings, book: Book, site_dir: Path) -> None:
    pdf = print_book(settings, site_dir)
    with pymupdf.open(pdf) as document:
        outline = {title: page for level, title, page in document.get_toc() if level == 2}
        assert len(outline) == len(book.chapters)
        contents = "".join(document[page].get_text() for page in range(1, 8))
        for chapter in (book.chapters[0], book.by_concept["ppo"], book.chapters[-1]):
            title = f"{chapter.number}. {chapter.concept.title}"
            assert f"About {chapter.concept.title}" in document[outline[title] - 1].get_text()
            assert re.search(re.escape(title) + rf"\s+{outline[title]}\b", contents)
