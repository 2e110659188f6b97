"""What counts as explaining in sentences: pure counts over words, used by every format."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[aAI]\b")
_FUNCTION_WORDS = frozenset(
    ["a", "an", "the", "this", "that", "these", "those", "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did", "can", "could", "will", "would", "may", "might", "must", "should", "shall", "of", "to", "in", "on", "at", "by", "for", "with", "from", "as", "than", "then", "when", "while", "where", "which", "who", "whose", "what", "why", "how", "if", "unless", "because", "since", "so", "such", "not", "no", "nor", "or", "and", "but", "into", "over", "under", "between", "within", "without", "about", "it", "its", "they", "their", "them", "there", "we", "our", "you", "your", "one", "each", "every", "all", "any", "both", "more", "most", "less", "least", "only", "also", "very", "just", "same", "other", "another", "after", "before", "during", "through"]
)
_VERBS = frozenset(
    ["is", "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "can", "could", "will", "would", "may", "might", "must", "should", "means", "makes", "gives", "uses", "used", "takes", "learns", "computes", "estimates", "updates", "returns", "allows", "lets", "helps", "leads", "controls", "determines", "describes", "represents", "depends", "reduces", "increases", "maximizes", "maximises", "minimizes", "minimises", "chooses", "selects", "follows", "tells", "shows", "let", "consider", "note", "suppose", "assume", "use", "set", "keep"]
)


def words(text: str) -> list[str]:
    """Return the words of ``text`` (letters, apostrophes, hyphens)."""
    return _WORD.findall(text)


def explains(text: str, least: int = 20) -> bool:
    """Whether ``text`` has at least ``least`` words and reads as full sentences.

    A sentence of English has about 40 % function words and a finite verb; signatures, option
    lists and file paths have neither.
    """
    found = [word.lower() for word in words(text)]
    if len(found) < least:
        return False
    function = sum(word in _FUNCTION_WORDS for word in found) / len(found)
    verbs = sum(word in _VERBS for word in found)
    return function >= 0.27 and verbs >= 1 and bool(re.search(r"[.!?:;](?:\s|$)", text.strip() + " "))
