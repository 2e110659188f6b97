"""Asking a language model for search terms, never for answers.

A model that is shown only the question writes what a passage that answers it might say (Gao et
al. 2023, "Precise Zero-Shot Dense Retrieval without Relevance Labels"). That text is searched
beside the question and shown as a search term that can be removed; it is never part of an answer.
Off unless a model is configured.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol

from rlmap.errors import FetchError
from rlmap.types import SearchTerm

_PROMPT = (
    "Write two plain sentences that a textbook on reinforcement learning might contain and that answer the "
    "following question. Write nothing else.\n\n"
)
_MOST_CHARS = 600

#: Bounds of what a model writes: word pieces, and seconds until it is given up.
MOST_TOKENS, TIMEOUT_S = 160, 20.0


class Generator(Protocol):
    """A language model that continues a conversation of one message, the same way each time."""

    @property
    def name(self) -> str:
        """What it is called at the beginning of a sentence."""

    def written(self, prompt: str) -> str:
        """Return what it writes; raises FetchError if it writes nothing in time."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint. Implements :class:`Generator`.

    ``url`` is its base address (it ends before ``/chat/completions``), ``model`` the name it
    knows the model by, ``key`` its secret, empty if it asks for none.
    """

    url: str
    model: str
    key: str = ""

    @property
    def name(self) -> str:
        """The model by its address."""
        return f"The model at {self.url}"

    def written(self, prompt: str) -> str:
        """See :meth:`Generator.written`; an endpoint that cannot be reached or refuses is an error, too."""
        import httpx  # noqa: PLC0415  (only needed where a model is configured)

        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": 0,
            "seed": 0,
            "max_tokens": MOST_TOKENS,
        }
        address = f"{self.url.rstrip('/')}/chat/completions"
        try:
            answer = httpx.post(address, json=body, headers=headers, timeout=TIMEOUT_S)
            answer.raise_for_status()
            return str(answer.json()["choices"][0]["message"]["content"])
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchError(f"{self.name} gave no search term ({error}): search without it.") from error
        except (json.JSONDecodeError, KeyError, IndexError, TypeError) as error:
            raise FetchError(f"What the model at {self.url} sent is no chat completion: search without it.") from error


def generated_term(question: str, generator: Generator) -> SearchTerm:
    """Ask a model for a passage that might answer, as a search term.

    Parameters
    ----------
    question : str
        The only text that it is given.
    generator : Generator
        The model.

    Returns
    -------
    SearchTerm
        At most 600 characters on one line, of origin ``"model"``.

    Raises
    ------
    FetchError
        If it gives no text.
    """
    text = " ".join(generator.written(_PROMPT + question).split())
    if not any(letter.isalnum() for letter in text):
        raise FetchError(f"{generator.name} sent an empty text: search without it.")
    return SearchTerm(text[:_MOST_CHARS], "model")
