"""Display text: what is shown of the canonical text."""

from __future__ import annotations

import pytest

from rlmap.corpus.display import display_of, display_text
from rlmap.corpus.extract import extract_document
from rlmap.corpus.sentences import sentence_spans, sentences
from rlmap.types import Locator

MARKDOWN, RST, PYTHON = "text/markdown", "text/x-rst", "text/x-python"
PDF, TEX, VTT = "application/pdf", "text/x-tex", "text/vtt"


@pytest.mark.parametrize(
    ("media_type", "source", "shown"),
    [
        (MARKDOWN, "A **bold** and *soft* ***both*** word.", "A bold and soft both word."),
        (MARKDOWN, "It is 2 * 3 * 4 and a_b_c stays.", "It is 2 * 3 * 4 and a_b_c stays."),
        (MARKDOWN, "See [the *far* end](http://a/b_(c)) of it.", "See the far end of it."),
        (MARKDOWN, "See [the end][ref] and <https://a.b> too.", "See the end and https://a.b too."),
        (MARKDOWN, "Call `step(*x*)` with ``a`b``.", "Call step(*x*) with a`b."),
        (MARKDOWN, "The value $V_{*a*}(s)$ and \\\\(\\gamma_t\\\\).", "The value $V_{*a*}(s)$ and $\\gamma_t$."),
        (MARKDOWN, "It costs $5 and then $6 more.", "It costs $5 and then $6 more."),
        (MARKDOWN, "One\nline &amp; another<br/>here <b>now</b>.", "One line & another here now."),
        (MARKDOWN, "As shown [@who2020; @you2021] before[^1].", "As shown before."),
        (MARKDOWN, "- one\n- two\n", "• one\n• two"),
        (MARKDOWN, "> quoted\n> twice", "quoted twice"),
        (MARKDOWN, "First.\n\nSecond.", "First.\n\nSecond."),
        (RST, "The ``code`` and :math:`\\gamma` of :class:`~a.b.Agent`.", "The code and $\\gamma$ of Agent."),
        (RST, "A `link text <http://x>`_ and *soft* [1]_ words::", "A link text and soft words:"),
        (RST, ".. math::\n\n   G = r_1", "$G = r_1$"),
        (
            PYTHON,
            "Uses `x` and ``y``\n    on the next line of :math:`\\\\pi`.",
            "Uses x and y on the next line of $\\pi$.",
        ),
        (PDF, "an eﬃcient envi-\nronment and a model-\nfree one", "an efficient environment and a modelfree one"),
        (PDF, "x -\n1 and 10-\n20", "x - 1 and 10- 20"),
        (TEX, "An \\emph{agent} that~walks \\cite{x} $a_1$ -- far. % note", "An agent that walks $a_1$ – far."),
        (VTT, "the agent\n\n00:00:03.000 --> 00:00:06.000\n<v Bob>walks", "the agent\n\nwalks"),
    ],
)
def test_markup_is_hidden_and_words_are_kept(media_type, source, shown):
    assert display_text(source, media_type).text == shown


def test_a_line_end_hyphen_stays_where_the_document_spells_the_word_with_it(make_document):
    text = "# T\n\nWords.\n"
    document = make_document("page.md", text)
    assert display_of(document, extract_document(document), Locator(document.id, 5, 11)).text == "Words."
    shown = display_text("model-free and off-policy, so model-\nfree; envi-\nronment, environment", PDF).text
    assert shown == "model-free and off-policy, so model-free; environment, environment"


def test_a_compound_of_several_words_keeps_its_hyphen_at_a_line_end():
    assert display_text("the state- \nof-the-art agent", PDF).text == "the state-of-the-art agent"


def test_what_stands_between_two_paragraphs_is_hidden_and_formulas_are_shown(make_document):
    text = "One agent walks there.\n\n<!-- a note -->\n\n$$G = r_1$$\n\nwhere it is.\n"
    document = make_document("page.md", text)
    display = display_of(document, extract_document(document), Locator(document.id, 0, len(text)))
    assert display.text == "One agent walks there.\n\n$G = r_1$\n\nwhere it is."


def test_every_sentence_is_found_again_in_the_source(make_document):
    text = "The *agent*, e.g. a mouse, walks. It finds $r = 1.5$ there! Is\nthat all?\n"
    document = make_document("page.md", text)
    display = display_of(document, extract_document(document), Locator(document.id, 0, len(text)))
    assert [text[start:end] for start, end in sentences(display)] == [
        "The *agent*, e.g. a mouse, walks.",
        "It finds $r = 1.5$ there!",
        "Is\nthat all?",
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("See Fig. 3 and Eq. (2), i.e. the sum. It grows.", ["See Fig. 3 and Eq. (2), i.e. the sum.", "It grows."]),
        ("Mnih et al. Showed it. So did R. Sutton.", ["Mnih et al. Showed it.", "So did R. Sutton."]),
        ("It is 0.99. The rest is 1.", ["It is 0.99.", "The rest is 1."]),
        ("Look: $a. B$ is one. Two.", ["Look: $a. B$ is one.", "Two."]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("One\n\ntwo", ["One", "two"]),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, parts):
    assert [text[start:end] for start, end in sentence_spans(text)] == parts


def test_a_display_narrows_to_a_sentence():
    source = "The **first** one. The [second](http://x) one."
    display = display_text(source, MARKDOWN, offset=100)
    start, end = display.canonical(display.text.index("The second"), len(display.text))
    assert source[start - 100 : end - 100] == "The [second](http://x) one."
    assert display.between(start, end).text == "The second one."


@pytest.mark.timeout(60)
@pytest.mark.parametrize("media_type", [MARKDOWN, RST, PYTHON, TEX, VTT, PDF])
@pytest.mark.parametrize(
    "unit", ["`", "\\(", "\\[", "{{", "{%", "[^a", "[@a", "![a", "<!--", "$$", "*", "_", "a_", "[a](", "\n- "]
)
def test_markup_that_never_closes_does_not_stop_the_reader(media_type, unit):
    source = unit * (20_000 // len(unit))
    assert len(display_text(source, media_type).text) <= 2 * len(source)
