"""reStructuredText."""

from __future__ import annotations

from rlmap.corpus.extract import extract_document

TEXT = """=======
Returns
=======

.. contents:: Contents

The return is the sum of all rewards that follow, and it is what the agent wants to be large.

.. math::

   G = r_1 + r_2

.. note::

   A reward that is discounted counts for less the later it comes to the agent.

Discount
--------

* A small discount factor makes the agent short-sighted and quick to learn.

:param gamma: the factor

Call it like this::

    run(gamma=0.9)

=====  =====
gamma  end
=====  =====
0.5    near
=====  =====

.. [1] Somebody, Some book.
.. _a-label:
.. this is a comment
"""


def test_titles_directives_lists_fields_and_tables_are_typed(make_document):
    extraction = extract_document(make_document("page.rst", TEXT))
    found = [(block.block_type, extraction.text[block.start : block.end].split("\n")[0]) for block in extraction.blocks]
    assert found == [
        ("heading", "======="),
        ("navigation", ".. contents:: Contents"),
        ("prose", "The return is the sum of all rewards that follow, and it is what the agent wants to be large."),
        ("math", ".. math::"),
        ("prose", "A reward that is discounted counts for less the later it comes to the agent."),
        ("heading", "Discount"),
        ("list", "* A small discount factor makes the agent short-sighted and quick to learn."),
        ("parameters", ":param gamma: the factor"),
        ("prose", "Call it like this::"),
        ("code", "run(gamma=0.9)"),
        ("table", "=====  ====="),
        ("reference", ".. [1] Somebody, Some book."),
    ]


def test_an_overlined_title_is_above_an_underlined_one(make_document):
    blocks = extract_document(make_document("page.rst", TEXT)).blocks
    assert next(block for block in blocks if block.block_type == "list").section_path == ("Returns", "Discount")


def test_a_parameter_body_that_explains_stays_prose(make_document):
    text = """Agent
=====

:param gamma: the discount factor, which says how much a reward that comes one step later is worth. Values
    close to one make the agent patient, because rewards far ahead still count for much of what they are.
:param seed: an integer
"""
    extraction = extract_document(make_document("page.rst", text))
    kinds = [(b.block_type, b.section_path[-1]) for b in extraction.blocks[1:]]
    assert kinds == [("parameters", "Agent"), ("prose", "gamma"), ("parameters", "Agent")]
