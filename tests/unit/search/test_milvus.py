"""The store in Milvus answers as the embedded one does; run with Milvus Lite, the real engine in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rlmap.errors import IndexMissingError, InputError
from rlmap.search.build import build_index
from rlmap.search.encode import OnnxEncoder
from rlmap.search.index import SearchIndex, open_index
from rlmap.search.milvus import connect
from rlmap.search.milvus_write import drop_milvus
from rlmap.search.store import Filter
from rlmap.types import IndexRecord, SourceKind

pytest.importorskip("milvus_lite", reason="the engine inside this process is for Linux and macOS only")

TOPICS = ("replay buffer", "policy gradient", "value iteration", "discount factor", "exploration bonus")
KINDS: tuple[SourceKind, ...] = ("paper", "docs", "blog")


def records() -> list[IndexRecord]:
    made = []
    for number in range(60):
        topic, other = TOPICS[number % 5], TOPICS[(number + 1 + number // 5) % 5]
        first = f"The {topic} of agent {number} changes with its {other}."
        made.append(
            IndexRecord(
                passage_id=f"p{number:03}",
                work_id=f"w{number % 7}",
                source_id=f"s{number % 7}",
                kind=KINDS[number % 3],
                year=None if number % 11 == 0 else 2000 + number % 20,
                formalism=(number % 10) / 10,
                text=f"{first} Rewards arrive {number} steps late.",
                context="Notes",
                sentences=() if number == 8 else (first, f"Rewards arrive {number} steps late."),
            )
        )
    made.append(IndexRecord("p100", "w0", "s0", "docs", None, 0.0, "= + =", "", ()))  # no stem at all
    return made


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"milvus://{tmp_path_factory.mktemp('milvus') / 'store.db'}"


@pytest.fixture(scope="module")
def both(
    address: str, tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder
) -> Iterator[tuple[SearchIndex, SearchIndex]]:
    """The same passages in the embedded store and in Milvus."""
    folders = [tmp_path_factory.mktemp(name) for name in ("embedded", "in-milvus")]
    build_index(records(), index_dir=folders[0], encoder=encoder)
    info = build_index(records(), index_dir=folders[1], encoder=encoder, store=address)
    assert info.store == address
    yield open_index(folders[0]), open_index(folders[1])
    drop_milvus(address, info.collection)


@pytest.mark.parametrize(
    "only",
    [
        Filter(),
        Filter(kinds=frozenset({"docs", "blog"})),
        Filter(years=(2005, None)),
        Filter(years=(None, 2010)),
        Filter(kinds=frozenset()),
    ],
)
def test_both_stores_find_the_same(both: tuple[SearchIndex, SearchIndex], encoder: OnnxEncoder, only: Filter) -> None:
    embedded, milvus = (index.store for index in both)
    questions = ["what is a replay buffer", "discount factor and exploration", "zzz"]
    vectors = encoder.encode(questions)
    for ours, theirs in zip(embedded.nearest(vectors, 10, only), milvus.nearest(vectors, 10, only), strict=True):
        assert len(set(ours) & set(theirs)) >= 0.9 * len(ours)
        assert len(ours) == len(theirs)
    asked = [["replay", "buffer", "buffer"], ["discount", "explor"], [], ["zzz"]]
    for question, ours, theirs in zip(asked, embedded.best(asked, 10, only), milvus.best(asked, 10, only), strict=True):
        weights = embedded.passages(np.arange(61), question).weights
        total = sum((weights[stem] for stem in question), np.zeros(61, dtype=np.float32))
        np.testing.assert_allclose(total[ours], total[theirs], rtol=1e-5)  # equal scores may change places


def test_both_stores_hold_the_same(both: tuple[SearchIndex, SearchIndex]) -> None:
    rows = np.array([7, 3, 8, 60, 12])
    ours, theirs = (index.store.passages(rows, ["replay", "zzz"]) for index in both)
    for field in ("ids", "work_ids", "kinds"):
        assert getattr(ours, field).tolist() == getattr(theirs, field).tolist()
    for field in ("rows", "formalism", "explanation", "first_sentence", "sentences", "vectors"):
        np.testing.assert_array_equal(getattr(ours, field), getattr(theirs, field))
    for stem, weights in ours.weights.items():
        np.testing.assert_array_equal(weights, theirs.weights[stem])
    np.testing.assert_array_equal(*(index.store.sentence_vectors(index.store.passages(rows)) for index in both))
    for index in both:
        assert index.store.rows_of(["p012", "p003"]).tolist() == [12, 3]
        with pytest.raises(InputError, match="p999"):
            index.store.rows_of(["p012", "p999"])


def test_a_new_build_leaves_the_one_before_until_the_next(address: str, tmp_path: Path, encoder: OnnxEncoder) -> None:
    first = build_index(records()[:6], index_dir=tmp_path, encoder=encoder, store=address)
    opened = open_index(tmp_path)
    second = build_index(records()[:7], index_dir=tmp_path, encoder=encoder, store=address)
    assert opened.store.passages(np.array([5])).ids.tolist() == ["p005"]
    third = build_index(records()[:8], index_dir=tmp_path, encoder=encoder, store=address)
    held = connect(address).list_collections()
    assert first.collection not in held
    assert {second.collection, third.collection} <= set(held)
    build_index(records()[:8], index_dir=tmp_path, encoder=encoder)  # back to the embedded store
    assert {second.collection, third.collection}.isdisjoint(connect(address).list_collections())


def test_a_build_that_milvus_lost_is_named(address: str, tmp_path: Path, encoder: OnnxEncoder) -> None:
    info = build_index(records()[:6], index_dir=tmp_path, encoder=encoder, store=address)
    drop_milvus(address, info.collection)
    with pytest.raises(IndexMissingError, match="rlmap setup"):
        open_index(tmp_path)


@pytest.mark.parametrize("wrong", ["milvus://", "http://localhost:19530", "milvus:///somewhere", "elsewhere"])
def test_an_address_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="milvus://host"):
        connect(wrong)


def test_a_password_in_an_address_is_refused() -> None:
    with pytest.raises(InputError, match="RLMAP_MILVUS_TOKEN"):
        connect("milvus://root:secret@localhost:19530")


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(InputError, match=r"rlmap\[milvus\]"):
        connect("milvus://localhost:19530")
