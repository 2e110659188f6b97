from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rlmap.search.build import build_index
from rlmap.search.encode import OnnxEncoder, Vectors
from rlmap.search.fuse import find_candidates
from rlmap.search.index import open_index
from rlmap.search.summaries import Summaries, write_summaries
from rlmap.types import IndexRecord, SearchTerm

QUESTION = "effect of the discount rate"
SUMMARY = "A number below one by which each further step's reward counts less."
LONGER = f"In full. {SUMMARY}"


class Listening:
    """The real encoder, remembering what it was given."""

    def __init__(self, inner: OnnxEncoder) -> None:
        self.inner, self.given = inner, list[str]()
        self.name, self.dim, self.batch = inner.name, inner.dim, inner.batch

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.given.extend(texts)
        return self.inner.encode(texts)


@pytest.fixture
def summaries(tmp_path: Path, encoder: OnnxEncoder) -> Summaries:
    write_summaries(tmp_path, [SUMMARY, LONGER], encoder.encode([SUMMARY, LONGER]))
    return Summaries.load(tmp_path)


def test_a_term_of_the_map_is_put_together_of_what_is_known(summaries: Summaries, encoder: OnnxEncoder) -> None:
    listening = Listening(encoder)
    terms = [SearchTerm(QUESTION, "question"), SearchTerm(f"{QUESTION} {LONGER}", "map")]
    question, described = summaries.vectors_of(terms, listening)
    assert listening.given == [QUESTION], "encoded once, and the summary not at all"
    known = encoder.encode([QUESTION, LONGER])
    np.testing.assert_array_equal(question, known[0])
    np.testing.assert_allclose(described, known.sum(axis=0) / np.linalg.norm(known.sum(axis=0)), atol=1e-6)
    assert float(described @ encoder.encode([terms[1].text])[0]) > 0.85


@pytest.mark.parametrize(
    "term",
    [
        SearchTerm(f"{QUESTION} {SUMMARY} Less each time.", "map"),
        SearchTerm(SUMMARY, "map"),
        SearchTerm(f"{QUESTION} {SUMMARY}", "user"),
        SearchTerm(f"{QUESTION} {SUMMARY}", "question"),
    ],
)
def test_any_other_text_is_encoded_as_it_stands(term: SearchTerm, summaries: Summaries, encoder: OnnxEncoder) -> None:
    np.testing.assert_array_equal(summaries.vectors_of([term], encoder), encoder.encode([term.text]))


def test_an_index_is_built_with_the_summaries_of_the_map(tmp_path: Path, encoder: OnnxEncoder) -> None:
    records = [
        IndexRecord(f"p{place}", "w", "s", "paper", 2000, 0.0, text, "", (text,))
        for place, text in enumerate(["Later rewards count less.", "A buffer keeps transitions."])
    ]
    first = build_index(records, index_dir=tmp_path, encoder=encoder, summaries=[SUMMARY])
    listening = Listening(encoder)
    terms = [SearchTerm(QUESTION, "question"), SearchTerm(f"{QUESTION} {SUMMARY}", "map")]
    found = find_candidates(open_index(tmp_path), listening, terms)
    assert listening.given == [QUESTION]
    assert found.passages.ids[0] == "p0"
    second = build_index(records, index_dir=tmp_path, encoder=listening, summaries=[SUMMARY, LONGER])
    assert second.name != first.name
    assert listening.given == [QUESTION, LONGER], "only what is new is encoded"
