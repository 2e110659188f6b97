from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from rlmap.errors import BusyError, IndexMissingError, InputError
from rlmap.search import dense
from rlmap.search.build import build_index
from rlmap.search.builds import FORMAT
from rlmap.search.encode import OnnxEncoder, Vectors
from rlmap.search.index import open_index
from rlmap.search.sentences import joined, read_sentences
from rlmap.search.store import Filter
from rlmap.types import IndexRecord


def record(number: int, text: str, **changes: object) -> IndexRecord:
    base = IndexRecord(
        passage_id=f"p{number:04}",
        work_id=f"w{number % 3}",
        source_id=f"s{number % 3}",
        kind="paper",
        year=2000 + number,
        formalism=0.1 * (number % 10),
        text=text,
        context="Notes on learning",
        sentences=(text,),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # any field may be changed


RECORDS = [
    record(0, "Discounting makes near rewards count more than far ones."),
    record(1, "A replay buffer keeps old transitions.", kind="docs", year=None),
    record(2, "Clipping the ratio keeps the new policy near the old one.", kind="blog"),
    record(3, "The baseline lowers the variance of the gradient estimate.", sentences=()),
]


class CountingEncoder:
    """The real encoder, counting the texts it is given."""

    def __init__(self, inner: OnnxEncoder) -> None:
        self.inner, self.seen = inner, list[str]()

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def dim(self) -> int:
        return self.inner.dim

    @property
    def batch(self) -> int:
        return self.inner.batch

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.seen.extend(texts)
        return self.inner.encode(texts)


def test_an_index_opens_with_what_was_built(tmp_path: Path, encoder: OnnxEncoder) -> None:
    info = build_index(reversed(RECORDS), index_dir=tmp_path, encoder=encoder)
    index = open_index(tmp_path)
    assert (info.passages, info.sentences, info.works, info.encoder) == (4, 3, 3, encoder.name)
    assert index.info == info
    passages = index.store.passages(np.arange(4), ["replay"])
    assert passages.ids.tolist() == ["p0000", "p0001", "p0002", "p0003"]
    assert passages.work_ids.tolist() == ["w0", "w1", "w2", "w0"]
    assert passages.sentences.tolist() == [1, 1, 1, 0]
    assert len(index.store.sentence_vectors(passages)) == 3
    assert index.store.rows_of(["p0002", "p0000"]).tolist() == [2, 0]
    with pytest.raises(InputError, match="p9999"):
        index.store.rows_of(["p0001", "p9999"])


def test_an_index_knows_the_sentences_of_its_passages(tmp_path: Path, encoder: OnnxEncoder) -> None:
    halves = ("The ratio is clipped, because large steps fail: ε = 0.2.", 'Call `learn()` with "x".\n')
    headings = ("Clipping", "Why it exists")
    two = record(4, " ".join(halves), sentences=halves, headings=headings)
    build_index([*RECORDS, two], index_dir=tmp_path, encoder=encoder)
    index = open_index(tmp_path)
    known = index.indexed(["p0004", "p0002"])
    one = (RECORDS[2].text,)
    assert (known.kinds, known.texts) == (("paper", "blog"), (halves, one))
    expected = joined([read_sentences(halves, headings), read_sentences(one)])
    np.testing.assert_array_equal(known.sentences.table, expected.table)
    np.testing.assert_array_equal(known.sentences.promises, expected.promises)
    assert (known.sentences.counts.tolist(), known.sentences.lines) == ([2, 1], expected.lines)
    np.testing.assert_array_equal(known.vectors, encoder.encode([*halves, *one]).astype(np.float16))
    assert index.indexed(["p0003"]).texts == ((),)


def test_filters_let_through_what_they_say(tmp_path: Path, encoder: OnnxEncoder) -> None:
    build_index(RECORDS, index_dir=tmp_path, encoder=encoder)
    store = open_index(tmp_path).store
    vector = encoder.encode(["replay"])
    for only, expected in [
        (Filter(), [0, 1, 2, 3]),
        (Filter(kinds=frozenset({"docs", "blog"})), [1, 2]),
        (Filter(years=(2002, None)), [2, 3]),
        (Filter(years=(None, 2002)), [0, 2]),
        (Filter(kinds=frozenset()), []),
    ]:
        assert sorted(store.nearest(vector, 9, only)[0].tolist()) == expected
        assert set(store.best([["replay", "reward"]], 9, only)[0].tolist()) <= set(expected)


def test_building_the_same_again_does_nothing(tmp_path: Path, encoder: OnnxEncoder) -> None:
    first = build_index(RECORDS, index_dir=tmp_path, encoder=encoder)
    counting = CountingEncoder(encoder)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npy")}
    assert build_index(RECORDS, index_dir=tmp_path, encoder=counting) == first
    assert counting.seen == []
    assert files == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npy")}


def test_only_new_texts_are_encoded_and_old_builds_go(tmp_path: Path, encoder: OnnxEncoder) -> None:
    old = build_index(RECORDS, index_dir=tmp_path, encoder=encoder)
    counting = CountingEncoder(encoder)
    added = record(9, "An entropy bonus keeps the policy random for longer.", sentences=())
    new = build_index([*RECORDS, added], index_dir=tmp_path, encoder=counting)
    assert counting.seen == [f"{added.context}\n{added.text}"]
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [new.name] != [old.name]


def test_an_open_index_goes_on_working_when_it_is_replaced(tmp_path: Path, encoder: OnnxEncoder) -> None:
    build_index(RECORDS, index_dir=tmp_path, encoder=encoder)
    index = open_index(tmp_path)
    before = index.store.best([["replay"]], 9, Filter())[0].tolist()
    build_index(RECORDS[:2], index_dir=tmp_path, encoder=encoder)
    assert index.store.best([["replay"]], 9, Filter())[0].tolist() == before
    assert open_index(tmp_path).info.passages == 2


def test_no_index_says_what_builds_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="rlmap setup"):
        open_index(tmp_path)


