"""Quotes: every passage is a slice of its file, and no altered quote passes for a true one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlmap.corpus.extract import extract_document, media_type_of
from rlmap.corpus.extract.base import make_extraction
from rlmap.corpus.extract.registry import extractor_for
from rlmap.corpus.split import split_extraction
from rlmap.corpus.strict_key import find_reading, same_reading, strict_key
from rlmap.corpus.verify import verify
from rlmap.types import QUOTABLE_BLOCKS, Block, Document

WORDS = st.lists(
    st.sampled_from(
        ["the", "agent", "walks", "0.99", "-1", "not", "far", "model-free", "eﬃcient", "“so”", "γ", "reward"]
    ),
    min_size=2,
    max_size=12,
)
SENTENCE = "The agent walks to the far end because the reward there is larger than the near one. "
MARKUP = st.lists(
    st.sampled_from(
        [
            "# Head\n",
            "\n",
            "- ",
            "> ",
            "```\n",
            "$$\n",
            SENTENCE,
            "\n\n",
            "| a | b |\n",
            "<div>\n",
            "===\n",
            ".. note::\n",
            "   ",
        ]
    ),
    max_size=30,
).map("".join)


@given(WORDS, st.data())
@settings(max_examples=300, deadline=None)
def test_line_breaks_do_not_change_the_reading_and_words_do(words, data):
    text = " ".join(words)
    broken = data.draw(st.sampled_from([" ", "\n", "  "])).join(words)
    assert same_reading(text, broken)
    assert same_reading(broken, text)
    place = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:place], "other", *words[place + 1 :]]
    assert not same_reading(text, " ".join(changed))
    assert not same_reading(text, " ".join(words[:place] + words[place + 1 :]))


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_equal_keys_and_equal_readings_agree_where_no_hyphen_ends_a_line(left, right):
    if "\u00ad" in left + right or "-\n" in left + right or "\ue5f0" in left + right:
        return
    assert same_reading(left, left)
    if strict_key(left) != strict_key(right) and "-" not in left + right:
        assert not same_reading(left, right)


@given(WORDS, WORDS, WORDS)
@settings(max_examples=200, deadline=None)
def test_a_slice_is_found_where_it_is(before, words, after):
    head, text = " ".join(before) + " ", " ".join(words)
    places = find_reading(f"{head}{text} {' '.join(after)}", text)
    assert (len(head), len(head) + len(text)) in places


@pytest.mark.parametrize("suffix", [".md", ".mdx", ".rst", ".txt", ".tex"])
@given(text=MARKUP)
@settings(max_examples=60, deadline=None)
def test_passages_are_ordered_slices_of_quotable_text(suffix, text):
    media_type = media_type_of(f"x{suffix}")
    document = Document("d", "s", "x", f"x{suffix}", media_type, "0" * 64, "x")
    if not text.strip():
        return
    extraction = extractor_for(media_type).read(text.encode(), document)
    assert extraction.text == text
    position = 0
    for block in extraction.blocks:
        assert position <= block.start < block.end <= len(text)
        position = block.end
    position = 0
    for passage in split_extraction(extraction, document):
        assert position <= passage.locator.start < passage.locator.end <= len(text)
        assert passage.block_type in QUOTABLE_BLOCKS
        assert 0 <= passage.formalism <= 1
        position = passage.locator.end


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=12))
@settings(max_examples=200, deadline=None)
def test_blocks_that_overlap_are_cut_apart(ranges):
    text = "ab cd " * 10
    document = Document("d", "s", "x", "x.md", "text/markdown", "0" * 64, "x")
    blocks = [Block(min(r), max(r), "prose", ()) for r in ranges]
    position = 0
    for block in make_extraction(extractor_for("text/markdown"), document, text, blocks).blocks:
        assert position <= block.start < block.end
        assert not text[block.start].isspace()
        position = block.end


@pytest.mark.mirror
@pytest.mark.parametrize(
    "name",
    [
        "dqn-2013.pdf",
        "spinup-ppo.rst",
        "karpathy-pong.md",
        "hf-unit2-q-learning.mdx",
        "distill-td-paths.html",
        "hf-notebook-unit4.ipynb",
    ],
)
def test_every_passage_of_a_real_document_is_found_again_in_its_file(mirror_dir, name):
    path = mirror_dir / name
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    document = Document(path.stem, path.stem, str(path), name, media_type_of(path), sha256, path.stem)
    extraction = extract_document(document)
    passages = split_extraction(extraction, document)
    assert len(passages) > 8
    assert len({passage.id for passage in passages}) == len(passages)
    states = [verify(document, extraction, passage.locator).state for passage in passages]
    assert "withdrawn" not in states
    if not name.endswith(".pdf"):
        assert set(states) == {"verified"}
    else:
        assert states.count("verified") > 0.5 * len(states)
