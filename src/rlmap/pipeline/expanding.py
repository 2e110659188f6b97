"""Expansions of a question that are off unless they are asked for: feedback, and a language model.

Each gives search terms, which are shown, and may be edited or removed; none gives a word of an answer.
"""

from __future__ import annotations

from functools import cache

from rlmap.pipeline.workspace import Workspace
from rlmap.search.feedback import PASSAGES, feedback_term
from rlmap.search.fuse import retrieve
from rlmap.search.generate import Endpoint, Generator, generated_term
from rlmap.search.local_model import LocalModel
from rlmap.settings import LOCAL_MODEL, Settings
from rlmap.types import SearchTerm


def feedback_expansion(workspace: Workspace, question: str) -> tuple[SearchTerm, ...]:
    """Return words of the passages that the question finds first, as a search term (RM3)."""
    hits = retrieve(workspace.index, workspace.encoder, [SearchTerm(question, "question")], k=PASSAGES)
    if not hits:
        return ()
    known = workspace.index.indexed([hit.passage_id for hit in hits])
    texts = [" ".join(sentences) for sentences in known.texts]
    term = feedback_term(question, texts, [hit.score for hit in hits], workspace.index.table)
    return () if term is None else (term,)


def model_expansion(question: str, generator: Generator) -> tuple[SearchTerm, ...]:
    """Return what a model thinks a passage that answers might say, as a search term.

    Raises
    ------
    FetchError
        If the model cannot be reached, or gives no text in time.
    """
    return (generated_term(question, generator),)


def generator_of(settings: Settings) -> Generator | None:
    """Return the language model that is configured, ``None`` where none is.

    Raises
    ------
    InputError
        If it is the local one and is not installed.
    """
    if not settings.model_url:
        return None
    if settings.model_url == LOCAL_MODEL:
        return _local_model()
    return Endpoint(settings.model_url, settings.model_name, settings.model_key)


@cache
def _local_model() -> LocalModel:
    return LocalModel()
