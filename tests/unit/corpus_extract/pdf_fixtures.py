"""PDFs that are made for the tests, with the true place of every line in them."""

from __future__ import annotations

from dataclasses import dataclass

import pymupdf

FONT = "helv"
SIZE = 10.0
LEADING = 14.0


@dataclass(frozen=True)
class Placed:
    """A line of text and its true box on the unrotated page."""

    text: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class PdfMaker:
    """Writes lines at known places."""

    def __init__(self) -> None:
        self.pdf = pymupdf.open()
        self.font = pymupdf.Font(FONT)
        self.lines: list[Placed] = []

    def page(self, width: float = 420, height: float = 595) -> int:
        self.pdf.new_page(width=width, height=height)
        return self.pdf.page_count - 1

    def write(self, page: int, x: float, baseline: float, text: str, size: float = SIZE) -> Placed:
        self.pdf[page].insert_text((x, baseline), text, fontname=FONT, fontsize=size)
        placed = Placed(
            text,
            page,
            x,
            baseline - self.font.ascender * size,
            x + self.font.text_length(text, size),
            baseline - self.font.descender * size,
        )
        self.lines.append(placed)
        return placed

    def column(self, page: int, x: float, baseline: float, lines: list[str]) -> list[Placed]:
        return [self.write(page, x, baseline + LEADING * number, line) for number, line in enumerate(lines)]

    def turned_column(self, page: int, x: float, baseline: float, lines: list[str], rotation: int) -> list[Placed]:
        """Write lines that are upright once the page is rotated by ``rotation`` degrees."""
        sheet = self.pdf[page]
        sheet.set_rotation(rotation)
        back = sheet.derotation_matrix
        sheet.set_rotation(0)
        for number, line in enumerate(lines):
            base = baseline + LEADING * number
            end = x + self.font.text_length(line, SIZE)
            shown = pymupdf.Rect(x, base - self.font.ascender * SIZE, end, base - self.font.descender * SIZE)
            box = (shown * back).normalize()
            sheet.insert_text(pymupdf.Point(x, base) * back, line, fontname=FONT, fontsize=SIZE, rotate=rotation)
            self.lines.append(Placed(line, page, box.x0, box.y0, box.x1, box.y1))
        return self.lines[-len(lines) :]

    def data(self) -> bytes:
        return self.pdf.tobytes()


def overlap(box, placed: Placed) -> float:
    """Intersection over union of a box and the true place."""
    if box.page != placed.page:
        return 0.0
    width = min(box.x1, placed.x1) - max(box.x0, placed.x0)
    height = min(box.y1, placed.y1) - max(box.y0, placed.y0)
    shared = max(0.0, width) * max(0.0, height)
    areas = (box.x1 - box.x0) * (box.y1 - box.y0) + (placed.x1 - placed.x0) * (placed.y1 - placed.y0)
    return shared / (areas - shared)
