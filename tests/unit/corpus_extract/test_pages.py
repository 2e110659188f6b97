"""Where a quote stands on the page."""

from __future__ import annotations

import subprocess
import sys

import pymupdf
import pytest
from pdf_fixtures import PdfMaker, overlap

from rlmap.corpus.display import display_of
from rlmap.corpus.extract import extract_document
from rlmap.corpus.pages import boxes_of, line_of, page_of, page_picture
from rlmap.corpus.verify import verify
from rlmap.errors import InputError
from rlmap.types import Box, Locator

LEFT = [
    "The agent walks along a corridor and",
    "finds a small reward close to its start.",
    "It may also walk on to the far end,",
    "where the reward is ten times as large.",
]
RIGHT = [
    "How far it goes depends on the discount",
    "factor, which says what a later reward",
    "is worth to it now, and on how long",
    "the corridor is that it has to walk.",
]


def locate(extraction, document, first: str, last: str, occurrence: int = 0) -> Locator:
    start = -1
    for _ in range(occurrence + 1):
        start = extraction.text.index(first, start + 1)
    return Locator(document.id, start, extraction.text.index(last, start) + len(last))


def assert_highlighted(document, extraction, locator, lines):
    boxes = boxes_of(document, extraction, locator)
    assert len(boxes) == len(lines)
    assert [round(overlap(box, line), 3) >= 0.9 for box, line in zip(boxes, lines, strict=True)] == [True] * len(lines)
    assert verify(document, extraction, locator).state == "verified"


def test_two_columns_are_read_one_after_the_other(make_document):
    maker = PdfMaker()
    page = maker.page()
    for number in range(4):
        maker.write(page, 30, 80 + 14 * number, LEFT[number])
        maker.write(page, 225, 80 + 14 * number, RIGHT[number])
    document = make_document("columns.pdf", maker.data())
    extraction = extract_document(document)
    locator = locate(extraction, document, LEFT[0], LEFT[3])
    assert display_of(document, extraction, locator).text == " ".join(LEFT)
    assert_highlighted(document, extraction, locator, [line for line in maker.lines if line.x0 < 200])
    locator = locate(extraction, document, RIGHT[0], RIGHT[3])
    assert_highlighted(document, extraction, locator, [line for line in maker.lines if line.x0 > 200])


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_boxes_are_those_of_the_unrotated_page(make_document, rotation):
    maker = PdfMaker()
    page = maker.page()
    lines = maker.turned_column(page, 40, 100, LEFT, rotation)
    maker.pdf[page].set_rotation(rotation)
    document = make_document("turned.pdf", maker.data())
    extraction = extract_document(document)
    assert extraction.pages[0].rotation == rotation
    locator = locate(extraction, document, LEFT[1], LEFT[1])
    assert_highlighted(document, extraction, locator, [lines[1]])


def test_boxes_of_a_cropped_page_begin_at_its_crop(make_document):
    maker = PdfMaker()
    page = maker.page()
    maker.column(page, 60, 120, LEFT)
    maker.pdf[page].set_cropbox(pymupdf.Rect(40, 50, 380, 400))
    document = make_document("cropped.pdf", maker.data())
    extraction = extract_document(document)
    locator = locate(extraction, document, LEFT[2], LEFT[2])
    (box,) = boxes_of(document, extraction, locator)
    true = maker.lines[2]
    moved = type(true)(true.text, 0, true.x0 - 40, true.y0 - 50, true.x1 - 40, true.y1 - 50)
    assert overlap(box, moved) >= 0.9
    assert verify(document, extraction, locator).state == "verified"


def test_a_quote_over_two_pages_is_highlighted_on_both(make_document):
    maker = PdfMaker()
    for number in range(2):
        page = maker.page()
        maker.write(page, 205, 570, str(number + 7))
    maker.column(0, 40, 480, LEFT[:3])
    maker.column(1, 40, 80, [LEFT[3], *RIGHT])
    document = make_document("pages.pdf", maker.data())
    extraction = extract_document(document)
    assert [page.label for page in extraction.pages] == ["7", "8"]
    locator = locate(extraction, document, LEFT[2], LEFT[3])
    assert display_of(document, extraction, locator).text == f"{LEFT[2]} {LEFT[3]}"
    boxes = [box for box in boxes_of(document, extraction, locator) if box.y1 < 560]
    true = [line for line in maker.lines if line.text in LEFT[2:]]
    assert [overlap(box, line) >= 0.9 for box, line in zip(boxes, true, strict=True)] == [True, True]
    assert page_of(extraction, locator).label == "7"
    assert verify(document, extraction, locator).state == "verified"


