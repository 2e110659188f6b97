"""What is read from real documents: facts that a reader can check in them."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from rlmap.corpus.display import display_of
from rlmap.corpus.extract import extract_document, media_type_of
from rlmap.corpus.extract.sandbox import extract_all
from rlmap.corpus.split import split_extraction
from rlmap.corpus.verify import verify
from rlmap.errors import ExtractError
from rlmap.types import Document, Extraction, Locator

pytestmark = pytest.mark.mirror


@pytest.fixture
def read(mirror_dir):
    def reading(name: str) -> tuple[Document, Extraction]:
        document = document_of(mirror_dir / name)
        return document, extract_document(document)

    return reading


def document_of(path) -> Document:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Document(path.stem, path.stem, str(path), path.name, media_type_of(path), sha256, path.stem)


@pytest.mark.slow
def test_every_document_is_read(mirror_dir):
    documents = [document_of(path) for path in sorted(mirror_dir.iterdir())]
    results = dict(extract_all(documents))
    assert [str(result) for result in results.values() if isinstance(result, ExtractError)] == []
    empty = {document.id for document, result in results.items() if not split_extraction(result, document)}
    assert empty == {"hf-unit1-quiz", "hf-unit2-mid-way-quiz", "spinup-exercises"}


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("alphago.pdf", "484", "503"), ("q-learning-1992.pdf", "55", "68"), ("mathrl-ch02.pdf", "15", "34")],
)
def test_pages_are_labelled_as_they_are_printed(read, name, first, last):
    _, extraction = read(name)
    assert (extraction.pages[0].label, extraction.pages[-1].label) == (first, last)


def test_a_paper_has_its_sections_and_no_passage_from_its_references(read):
    document, extraction = read("ppo.pdf")
    headings = [extraction.text[b.start : b.end].strip() for b in extraction.blocks if b.block_type == "heading"]
    assert {"Abstract", "References"} <= set(headings)
    assert any("Clipped Surrogate Objective" in heading for heading in headings)
    kinds = Counter(block.block_type for block in extraction.blocks)
    assert kinds["running-head"] >= len(extraction.pages) - 1
    assert kinds["reference"] > 5
    assert not any("References" in passage.section_path for passage in split_extraction(extraction, document))


def test_columns_are_not_interleaved(read):
    document, extraction = read("alphago.pdf")
    words = " ".join(display_of(document, extraction, p.locator).text for p in split_extraction(extraction, document))
    assert "value networks" in words
    # A line of one column never follows a line of another: half words at line ends find their other half.
    first = next(block for block in extraction.blocks if block.block_type == "prose")
    joined = display_of(document, extraction, Locator(document.id, first.start, first.end)).text
    assert "- " not in joined
    assert "state-of-the-art" in joined


def test_posts_of_one_page_are_told_apart(read):
    _, extraction = read("pufferlib-blog.html")
    assert len({block.section_path[0] for block in extraction.blocks if block.section_path}) >= 12


def test_quizzes_are_typed(read):
    _, extraction = read("hf-unit1-quiz.mdx")
    assert Counter(b.block_type for b in extraction.blocks)["quiz"] >= 5


def test_formulas_of_a_page_are_read_as_tex(read):
    _, extraction = read("distill-td-paths.html")
    assert extraction.text.count("$") > 100


def test_ruins_of_text_recognition_are_kept_out_with_a_reason(read):
    _, extraction = read("q-learning-1992.pdf")
    reasons = Counter(block.reason for block in extraction.blocks if block.block_type == "garbage")
    assert reasons
    assert "" not in reasons


def test_slides_are_verified_though_engines_name_their_bullets_differently(read):
    document, extraction = read("schulman-nuts-bolts.pdf")
    passages = split_extraction(extraction, document)
    assert any(extraction.text[p.locator.start : p.locator.end].startswith("▶") for p in passages)
    assert {verify(document, extraction, passage.locator).state for passage in passages} == {"verified"}
