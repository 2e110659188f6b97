"""Asking a language model for search terms, never for answers.

A model that is shown only the question writes what a passage that answers it might say (Gao et
al. 2023, "Precise Zero-Shot Dense Retrieval without Relevance Labels"). That text is searched
beside the question and shown as a search term that can be removed; it is never part of an answer.
Off unless an address is configured.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from rlmap.errors import FetchError
from rlmap.types import SearchTerm

_PROMPT = (
    "Write two plain sentences that a textbook on reinforcement learning might contain and that answer the "
    "following question. Write nothing else.\n\n"
)
_MOST_CHARS = 600
_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Generator:
    """An OpenAI-compatible endpoint.

    ``url`` is its base address (it ends before ``/chat/completions``), ``model`` the name it
    knows the model by, ``key`` its secret, empty if it asks for none.
    """

    url: str
    model: str
    key: str = ""


def generated_term(question: str, generator: Generator) -> SearchTerm:
    """Ask a model for a passage that might answer, as a search term.

    Parameters
    ----------
    question : str
        The only text that is sent.
    generator : Generator
        Where to ask.

    Returns
    -------
    SearchTerm
        At most 600 characters on one line, of origin ``"model"``.

    Raises
    ------
    FetchError
        If the endpoint cannot be reached, refuses, or sends what is no answer.
    """
    import httpx  # noqa: PLC0415  (only needed where a model is configured)

    headers = {"Authorization": f"Bearer {generator.key}"} if generator.key else {}
    body = {
        "model": generator.model,
        "messages": [{"role": "user", "content": _PROMPT + question}],
        "temperature": 0,
        "max_tokens": 160,
    }
    address = f"{generator.url.rstrip('/')}/chat/completions"
    try:
        answer = httpx.post(address, json=body, headers=headers, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        text = " ".join(str(answer.json()["choices"][0]["message"]["content"]).split())
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FetchError(f"The model at {generator.url} gave no search term ({error}): search without it.") from error
    except (json.JSONDecodeError, KeyError, IndexError, TypeError) as error:
        raise FetchError(f"What the model at {generator.url} sent is no chat completion: search without it.") from error
    if not any(letter.isalnum() for letter in text):
        raise FetchError(f"The model at {generator.url} sent an empty text: search without it.")
    return SearchTerm(text[:_MOST_CHARS], "model")
