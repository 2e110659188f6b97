"""Docstrings and marimo notebooks."""

from __future__ import annotations

import pytest

from rlmap.corpus.extract import extract_document
from rlmap.corpus.split import split_extraction
from rlmap.errors import ExtractError

MODULE = '''"""Tools for α-corridors."""


class Agent:
    r"""Walks a corridor.

    An agent with a discount factor near one is patient: the value of a state is the expected
    sum of rewards, and rewards far in the future still count for much of that sum.

    Parameters
    ----------
    gamma : float
        The factor.
    patience : float
        How long the agent waits for a reward. A larger value lets the policy explore states far
        from the start, which reduces the bias of the value estimate but increases its variance.

    Examples
    --------
    >>> Agent(0.9)
    """

    def act(self, state):
        """Choose an action.

        Args:
            state: where the agent is.

        Returns:
            The action.
        """
'''


def test_offsets_are_characters_of_the_file_though_ast_counts_bytes(make_document):
    extraction = extract_document(make_document("agent.py", MODULE))
    assert extraction.text == MODULE
    kept = [extraction.text[b.start : b.end] for b in extraction.blocks if b.block_type == "prose"]
    assert kept[1] == "Walks a corridor."
    assert kept[2].startswith("An agent with a discount factor near one is patient")
    assert kept[2].endswith("much of that sum.")


def test_parameter_sections_are_not_explanations_unless_they_explain(make_document):
    extraction = extract_document(make_document("agent.py", MODULE))
    by_type = {}
    for block in extraction.blocks:
        by_type.setdefault(block.block_type, []).append(extraction.text[block.start : block.end])
    assert any("The factor." in text for text in by_type["parameters"])
    assert any("where the agent is" in text for text in by_type["parameters"])
    assert any(text.startswith("How long the agent waits") for text in by_type["prose"])
    assert any(">>> Agent" in text for text in by_type["code"])


def test_passages_name_the_object_and_the_parameter(make_document):
    document = make_document("agent.py", MODULE)
    passages = split_extraction(extract_document(document), document)
    assert [passage.section_path for passage in passages] == [("Agent",), ("Agent", "Parameters", "patience")]


def test_markdown_cells_of_marimo_are_read_though_they_are_indented(make_document):
    source = '''import marimo as mo


def cell(mo):
    mo.md(
        r"""
        ## Patience

        A patient agent walks past the near reward because the far one is larger.
        """
    )
'''
    extraction = extract_document(make_document("notebook.py", source))
    assert [(b.block_type, b.section_path) for b in extraction.blocks] == [
        ("heading", ("cell",)),
        ("prose", ("cell", "Patience")),
    ]


def test_a_file_that_is_not_python_is_refused_by_name(make_document):
    with pytest.raises(ExtractError, match=r"broken\.py is not Python source"):
        extract_document(make_document("broken.py", "def ("))
