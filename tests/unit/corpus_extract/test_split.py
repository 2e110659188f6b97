"""Passages."""

from __future__ import annotations

import hashlib

import pytest

from rlmap.corpus.display import display_of
from rlmap.corpus.extract import extract_document
from rlmap.corpus.extract.docstrings import teaches
from rlmap.corpus.extract.quality import verdict_on
from rlmap.corpus.split import MOST_WORDS, formalism_of, split_extraction

SENTENCE = "The agent walks to the far end of it because the reward there is larger than the near one. "


def texts(document):
    extraction = extract_document(document)
    return [
        (passage, display_of(document, extraction, passage.locator).text)
        for passage in split_extraction(extraction, document)
    ]


def test_small_paragraphs_are_joined_and_headings_never_crossed(make_document):
    document = make_document("page.md", f"# A\n\n{SENTENCE * 2}\n\n{SENTENCE * 2}\n\n# B\n\n{SENTENCE}\n")
    (first, _), (second, _) = texts(document)
    assert (first.section_path, second.section_path) == (("A",), ("B",))
    assert first.locator.end < second.locator.start


def test_a_long_paragraph_is_cut_between_sentences(make_document):
    passages = texts(make_document("page.md", SENTENCE * 40))
    assert len(passages) > 2
    for _, text in passages:
        assert text.endswith(".")
        assert len(text.split()) <= MOST_WORDS


def test_what_announces_a_list_goes_with_it(make_document):
    items = "\n".join(f"- {SENTENCE}" for _ in range(3))
    document = make_document("page.md", f"{SENTENCE * 4}\n\nThese are the reasons for which it does so:\n\n{items}\n")
    _, (_, last) = texts(document)
    assert last.startswith("These are the reasons")


def test_a_formula_stays_inside_the_passage_that_speaks_of_it(make_document):
    document = make_document(
        "page.md", f"{SENTENCE}It is\n\n$$G = r_1 + r_2$$\n\nwhere the agent is the one that {SENTENCE}"
    )
    ((passage, text),) = texts(document)
    assert "$G = r_1 + r_2$" in text
    assert 0 < passage.formalism < 0.2


def test_code_tables_quizzes_and_references_are_never_quoted(make_document):
    document = make_document(
        "page.md",
        f"# One\n\n{SENTENCE}\n\n```\n{SENTENCE}\n```\n\n# Quiz\n\n{SENTENCE}\n\n# References\n\n{SENTENCE}\n",
    )
    assert len(texts(document)) == 1


def test_the_id_is_a_hash_of_the_file_and_the_place(make_document):
    document = make_document("page.md", SENTENCE)
    ((passage, _),) = texts(document)
    key = f"{document.sha256}:{passage.locator.start}:{passage.locator.end}"
    assert passage.id == hashlib.sha256(key.encode()).hexdigest()[:32]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("Only plain words.", 0, 0),
        ("$x + y$", 1, 1),
        ("Half is $a+b+c$ here", 0.3, 0.5),
        ("x = α + β", 1, 1),
    ],
)
def test_formalism_is_the_share_of_mathematics(text, low, high):
    assert low <= formalism_of(text) <= high


@pytest.mark.parametrize(
    ("text", "kind", "media_type", "reason"),
    [
        (
            "\ufffd\ufffd the agent \ufffd walks \ufffd on and on to the end",
            "garbage",
            "text/html",
            "unreadable characters",
        ),
        ("T h e a g e n t w a l k s o n", "garbage", "application/pdf", "more symbols than words"),
        (
            "th~e ag|ent w^alks o|n the co~rridor to|day and w~as th|ere",
            "garbage",
            "application/pdf",
            "words ruined by text recognition",
        ),
        (
            "Ada Lovelace Grace Hopper Alan Turing Kurt Godel Emmy Noether",
            "garbage",
            "application/pdf",
            "a fragment, not a sentence",
        ),
        ("Figure 3: the agent walks along the corridor.", "caption", "application/pdf", ""),
        ("Share this post with your friends", "navigation", "text/html", "page furniture"),
    ],
)
def test_what_does_not_explain_is_told_apart_with_a_reason(text, kind, media_type, reason):
    verdict = verdict_on(text, text, "prose", media_type)
    assert verdict is not None
    assert (verdict.block_type, verdict.reason) == (kind, reason)


def test_docstrings_that_describe_code_do_not_teach():
    code = (
        "Initialize the class with the given config. The method returns a dict of tensors whose keys are the names of "
        "the modules, and raises an error if the device is None. Defaults to False."
    )
    idea = (
        "The discount factor says how much a reward in the future is worth now. A value near one makes the policy "
        "patient, while a small value makes the agent greedy for reward that is near."
    )
    assert not teaches(code, ("Agent.__init__",))
    assert teaches(idea, ("Agent",))
    assert not teaches("Returns the value of a state.", ("Agent.value",))
    assert teaches("The advantage is the difference between the action value and the state value.", ("advantage",))


def test_paragraphs_that_stand_alone_are_passages_of_their_own(make_document):
    document = make_document(
        "page.md", f"# A\n\n{SENTENCE}\n\n{SENTENCE}It is\n\n$$G = r$$\n\nwhere $r$ is a reward.\n"
    )
    extraction = extract_document(document)
    first, second = split_extraction(extraction, document, paragraphs_alone=True)
    assert extraction.text[first.locator.start : first.locator.end].strip() == SENTENCE.strip()
    assert "$$G = r$$" in extraction.text[second.locator.start : second.locator.end]


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("the base network of the reward to which the shaping of the potential is added.", ("Net", "Args", "base")),
        ("Discount factor of the rewards of later steps. Values from 0 to 1 are valid.", ("Solver", "discount")),
        ("The latent states of the trained steps of the model, larger than before.", ("train", "Returns")),
        ("Perform an evaluation of the policy of an agent by episodes, returning the values of states.", ("evaluate",)),
        ("Trust region policy optimisation of a policy. In International Conference (pp. 18-19).", ("Agent",)),
        ("Importance weights for softmax policies: the policy gradient targets of an actor as described in", ("op",)),
    ],
    ids=["parameter", "valid values", "result", "one line", "reference", "breaks off"],
)
def test_what_goes_in_what_comes_out_and_one_line_summaries_do_not_teach(text: str, section: tuple[str, ...]) -> None:
    assert not teaches(text, section)


def test_a_parameter_teaches_where_the_text_says_what_follows_from_its_value() -> None:
    text = (
        "How strongly rewards of later steps count. A smaller value makes the agent short-sighted, a larger one "
        "raises the variance of the returns."
    )
    assert teaches(text, ("Agent", "Parameters", "gamma"))


@pytest.mark.parametrize(
    "text",
    ["If you are interested in many agents, check out our other library.", "Please see our documentation for details."],
)
def test_a_pointer_to_another_place_is_no_explanation(text: str) -> None:
    verdict = verdict_on(text, text, "prose", "text/markdown")
    assert verdict is not None
    assert verdict.block_type == "navigation"
