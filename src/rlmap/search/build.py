"""Building the index: aside, then put in place at once.

A build is named by a hash of everything that went into it, so building the same again does
nothing; one that was killed half-way leaves the previous one serving and its vectors encoded.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from rlmap.errors import BusyError, IndexMissingError, InputError
from rlmap.search.builds import EMBEDDED, FORMAT, INFO, POINTER, IndexInfo, current_build, read_info
from rlmap.search.cache import encode_cached
from rlmap.search.embedded import write_embedded
from rlmap.search.encode import Encoder
from rlmap.search.explain import explanation
from rlmap.search.forward import write_forward
from rlmap.search.index import LEXICAL, WORDS
from rlmap.search.lexical import LexicalIndex
from rlmap.search.places import write_places
from rlmap.search.store import NO_YEAR, Contents
from rlmap.search.summaries import write_summaries
from rlmap.search.tokens import plain_words, stems
from rlmap.types import IndexRecord, Progress, no_progress

_CACHE = "vectors.sqlite"

#: A word of so many passages is taken to be spelled correctly.
_FREQUENT = 3


def build_index(
    records: Iterable[IndexRecord],
    *,
    index_dir: Path,
    encoder: Encoder,
    summaries: Iterable[str] = (),
    store: str = EMBEDDED,
    progress: Progress = no_progress,
) -> IndexInfo:
    """Build the index of ``records`` and let it serve.

    Parameters
    ----------
    records : iterable of IndexRecord
        In any order; the result does not depend on it.
    index_dir : Path
        Made if missing.
    encoder : Encoder
        Encodes passages now and must encode the questions later.
    summaries : iterable of str
        What the map says of its concepts: encoded now, since search terms are made of them.
    store : str
        ``"embedded"``, or an address as in :mod:`rlmap.search.milvus`.
    progress : Progress
        Told how many passages and sentences are encoded, and stored elsewhere.

    Raises
    ------
    InputError
        If there is no record, two have the same passage id, or none holds a word; if ``store`` is
        no address, or needs a package that is missing.
    BusyError
        If another process is building in the same folder.
    StorageError
        If the vectors encoded so far cannot be read or written, or the store cannot be used.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  (questions need no lock)

    ordered = sorted(records, key=lambda record: record.passage_id)
    told = sorted(set(summaries))
    _check(ordered)
    index_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(index_dir / ".lock", timeout=0):
            name = _fingerprint(ordered, told, encoder, store)
            if not _serves(index_dir, name):
                _remove_builds(index_dir, keep=current_build(index_dir))
                contents = _contents(ordered, told, index_dir / _CACHE, encoder, progress)
                _build(ordered, contents, index_dir, _info(name, encoder, contents, store), progress)
            if store == EMBEDDED:
                _remove_builds(index_dir, keep=name)
            # Elsewhere the build before stays until the next one: who has it open still asks it.
    except Timeout as error:
        raise BusyError(f"Another process is building the index in {index_dir}: wait until it is done.") from error
    return read_info(index_dir / name)


def _check(ordered: Sequence[IndexRecord]) -> None:
    if not ordered:
        raise InputError("There are no passages to index: run `rlmap setup`, which fetches the corpus.")
    for before, after in itertools.pairwise(ordered):
        if before.passage_id == after.passage_id:
            raise InputError(f"Two passages have the id {after.passage_id!r}: ids must differ.")
    if not any(stems(record.text) for record in ordered):
        raise InputError("None of the passages holds a word that can be searched for: check what was extracted.")


def _fingerprint(ordered: Sequence[IndexRecord], summaries: Sequence[str], encoder: Encoder, store: str) -> str:
    digest = hashlib.sha256(f"{FORMAT} {encoder.name}{'' if store == EMBEDDED else ' ' + store}".encode())
    digest.update(json.dumps(summaries, ensure_ascii=False).encode())
    for record in ordered:
        digest.update(json.dumps(asdict(record), ensure_ascii=False).encode())
    return digest.hexdigest()[:16]


