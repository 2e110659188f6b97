"""Terms from the passages found first: the relevance model RM3 (Abdul-Jaleel et al. 2004, "UMass at TREC 2004").

The first passages are taken to be relevant; words that are frequent in them and rare elsewhere
say what else relevant passages may say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rlmap.search.lexical import StemTable
from rlmap.search.tokens import stem, words
from rlmap.types import SearchTerm

#: As in Anserini's RM3: so many passages are trusted, and so many terms taken.
PASSAGES, TERMS = 10, 10


def feedback_term(question: str, texts: Sequence[str], scores: Sequence[float], table: StemTable) -> SearchTerm | None:
    """Return the words of the relevance model that the question lacks, as one search term.

    Parameters
    ----------
    question : str
        As asked.
    texts : sequence of str
        The passages found first.
    scores : sequence of float
        Their scores: how likely each is to be relevant, up to a factor.
    table : StemTable
        How rare a stem is.

    Returns
    -------
    SearchTerm or None
        Up to ten words, heaviest first, ties by word; ``None`` where there are none.
    """
    asked = {stem(word) for word in words(question)}
    weights: defaultdict[str, float] = defaultdict(float)
    written: dict[str, str] = {}
    for text, score in zip(texts[:PASSAGES], scores, strict=False):
        found = words(text)
        for word in found:
            key = stem(word)
            if key not in asked and len(word) > 2 and word.isalpha():
                written.setdefault(key, word)
                weights[key] += score * table.rarity(key) / len(found)
    best = sorted(weights, key=lambda key: (-round(weights[key], 9), key))[:TERMS]
    return SearchTerm(" ".join(written[key] for key in best), "feedback") if best else None
