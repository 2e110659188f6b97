"""Words as BM25 counts them: lower case, stemmed, without words that carry no topic.

``Stemmer`` is Porter's English stemmer of the Snowball project (Porter 2001). Hyphens separate
(``off-policy`` is found by ``off policy``), so ``on`` and ``off`` are kept: they are half of a
topic here. Greek letters are words.
"""

from __future__ import annotations

import re
import threading
from functools import cache

import Stemmer

_WORD = re.compile(r"[^\W_]+(?:['’](?:s|t|re|ve|ll|d|m))?")

#: "MDPs": the plural of an acronym, which the stemmer does not know.
_ACRONYMS = re.compile(r"\b([A-Z][A-Z0-9]+)s\b")

#: Function words and the words that questions are made of.
_STOP_WORDS_TEXT = """
    a about am an and any are as at be because been being between but by can cannot could did do does doing done
    each for from get gets give given had has have having he her here him his how i if in into is it its itself just
    let like make makes many may me mean means might more most much must my no nor not of one or other our out own
    please same shall she should so some such than that the their them then there these they this those through to
    too under up us use used uses using versus very vs want was we were what when where whether which while who whom
    whose why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())

#: What decides which words of a text are stemmed.
RULES = (_WORD.pattern, _ACRONYMS.pattern, _STOP_WORDS_TEXT.split())


def words(text: str) -> list[str]:
    """Split ``text`` into lower-case words, without stop words and without possessive endings."""
    return [word for word, _, _ in _placed_words(singular_acronyms(text))]


def word_places(text: str) -> list[tuple[int, int]]:
    """Return where each of :func:`words` stands in ``text``, which has no plural acronyms."""
    return [(start, end) for _, start, end in _placed_words(text)]


def singular_acronyms(text: str) -> str:
    """Return ``text`` with "MDPs" written "MDP"."""
    return _ACRONYMS.sub(r"\1", text)


def _placed_words(text: str) -> list[tuple[str, int, int]]:
    found = ((match.group().split("'")[0].split("’")[0], *match.span()) for match in _WORD.finditer(text.lower()))
    return [(word, start, end) for word, start, end in found if word not in STOP_WORDS]


def plain_words(text: str) -> list[str]:
    """Split into lower-case words of letters and digits, stop words included."""
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()


def stems(text: str) -> list[str]:
    """Split ``text`` into the stems that the lexical index holds, in order, repeats included."""
    return [stem(word) for word in words(text)]


@cache
def stem(word: str) -> str:
    """Return the stem of a lower-case word."""
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


_local = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")  # holds a buffer, so one for each thread
    stemmer: Stemmer.Stemmer = _local.stemmer
    return stemmer
