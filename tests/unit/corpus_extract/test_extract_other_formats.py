"""Notebooks, HTML, LaTeX, captions, EPUB and plain text."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from rlmap.corpus.extract import extract_document, extractor_for, media_type_of, suffixes
from rlmap.errors import ExtractError

SENTENCE = "The agent walks to the far end because the reward there is larger than the near one."


def kinds(extraction):
    return [(b.block_type, extraction.text[b.start : b.end]) for b in extraction.blocks]


def test_a_notebook_names_the_cell_in_its_section_path(make_document):
    cells = [
        {"cell_type": "markdown", "source": ["# Corridor\n", "\n", SENTENCE]},
        {"cell_type": "code", "source": "x = 1"},
        {"cell_type": "markdown", "source": SENTENCE},
    ]
    document = make_document("walk.ipynb", json.dumps({"nbformat": 4, "cells": cells}))
    extraction = extract_document(document)
    assert extraction.text == f"# Corridor\n\n{SENTENCE}\n\nx = 1\n\n{SENTENCE}"
    paths = [b.section_path for b in extraction.blocks if b.block_type == "prose"]
    assert paths == [("Corridor", "cell 1"), ("Corridor", "cell 3")]


def test_html_gives_the_main_text_with_headings_and_formulas(make_document):
    page = f"""<html><head><title>t</title></head><body>
    <nav><a href="/">Home</a> and many more links that lead to other places of the site</nav>
    <main><article>{"<p>" + SENTENCE + "</p>" * 1}<h2>Why<a class="headerlink" href="#w">#</a></h2>
    <p>It has the return <d-math>G = r_1</d-math> which is
       the <em>largest</em> of all that can be had there.</p>
    <pre>x = 1</pre><ul><li>{SENTENCE}</li></ul>
    <p>{SENTENCE}</p><p>{SENTENCE}</p><p>{SENTENCE}</p></article></main>
    <footer>Subscribe to this newsletter and never miss a corridor again.</footer></body></html>"""
    extraction = extract_document(make_document("page.html", page))
    found = kinds(extraction)
    assert found[0] == ("prose", SENTENCE)
    assert found[1] == ("heading", "Why")
    assert found[2] == ("prose", "It has the return $G = r_1$ which is the largest of all that can be had there.")
    assert [kind for kind, _ in found[3:5]] == ["code", "list"]
    assert "newsletter" not in extraction.text
    assert "Home" not in extraction.text


def test_posts_of_one_file_are_told_apart_by_their_headings(make_document):
    page = "".join(f"<article><h1>Post {n}</h1><p>{SENTENCE}</p></article>" for n in (1, 2))
    blocks = extract_document(make_document("blog.html", f"<body>{page}</body>")).blocks
    assert [b.section_path for b in blocks if b.block_type == "prose"] == [("Post 1",), ("Post 2",)]


def test_latex_is_read_by_sections_and_environments(make_document):
    source = (
        "\\documentclass{article}\n\\begin{document}\n\\section{Returns}\n"
        f"{SENTENCE} \\cite{{x}}\n\\begin{{equation}}\nG = r\n\\end{{equation}}\n"
        f"\\begin{{itemize}}\n\\item {SENTENCE}\n\\end{{itemize}}\n% a comment\n\\end{{document}}\nrubbish"
    )
    extraction = extract_document(make_document("paper.tex", source))
    assert [b.block_type for b in extraction.blocks] == ["heading", "prose", "math", "list"]
    assert extraction.blocks[1].section_path == ("Returns",)


def test_captions_carry_the_time_at_which_they_are_spoken(make_document):
    cues = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\nThe agent walks to the far end\n\n" + (
        "00:00:03.000 --> 00:00:06.000\nbecause the reward there is larger.\n\n"
        "00:01:06.000 --> 00:01:09.000\nThen it rests for a while.\n"
    )
    extraction = extract_document(make_document("lecture.vtt", cues))
    assert [b.section_path for b in extraction.blocks] == [("0:00:01",), ("0:01:06",)]
    assert extraction.text == cues


def _epub(chapters: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "META-INF/container.xml", '<container><rootfiles><rootfile full-path="o/p.opf"/></rootfiles></container>'
        )
        items = "".join(f'<item id="{name}" href="{name}"/>' for name in chapters)
        spine = "".join(f'<itemref idref="{name}"/>' for name in reversed(chapters))
        archive.writestr("o/p.opf", f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>")
        for name, body in chapters.items():
            archive.writestr(f"o/{name}", f"<html><body>{body}</body></html>")
    return buffer.getvalue()


def test_an_epub_is_read_in_the_order_of_its_spine(make_document):
    data = _epub({"b.xhtml": f"<h1>Two</h1><p>{SENTENCE}</p>", "a.xhtml": f"<h1>One</h1><p>{SENTENCE}</p>"})
    extraction = extract_document(make_document("book.epub", data))
    assert [b.section_path for b in extraction.blocks if b.block_type == "prose"] == [("One",), ("Two",)]


def test_plain_text_is_read_by_paragraphs(make_document):
    extraction = extract_document(make_document("notes.txt", f"{SENTENCE}\n\n{SENTENCE}\n"))
    assert kinds(extraction) == [("prose", SENTENCE), ("prose", SENTENCE)]


@pytest.mark.parametrize("suffix", sorted(suffixes()))
def test_a_file_that_is_empty_or_binary_is_refused_in_one_sentence(make_document, suffix):
    for content in (b"", bytes(range(256)) * 4):
        with pytest.raises(ExtractError) as caught:
            extract_document(make_document(f"file{suffix}", content))
        assert f"file{suffix}" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_every_suffix_leads_to_its_reader():
    for suffix, media_type in suffixes().items():
        assert media_type_of(f"x{suffix.upper()}") == media_type
        assert media_type in extractor_for(media_type).media_types
    assert media_type_of("picture.png") is None
    with pytest.raises(ExtractError, match=r"no reader for image/png; rlmap reads .*\.pdf"):
        extractor_for("image/png")
