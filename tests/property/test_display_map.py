"""Display text is a reversible map: nothing is invented, everything leads back."""

from __future__ import annotations

import html
import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from rlmap.corpus.display import Display, display_text, occurrences
from rlmap.corpus.sentences import sentence_spans, sentences

MEDIA_TYPES = st.sampled_from(
    ["text/markdown", "text/x-rst", "text/x-python", "application/pdf", "text/x-tex", "text/vtt", "text/html"]
)
PIECES = st.sampled_from(
    [
        "agent",
        "state.",
        "reward!",
        "*soft*",
        "**bold**",
        "__x__",
        "`code`",
        "``lit``",
        "$a_b$",
        "$$x=1$$",
        "\\(",
        "\\)",
        "[text](http://a)",
        "[a][b]",
        "<b>",
        "</b>\n",
        "",
        "",
        "",
        "&amp;",
        "ﬁnd",
        "eﬃcient",
        "envi-\n",
        "ronment",
        "\n\n",
        "\n",
        "-",
        "*",
        ">",
        "#",
        "|",
        ":math:`x`",
        ":ref:`a<b>`",
        "{#id}",
        "\\emph{far}",
        "\\cite{k}",
        "%",
        "~",
        "--",
        "_",
        "`",
        "]\n",
        "",
        "",
        "",
        "00:00:01.000",
        "-->",
        "é",
        "́",
        "\xad",
        "\x0c",
        "3.14",
        "-1",
        "∇θ",
        "..",
        "math::",
        "![i](u)",
        "[^1]",
        "@key",
        "e.g.",
        "(",
        ")",
        '"',
        "'",
        ":",
        "::",
        "1.",
        "\t",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=120)


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", html.unescape(text)) if c.isalnum())


def is_subsequence(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(character in rest for character in part)


def check(display: Display, source: str, offset: int) -> None:
    assert display.text == "".join(segment.text for segment in display.segments)
    assert display.text == display.text.strip()
    position = offset
    for segment in display.segments:
        assert position <= segment.start < segment.end <= offset + len(source)
        assert segment.text
        position = segment.end


@given(TEXTS, MEDIA_TYPES, st.integers(0, 1000))
@settings(max_examples=400, deadline=None)
def test_segments_are_in_order_and_inside_the_slice(source, media_type, offset):
    check(display_text(source, media_type, offset), source, offset)


@given(TEXTS, MEDIA_TYPES)
@settings(max_examples=400, deadline=None)
def test_no_letter_and_no_digit_is_invented(source, media_type):
    shown = display_text(source, media_type).text
    assert is_subsequence(letters(shown), letters(source))


@given(TEXTS, MEDIA_TYPES, st.data())
@settings(max_examples=200, deadline=None)
def test_every_displayed_character_leads_back_to_the_source(source, media_type, data):
    display = display_text(source, media_type, 7)
    if not display.text:
        return
    start = data.draw(st.integers(0, len(display.text) - 1))
    end = data.draw(st.integers(start + 1, len(display.text)))
    low, high = display.canonical(start, end)
    assert 7 <= low < high <= 7 + len(source)
    narrowed = display.between(low, high)
    check(narrowed, source, 7)
    assert display.text[start:end].strip() in narrowed.text


@given(TEXTS, MEDIA_TYPES)
@settings(max_examples=200, deadline=None)
def test_sentences_part_the_whole_text(source, media_type):
    display = display_text(source, media_type)
    spans = sentence_spans(display.text)
    assert "".join(display.text[start:end] for start, end in spans).replace(" ", "").replace("\n", "") == "".join(
        display.text.split()
    )
    for low, high in sentences(display):
        assert 0 <= low < high <= len(source)


@given(st.lists(st.sampled_from(["a", "ab", "é", "-", " ", "1", "_", ".", "\n"]), max_size=40).map("".join), st.data())
@settings(max_examples=300)
def test_a_word_is_counted_where_it_stands_as_a_whole(text, data):
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
    word = data.draw(st.sampled_from([*words, "a", "ab-a"]))
    assert occurrences(text, word) == words.count(word)
