"""What all pictures share: colours, a canvas of squares, and one of lengths."""

from __future__ import annotations

from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFont

#: Drawn larger and scaled down, so that slanted lines are smooth.
_OVERSAMPLING = 2

Colour = str
#: Told apart by people with any colour vision (Wong 2011, "Points of view: Color blindness").
PAPER, INK, WALL, FLOOR = "#ffffff", "#222222", "#5b6570", "#eef1f4"
BLUE, RED, GREEN, YELLOW, SKY, PINK = "#0072b2", "#d55e00", "#009e73", "#e69f00", "#56b4e9", "#cc79a7"

#: Colours of things that may cover few pixels.
SIGNALS = (PAPER, INK, WALL, FLOOR, BLUE, RED, GREEN, YELLOW, SKY, PINK)


class Canvas:
    """A picture of ``width`` x ``height`` units, ``unit`` pixels each; the origin is at the top left.

    Parameters
    ----------
    width, height : float
        In units.
    unit : int
        Pixels of a unit in the finished picture.
    paper : str
        The background.
    """

    def __init__(self, width: float, height: float, unit: int, paper: Colour = PAPER) -> None:
        self._size = round(width * unit), round(height * unit)
        self._scale = unit * _OVERSAMPLING
        self._image = Image.new("RGB", (self._size[0] * _OVERSAMPLING, self._size[1] * _OVERSAMPLING), paper)
        self._draw = ImageDraw.Draw(self._image)

    def square(self, x: float, y: float, colour: Colour, *, width: float = 1.0, height: float = 1.0) -> None:
        """Fill a rectangle whose top left corner is at ``x``, ``y``."""
        edge = 1 if width == height == 1.0 else 0  # a thin gap between squares shows the grid
        self._draw.rectangle((*self._at(x, y, edge), *self._at(x + width, y + height, -edge)), fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a disc around ``x``, ``y``."""
        self._draw.ellipse((*self._at(x - radius, y - radius), *self._at(x + radius, y + radius)), fill=colour)

    def line(self, points: Iterable[tuple[float, float]], colour: Colour, thickness: float) -> None:
        """Draw a line through points; ``thickness`` is in units."""
        places = [self._at(x, y) for x, y in points]
        self._draw.line(places, fill=colour, width=max(1, round(thickness * self._scale)), joint="curve")

    def text(self, x: float, y: float, words: str, size: float, colour: Colour = INK) -> None:
        """Write words centred at ``x``, ``y``; ``size`` is in units."""
        font = ImageFont.load_default(size * self._scale)
        self._draw.text(self._at(x, y), words, fill=colour, font=font, anchor="mm")

    def picture(self) -> Image.Image:
        """Return the finished picture."""
        return self._image.resize(self._size, Image.Resampling.LANCZOS)

    def _at(self, x: float, y: float, inset: int = 0) -> tuple[float, float]:
        return x * self._scale + inset, y * self._scale + inset


def shade(share: float, low: Colour, high: Colour) -> Colour:
    """Return the colour that lies ``share`` (0 to 1) of the way from ``low`` to ``high``."""
    pairs = zip(channels(low), channels(high), strict=True)
    mixed = (round(first + (last - first) * min(max(share, 0.0), 1.0)) for first, last in pairs)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def channels(colour: Colour) -> tuple[int, ...]:
    """Return red, green and blue, 0 to 255."""
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))
