from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlmap.search.explain import explanation

EXPLAINS = [
    "The discount factor determines how much future rewards are valued compared to immediate ones.",
    "Lower values make the agent short-sighted, while higher values let it wait for a reward that comes late.",
    "If it is too high, the variance of the returns increases, because more of the future is counted.",
]
MENTIONS = ["This is the discount factor used to calculate those returns.", "Default: 0.99."]


def test_a_passage_that_says_why_scores_above_one_that_mentions() -> None:
    assert explanation(EXPLAINS) > 0.9
    assert explanation(MENTIONS) < 0.3


@given(st.lists(st.text()))
def test_the_measure_stays_in_its_range(sentences: list[str]) -> None:
    assert 0.0 <= explanation(sentences) <= 1.0


@pytest.mark.parametrize("nothing", [[], [""], ["..."]])
def test_nothing_explains_nothing(nothing: list[str]) -> None:
    assert explanation(nothing) == 0.0
