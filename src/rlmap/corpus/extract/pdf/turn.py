"""Boxes on a page, and the turn that makes its text upright; known without the engine that reads it."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

#: Left, top, right, bottom.
Rectangle = tuple[float, float, float, float]
#: Many of these, one a row.
Boxes = NDArray[np.float64]
#: One coordinate, or those of many points.
Length = TypeVar("Length", float, NDArray[np.float64])


class Turn(NamedTuple):
    """A turn of the page by ``quarters`` quarters of a circle, and its size before that."""

    quarters: int
    width: float
    height: float

    @property
    def shown_size(self) -> tuple[float, float]:
        """Width and height after the turn."""
        return (self.height, self.width) if self.quarters % 2 else (self.width, self.height)

    def point(self, x: Length, y: Length) -> tuple[Length, Length]:
        """Return where a point of the unturned page comes to be, or each of many points."""
        turned = ((x, y), (self.height - y, x), (self.width - x, self.height - y), (y, self.width - x))
        return turned[self.quarters]

    def box(self, box: Rectangle) -> Rectangle:
        """Return where a box of the unturned page comes to be."""
        ax, ay = self.point(box[0], box[1])
        bx, by = self.point(box[2], box[3])
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def boxes(self, boxes: Boxes) -> Boxes:
        """Return where each box of the unturned page comes to be."""
        ax, ay = self.point(boxes[:, 0], boxes[:, 1])
        bx, by = self.point(boxes[:, 2], boxes[:, 3])
        return np.stack([np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)], axis=1)