def test_a_sentence_that_stands_twice_is_highlighted_where_it_was_quoted(make_document):
    maker = PdfMaker()
    page = maker.page()
    maker.column(page, 40, 100, [LEFT[0], RIGHT[0], LEFT[0], RIGHT[1]])
    document = make_document("twice.pdf", maker.data())
    extraction = extract_document(document)
    second = locate(extraction, document, LEFT[0], LEFT[0], occurrence=1)
    assert_highlighted(document, extraction, second, [maker.lines[2]])


def test_a_part_of_a_line_is_highlighted_tightly(make_document):
    maker = PdfMaker()
    page = maker.page()
    line = maker.write(page, 40, 100, LEFT[0])
    document = make_document("part.pdf", maker.data())
    extraction = extract_document(document)
    locator = locate(extraction, document, "walks along", "walks along")
    (box,) = boxes_of(document, extraction, locator)
    assert box.x0 == pytest.approx(line.x0 + maker.font.text_length("The agent ", 10), abs=0.5)
    assert box.x1 == pytest.approx(line.x0 + maker.font.text_length("The agent walks along", 10), abs=0.5)


def test_the_picture_shows_the_highlight_and_leaves_the_file_alone(make_document):
    maker = PdfMaker()
    maker.column(maker.page(), 40, 100, LEFT)
    document = make_document("picture.pdf", maker.data())
    plain = pymupdf.Pixmap(page_picture(document, 0, zoom=1.0))
    box = Box(0, 100, 300, 200, 320)
    marked = pymupdf.Pixmap(page_picture(document, 0, [box], zoom=1.0))
    assert plain.pixel(150, 310) == (255, 255, 255)
    assert marked.pixel(150, 310) != (255, 255, 255)
    assert marked.pixel(250, 310) == (255, 255, 255)
    again = pymupdf.Pixmap(page_picture(document, 0, zoom=1.0))
    assert again.samples == plain.samples
    crop = pymupdf.Pixmap(page_picture(document, 0, [box], zoom=1.0, crop=True))
    assert crop.width == plain.width
    assert crop.height < plain.height / 3


def test_a_page_that_is_not_there_is_named(make_document):
    maker = PdfMaker()
    maker.column(maker.page(), 40, 100, LEFT)
    document = make_document("short.pdf", maker.data())
    with pytest.raises(InputError, match="no page 5: it has 1 pages"):
        page_picture(document, 4)
    with pytest.raises(InputError, match="zoom"):
        page_picture(document, 0, zoom=100)


def test_a_text_file_has_lines_and_no_boxes(make_document):
    document = make_document("page.md", "# Title\n\nFirst line.\nSecond line here.\n")
    extraction = extract_document(document)
    locator = Locator(document.id, extraction.text.index("Second"), len(extraction.text))
    assert line_of(document, extraction, locator) == 4
    assert boxes_of(document, extraction, locator) == ()
    assert page_of(extraction, locator) is None


def test_a_huge_page_is_drawn_smaller(make_document):
    maker = PdfMaker()
    maker.write(maker.page(14_000, 14_000), 40, 100, LEFT[0])
    picture = pymupdf.Pixmap(page_picture(make_document("huge.pdf", maker.data()), 0, zoom=8.0))
    assert picture.width * picture.height <= 25_100_000


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_highlight_of_a_turned_page_covers_the_words(make_document, rotation):
    maker = PdfMaker()
    page = maker.page()
    maker.turned_column(page, 40, 100, LEFT, rotation)
    maker.pdf[page].set_rotation(rotation)
    document = make_document("turned.pdf", maker.data())
    extraction = extract_document(document)
    (box,) = boxes_of(document, extraction, locate(extraction, document, LEFT[1], LEFT[1]))
    picture = pymupdf.Pixmap(page_picture(document, 0, [box], zoom=1.0))
    # The second line is written 14 points below the first, whose baseline is at 100.
    assert picture.pixel(60, 106)[2] < 250
    assert picture.pixel(60, 150) == (255, 255, 255)


def test_a_page_reads_the_same_whatever_was_imported_before(make_document):
    maker = PdfMaker()
    page = maker.page()
    for row in range(12):
        maker.write(page, 30, 100 + 11 * row, f"Row {row} of a page that is set so tightly that its rows touch.")
    document = make_document("paper.pdf", maker.data())
    read = (
        "import sys, json; from rlmap.corpus.extract.formats.pdf import open_pdf, read_page;"
        "page = read_page(open_pdf(open(sys.argv[1], 'rb').read(), 'x'), 0, with_boxes=True);"
        "print(json.dumps([page.text, page.boxes]))"
    )
    results = {
        subprocess.run(
            [sys.executable, "-c", before + read, document.path], capture_output=True, text=True, check=True
        ).stdout
        for before in ("", "import pymupdf;", "import pymupdf; pymupdf.TOOLS.unset_quad_corrections(False);")
    }
    assert len(results) == 1