def test_an_index_of_another_version_is_not_opened(tmp_path: Path, encoder: OnnxEncoder) -> None:
    info = build_index(RECORDS, index_dir=tmp_path, encoder=encoder)
    path = tmp_path / info.name / "info.json"
    path.write_text(path.read_text().replace(f'"format": "{FORMAT}"', '"format": "3"'))
    with pytest.raises(IndexMissingError, match="rlmap setup"):
        open_index(tmp_path)


def test_bad_records_are_refused(tmp_path: Path, encoder: OnnxEncoder) -> None:
    with pytest.raises(InputError, match="no passages"):
        build_index([], index_dir=tmp_path, encoder=encoder)
    with pytest.raises(InputError, match="p0000"):
        build_index([RECORDS[0], RECORDS[0]], index_dir=tmp_path, encoder=encoder)
    with pytest.raises(InputError, match="word"):
        build_index([record(0, "?!", context="")], index_dir=tmp_path, encoder=encoder)


def test_two_builds_at_once_are_refused(tmp_path: Path, encoder: OnnxEncoder) -> None:
    with FileLock(tmp_path / ".lock"), pytest.raises(BusyError):
        build_index(RECORDS, index_dir=tmp_path, encoder=encoder)


@pytest.mark.slow
def test_a_killed_build_leaves_the_previous_one_and_its_vectors(
    tmp_path: Path, model_dir: Path, encoder: OnnxEncoder
) -> None:
    build_index(RECORDS, index_dir=tmp_path, encoder=encoder)
    code = f"""
from pathlib import Path
from rlmap.search import dense
from rlmap.search.build import build_index
from rlmap.search.encode import load_encoder
from rlmap.types import IndexRecord
texts = [f"Passage {{i}} about reward {{i * i}}." for i in range(5000)]
records = [IndexRecord(f"q{{i:05}}", "w", "s", "paper", 2000, 0.0, text, "") for i, text in enumerate(texts)]
build_index(records, index_dir=Path({str(tmp_path)!r}), encoder=load_encoder(Path({str(model_dir)!r})),
            progress=lambda stage, done, total: print(done, flush=True))
"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) >= 512:
            break
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert open_index(tmp_path).info.passages == len(RECORDS)
    counting = CountingEncoder(encoder)
    again = [record(i, f"Passage {i} about reward {i * i}.", context="", sentences=()) for i in range(600)]
    started = time.monotonic()
    build_index(again, index_dir=tmp_path, encoder=counting)
    assert len(counting.seen) <= 600 - 512, f"took {time.monotonic() - started:.1f} s"
    assert not list(tmp_path.glob(".[0-9a-f]*")), "the folder of the killed build is removed"


def test_beyond_the_exact_limit_the_nearest_are_still_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "FLAT_LIMIT", 500)
    generator = np.random.default_rng(1)
    vectors = generator.standard_normal((5_000, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    built = dense.DenseIndex.build(vectors)
    built.save(tmp_path)
    index = dense.DenseIndex.load(tmp_path)
    questions = vectors[:20] + 0.02 * generator.standard_normal((20, 384), dtype=np.float32)
    for row, (question, found) in enumerate(zip(questions, index.search(questions, 10), strict=True)):
        exact = np.argsort(-(vectors @ question), kind="stable")[:10]
        assert found[0] == row == exact[0]
        assert len(set(found) & set(exact)) >= 8
    odd = np.arange(5_000) % 2 == 1
    assert all((rows % 2 == 1).all() for rows in index.search(questions, 10, odd))


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_products_are_those_of_copies(kind: type[np.floating]) -> None:
    generator = np.random.default_rng(3)
    vectors = generator.standard_normal((3, 384), dtype=np.float32)
    kept = generator.standard_normal((50, 384), dtype=np.float32).astype(kind)
    for places in (np.array([7, 0, 49, 7]), np.empty(0, dtype=np.int64)):
        found = dense.products(vectors, kept, places)
        assert found.shape == (3, len(places))
        np.testing.assert_allclose(found, vectors @ kept[places].astype(np.float32).T, rtol=1e-4, atol=1e-4)
    by_columns = dense.products(np.asfortranarray(vectors), kept, np.arange(50))
    np.testing.assert_allclose(by_columns, dense.products(vectors, kept, np.arange(50)), rtol=1e-4, atol=1e-4)
