"""Markdown and its dialects."""

from __future__ import annotations

from rlmap.corpus.extract import extract_document
from rlmap.types import Extraction


def typed(extraction: Extraction) -> list[tuple[str, str]]:
    return [(block.block_type, extraction.text[block.start : block.end]) for block in extraction.blocks]


PAGE = """---
title: Corridors
tags: [a, b]
---

# Walking far [[walking-far]]

The agent walks along a corridor and finds a reward at each of its two ends.

$$
G = r_1 + \\gamma r_2
$$

## Why wait

- Waiting is worth it when the far reward is larger than the discounted near one.
- Otherwise the agent should take what is near and be content with that.

> A reward that comes later counts for less, and how much less is the discount.

```python
gamma = 0.9
```

| gamma | choice |
|---|---|
| 0.5 | near |

## References

Somebody wrote something about corridors once, and it was printed in a book.
"""


def test_the_canonical_text_is_the_file_itself(make_document):
    assert extract_document(make_document("page.md", PAGE)).text == PAGE


def test_blocks_are_typed_and_front_matter_belongs_to_none(make_document):
    blocks = typed(extract_document(make_document("page.md", PAGE)))
    kinds = [kind for kind, _ in blocks]
    assert kinds == [
        "heading",
        "prose",
        "math",
        "heading",
        "list",
        "list",
        "quote",
        "code",
        "table",
        "heading",
        "reference",
    ]
    assert not any("tags:" in text for _, text in blocks)
    assert blocks[1][1].startswith("The agent walks")
    assert blocks[4][1].startswith("- Waiting")


def test_the_section_path_names_the_headings_without_markup(make_document):
    extraction = extract_document(make_document("page.md", PAGE))
    quote = next(block for block in extraction.blocks if block.block_type == "quote")
    assert quote.section_path == ("Walking far", "Why wait")


def test_mdx_components_are_markup_and_questions_are_quizzes(make_document):
    text = """# Exploring

<Tip>
An agent that never explores cannot know whether a better corridor exists somewhere.
</Tip>

<Question
  choices={[{ text: "Yes", explain: "Indeed." }]}
/>

<figure>
<img src="a.png"/>
<figcaption>A corridor with two ends.</figcaption>
</figure>
"""
    blocks = typed(extract_document(make_document("unit.mdx", text)))
    assert [kind for kind, _ in blocks] == ["heading", "prose", "quiz", "caption"]
    assert blocks[1][1] == "An agent that never explores cannot know whether a better corridor exists somewhere."


def test_labels_of_the_d2l_dialect_are_no_text(make_document):
    text = "# Returns\n:label:`sec_returns`\n\nThe return adds up all rewards that follow, as :numref:`sec_x` shows.\n"
    blocks = typed(extract_document(make_document("chapter.md", text)))
    assert [kind for kind, _ in blocks] == ["heading", "prose"]


def test_line_ends_of_windows_do_not_shift_the_blocks(make_document):
    text = (
        "# Title\r\n\r\nA first paragraph that says one thing quite plainly.\r\n\r\nA second one that says another.\r\n"
    )
    extraction = extract_document(make_document("page.md", text))
    assert extraction.text == text
    assert typed(extraction)[2] == ("prose", "A second one that says another.")


def test_boilerplate_is_kept_out_with_a_reason(make_document):
    text = (
        "Licensed under the Example Licence, version two, without warranty of any kind whatsoever.\n\n"
        "Install it with `pip install corridor` and then restart the notebook.\n\n"
        "[one](http://a) [two](http://b) [three](http://c)\n"
    )
    blocks = extract_document(make_document("page.md", text)).blocks
    assert {block.block_type for block in blocks} == {"navigation"}
    assert [block.reason for block in blocks] == ["a licence", "an installation command", "mostly links"]
