"""Where sentences stand: what is written comes back, and says which text it is of."""

from __future__ import annotations

from pathlib import Path

from rlmap.search.places import Places, write_places
from rlmap.types import IndexRecord

HASH = "0123456789abcdef" * 4


def record(passage_id: str, places: tuple[tuple[int, int], ...] = (), reading: str = "") -> IndexRecord:
    sentences = ("words",) * len(places)
    return IndexRecord(passage_id, "w", "s", "paper", 2000, 0.0, "words", "", sentences, (), places, reading)


def test_places_come_back_by_row(tmp_path: Path) -> None:
    written = [record("a", ((0, 7), (8, 20)), HASH), record("b"), record("c", ((3, 9),), "f" * 64)]
    write_places(tmp_path, written)
    places = Places.load(tmp_path)
    assert [places.of(row).ranges for row in range(3)] == [((0, 7), (8, 20)), (), ((3, 9),)]
    assert places.of(0).is_of(HASH)
    assert not places.of(0).is_of("f" * 64)
    assert places.of(2).is_of("f" * 64)


def test_an_index_without_quotes_has_no_places(tmp_path: Path) -> None:
    write_places(tmp_path, [record("a")])
    assert Places.load(tmp_path).of(0).ranges == ()
