"""What both engines read on a page of a PDF, and how it is kept."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rlmap.corpus.extract.pdf.turn import Turn
from rlmap.errors import StorageError

#: Bytes of both texts, quarters of the turn, width and height of the page.
_HEAD = struct.Struct("<IIBdd")


@dataclass(frozen=True, slots=True, eq=False)
class PageReading:
    """A page, read by MuPDF and by PDFium.

    Attributes
    ----------
    text : str
        The page's part of the canonical text, by MuPDF.
    boxes : numpy.ndarray of float32, shape (len(text), 4)
        Left, top, right and bottom of each character in points, from the top left corner of the
        unrotated page; not a number for a separator.
    turn : Turn
        Turns the page so that its text is upright.
    second : str
        The visible characters, by PDFium, in the order of the file.
    across, down : numpy.ndarray of float32, shape (len(second),)
        The middle of each of these on the turned page, in points.
    """

    text: str
    boxes: NDArray[np.float32]
    turn: Turn
    second: str
    across: NDArray[np.float32]
    down: NDArray[np.float32]

    def packed(self) -> bytes:
        """Return the reading as a few dozen kilobytes; :func:`unpacked` restores it exactly."""
        text, second = _encoded(self.text), _encoded(self.second)
        head = _HEAD.pack(len(text), len(second), *self.turn)
        # Coordinate after coordinate: neighbours are alike, and compress well.
        numbers = (np.ascontiguousarray(self.boxes.T), self.across, self.down)
        arrays = b"".join(array.astype("<f4").tobytes() for array in numbers)
        return zlib.compress(head + text + second + arrays, level=6)


def unpacked(data: bytes) -> PageReading:
    """Restore a reading.

    Raises
    ------
    StorageError
        If it was damaged on the disk.
    """
    try:
        raw = zlib.decompress(data)
        length, second_length, *turn = _HEAD.unpack_from(raw)
        at = _HEAD.size + length
        text, second = _decoded(raw[_HEAD.size : at]), _decoded(raw[at : at + second_length])
        numbers = np.frombuffer(raw, dtype="<f4", offset=at + second_length)
        boxes, across, down = np.split(numbers, [4 * len(text), 4 * len(text) + len(second)])
        return PageReading(text, boxes.reshape(4, len(text)).T, Turn(*turn), second, across, down)
    except (zlib.error, struct.error, ValueError) as error:
        raise StorageError(
            f"What was read from a page is damaged on the disk ({error}): delete corpus.sqlite in the data folder "
            "and run 'rlmap setup', which rebuilds it from the fetched files."
        ) from error


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # PDFium names characters beyond 16 bits by halves


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
