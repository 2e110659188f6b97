"""The strict key."""

from __future__ import annotations

import pytest

from rlmap.corpus.strict_key import find_reading, same_reading, strict_key


@pytest.mark.parametrize(
    ("source", "other"),
    [
        ("an eﬃcient one", "an efficient one"),
        ("“so” – it’s", '"so" - it\'s'),
        ("one\ntwo   three", "one two three"),
        ("envi-\nronment", "environment"),
        ("model-\nfree", "model-free"),
        ("environment", "envi-\nronment"),
        ("soft\u00adhyphen", "softhyphen"),
        ("café", "cafe\u0301"),
    ],
)
def test_the_same_words_set_differently_read_the_same(source, other):
    assert same_reading(source, other)
    assert find_reading(f"Before {source} after", other)


@pytest.mark.parametrize(
    ("source", "other"),
    [
        ("gamma is 0.99", "gamma is 0.9"),
        ("x is -1", "x is 1"),
        ("it is so", "it is not so"),
        ("model-free", "modelfree"),
        ("a b c", "a c b"),
        ("It ends.", "It ends"),
        ("10-\n20", "1020"),
        ("Policy", "policy"),
        ("x −\n1", "x 1"),
    ],
)
def test_a_change_makes_another_reading(source, other):
    assert not same_reading(source, other)


def test_every_place_is_found_with_its_offsets():
    source = "The end. A far end: the\nend-\ning. the end"
    places = find_reading(source, "the end")
    assert [source[start:end] for start, end in places] == ["the\nend", "the end"]
    assert find_reading(source, "ending") == [(24, 32)]
    assert find_reading(source, "  ") == []


def test_the_key_has_no_white_space():
    assert strict_key(" a \u00a0 b\u200b\tc\n") == "abc"
