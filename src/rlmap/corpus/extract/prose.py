"""What counts as explaining in sentences: pure counts over words, used by every format."""

from __future__ import annotations

import re


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a list that is written as running text."""
    return frozenset(text.split())


_MATHS = re.compile(r"\$[^$]+\$")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[aAI]\b")
_FUNCTION_WORDS = vocabulary(
    """
    a an the this that these those is are was were be been being has have had do does did can could will would
    may might must should shall of to in on at by for with from as than then when while where which who whose
    what why how if unless because since so such not no nor or and but into over under between within without
    about it its they their them there we our you your one each every all any both more most less least only
    also very just same other another after before during through
    """
)
_VERBS = vocabulary(
    """
    is are was were be been has have had do does did can could will would may might must should means makes
    gives uses used takes learns computes estimates updates returns allows lets helps leads controls determines
    describes represents depends reduces increases maximizes maximises minimizes minimises chooses selects
    follows tells shows let consider note suppose assume use set keep
    """
)


_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*\s")
_SUBJECT_AND_VERB = re.compile(r"\b(?:[Ww]e|[Yy]ou|[Tt]hey|[Ii]t|I|[Tt]his|[Tt]hat|which|who)\s+[a-z]{3,}")


def words(text: str) -> list[str]:
    """Return the words of ``text`` (letters, apostrophes, hyphens)."""
    return _WORD.findall(text)


def function_share(text: str) -> float:
    """Return the share of the words that are function words: about 0.4 in English prose."""
    found = words(text)
    return sum(word.lower() in _FUNCTION_WORDS for word in found) / max(len(found), 1)


def verbs(text: str) -> int:
    """Return how many finite verbs ``text`` seems to have: common ones, and any after a pronoun."""
    return sum(word.lower() in _VERBS for word in words(text)) + len(_SUBJECT_AND_VERB.findall(text))


def explains(text: str, least: int = 20) -> bool:
    """Whether ``text`` has at least ``least`` words and reads as full sentences.

    Signatures, option lists and file paths have few function words and no finite verb. Formulas
    between ``$`` are not counted.
    """
    plain = _MATHS.sub(" ", text)
    count, ends = len(words(plain)), len(_SENTENCE_END.findall(text.strip() + " "))
    if count < least or function_share(plain) < 0.2 or not ends:
        return False
    return verbs(plain) >= 1 or (count >= 25 and ends >= 2)
