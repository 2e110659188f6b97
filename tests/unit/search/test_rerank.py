from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import CrossEncoder
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from rlmap.errors import InputError
from rlmap.search.build import build_index
from rlmap.search.encode import OnnxEncoder
from rlmap.search.fuse import Candidates, find_candidates
from rlmap.search.index import SearchIndex, open_index
from rlmap.search.rerank import RERANKED, CrossEncoderReranker, reranked
from rlmap.types import IndexRecord, SearchTerm

QUESTION = "why are rewards discounted?"
SUBJECTS = ["discounting", "a discount factor", "the horizon", "bootstrapping", "a replay buffer"]


def tiny_cross_encoder(folder: Path, labels: int = 1) -> Path:
    """Save a cross-encoder of one layer with random weights: untrained, but read like any other."""
    letters = [chr(letter) for letter in range(ord("a"), ord("z") + 1)]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=labels,
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_cross_encoder(tmp_path_factory.mktemp("reranker") / "model")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> SearchIndex:
    texts = [
        f"Rewards far away count less by {subject}, as note {number} says."
        for number in range(16)
        for subject in SUBJECTS
    ]
    records = [
        IndexRecord(f"p{place:03}", f"w{place}", f"s{place}", "paper", 2020, 0.0, text, "Notes", (text,))
        for place, text in enumerate(texts)
    ]
    home = tmp_path_factory.mktemp("index")
    build_index(records, index_dir=home, encoder=encoder)
    return open_index(home)


@pytest.fixture(scope="module")
def found(index: SearchIndex, encoder: OnnxEncoder) -> Candidates:
    return find_candidates(index, encoder, [SearchTerm(QUESTION, "question")])


def test_the_best_candidates_take_the_order_of_the_cross_encoder(
    folder: Path, index: SearchIndex, found: Candidates
) -> None:
    before = found.passages.ids.tolist()
    assert len(before) > RERANKED
    after = reranked(found, QUESTION, CrossEncoderReranker(folder), index.text_of)
    texts = [index.text_of(row) for row in found.passages.rows[:RERANKED].tolist()]
    expected = CrossEncoder(str(folder), local_files_only=True, device="cpu").rank(QUESTION, texts)
    assert after.passages.ids[:RERANKED].tolist() == [before[entry["corpus_id"]] for entry in expected]
    assert after.passages.ids[:RERANKED].tolist() != before[:RERANKED]
    assert after.passages.ids[RERANKED:].tolist() == before[RERANKED:], "what was not read keeps its place"
    np.testing.assert_array_equal(after.scores, found.scores)


def test_what_is_known_of_a_passage_moves_with_it(folder: Path, index: SearchIndex, found: Candidates) -> None:
    after = reranked(found, QUESTION, CrossEncoderReranker(folder), index.text_of)
    told = {field.name for field in fields(Candidates)} - {"passages", "scores", "proposals", "question_vector"}
    assert len(told) >= 5
    for name in sorted(told):
        known = dict(zip(found.passages.ids.tolist(), getattr(found, name).tolist(), strict=True))
        assert getattr(after, name).tolist() == [known[key] for key in after.passages.ids.tolist()]


def test_a_folder_without_a_cross_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{tmp_path}/nowhere.*RLMAP_RERANKER"):
        CrossEncoderReranker(tmp_path / "nowhere")
    with pytest.raises(InputError, match="3 classes"):
        CrossEncoderReranker(tiny_cross_encoder(tmp_path / "classes", labels=3))
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be loaded"):
        CrossEncoderReranker(tmp_path / "damaged")