def _build(
    ordered: Sequence[IndexRecord], contents: Contents, index_dir: Path, info: IndexInfo, progress: Progress
) -> None:
    aside = index_dir / f".{info.name}"
    aside.mkdir()
    (aside / INFO).write_text(json.dumps(asdict(info)), encoding="utf-8")
    contents.lexical.table.save(aside / LEXICAL)
    (aside / WORDS).write_text("\n".join(_frequent_words(contents.texts)), encoding="utf-8")
    write_forward(aside, zip(contents.sentences, contents.headings, strict=True))
    write_places(aside, ordered)
    write_summaries(aside, contents.summaries, contents.summary_vectors)
    if info.store == EMBEDDED:
        write_embedded(aside, aside / LEXICAL, contents)
    else:
        from rlmap.search.milvus_write import write_milvus  # noqa: PLC0415  (an extra)

        write_milvus(info.store, info.collection, contents, progress)
    _put_in_place(aside, index_dir, info.name)


def _info(name: str, encoder: Encoder, contents: Contents, store: str) -> IndexInfo:
    works = len(set(contents.work_ids))
    info = IndexInfo(name, encoder.name, len(contents.texts), len(contents.sentence_vectors), works)
    if store == EMBEDDED:
        return info
    # Several data folders may share an engine, so the name alone could be taken.
    return replace(info, store=store, collection=f"rlmap_{name}_{secrets.token_hex(4)}")


def _contents(
    ordered: Sequence[IndexRecord], summaries: Sequence[str], cache: Path, encoder: Encoder, progress: Progress
) -> Contents:
    texts = tuple(f"{record.context}\n{record.text}" for record in ordered)
    sentences = [sentence for record in ordered for sentence in record.sentences]
    vectors = encode_cached(texts, encoder, cache, stage="Encoding passages", progress=progress)
    sentence_vectors = encode_cached(sentences, encoder, cache, stage="Encoding sentences", progress=progress)
    return Contents(
        passage_ids=tuple(record.passage_id for record in ordered),
        work_ids=tuple(record.work_id for record in ordered),
        kinds=tuple(record.kind for record in ordered),
        texts=texts,
        sentences=tuple(record.sentences for record in ordered),
        headings=tuple(record.headings for record in ordered),
        years=np.array([record.year or NO_YEAR for record in ordered], dtype=np.int16),
        formalism=np.array([record.formalism for record in ordered], dtype=np.float32),
        explanation=np.array([explanation(record.sentences or (record.text,)) for record in ordered], np.float32),
        sentence_starts=np.cumsum([0] + [len(record.sentences) for record in ordered], dtype=np.int64),
        sentence_vectors=sentence_vectors.astype(np.float16),
        vectors=vectors,
        lexical=LexicalIndex.build(texts),
        summaries=tuple(summaries),
        summary_vectors=encode_cached(
            summaries, encoder, cache, stage="Encoding the map", progress=progress if summaries else no_progress
        ),
    )


def _frequent_words(texts: Iterable[str]) -> list[str]:
    """Return the words of so many texts that they are hardly slips, in order."""
    texts_with = Counter(itertools.chain.from_iterable(set(plain_words(text)) for text in texts))
    return sorted(word for word, count in texts_with.items() if count >= _FREQUENT and word.isalpha())


def _put_in_place(aside: Path, index_dir: Path, name: str) -> None:
    for path in sorted(aside.rglob("*")):
        _flush(path)
    aside.rename(index_dir / name)
    pointer = index_dir / f".{POINTER}"
    pointer.write_text(name, encoding="utf-8")
    _flush(pointer)
    pointer.replace(index_dir / POINTER)
    _flush(index_dir)


def _flush(path: Path) -> None:
    """Wait until a file, or the list of names in a folder, is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _serves(index_dir: Path, name: str) -> bool:
    return current_build(index_dir) == name and (index_dir / name / INFO).is_file()


def _remove_builds(index_dir: Path, keep: str | None) -> None:
    """Remove every build but ``keep``, those that were killed half-way included."""
    for folder in index_dir.iterdir():
        if folder.is_dir() and folder.name != keep:
            _remove_from_store(folder)
            shutil.rmtree(folder)


def _remove_from_store(folder: Path) -> None:
    """Remove what a build keeps outside its folder."""
    try:
        info = read_info(folder)
    except IndexMissingError:
        return  # of another version, or killed before it stored anything
    if info.store != EMBEDDED:
        from rlmap.search.milvus_write import drop_milvus  # noqa: PLC0415  (an extra)

        drop_milvus(info.store, info.collection)
