"""Repairing a question: misspelled words, and names as a speech recogniser writes them.

A repaired question is searched beside the original, never instead of it, so a wrong repair
costs little. Distances are optimal string alignment: swapped neighbours are one error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from rlmap.search.tokens import STOP_WORDS, stems
from rlmap.search.vocabulary import Vocabulary

_WORD = re.compile(r"[^\W_]+")

#: What a recogniser writes for a letter, a digit or an acronym that was spoken.
_SPOKEN = {
    "ay": "a", "be": "b", "bee": "b", "see": "c", "sea": "c", "dee": "d", "gee": "g", "eye": "i", "jay": "j",
    "kay": "k", "el": "l", "em": "m", "en": "n", "oh": "o", "pea": "p", "pee": "p", "cue": "q", "queue": "q",
    "are": "r", "ess": "s", "tea": "t", "tee": "t", "you": "u", "vee": "v", "ex": "x", "why": "y",
    "one": "1", "two": "2", "to": "2", "too": "2", "three": "3", "sack": "sac", "peep": "pp",
}  # fmt: skip

_LONGEST_WINDOW = 4
#: A name of fewer letters is too easily resembled by chance; similarity is in per cent.
_FUZZY_LETTERS, _FUZZY_SIMILARITY = 9, 84.0
_ACRONYM_LETTERS = 4


def correct(question: str, vocabulary: Vocabulary) -> str:
    """Return the question with slips repaired; the very same text if there are none.

    Parameters
    ----------
    question : str
        As asked.
    vocabulary : Vocabulary
        The names of the map and the words of the corpus. Words that it holds are kept, except
        where several of them together sound like a name ("monty carlo").
    """
    words = [match.group() for match in _WORD.finditer(question)]
    repaired: list[str] = []
    place = 0
    while place < len(words):
        for window in _windows(words, place):
            meant = window if _is_name(" ".join(window), vocabulary) else _meant_name(window, vocabulary)
            if meant is not None:
                repaired.extend(meant)
                place += len(window)
                break
        else:
            repaired.append(_correct_word(words[place], vocabulary))
            place += 1
    return question if repaired == words else " ".join(repaired)


def _windows(words: Sequence[str], start: int) -> Iterator[Sequence[str]]:
    for length in range(min(_LONGEST_WINDOW, len(words) - start), 0, -1):
        yield words[start : start + length]


def _is_name(text: str, vocabulary: Vocabulary) -> bool:
    return tuple(stems(text)) in vocabulary.by_stems


def _meant_name(window: Sequence[str], vocabulary: Vocabulary) -> Sequence[str] | None:
    """Return the words of the name that a window of words sounds like."""
    lower = [word.lower() for word in window]
    spoken = [_SPOKEN.get(word, word) for word in lower]
    if len(window) > 1 or lower[0] not in vocabulary.known_words:
        for text in (" ".join(spoken), "".join(spoken)):
            if text != lower[0] and _is_name(text, vocabulary):
                return text.split() if " " in text else [text.upper()]
    letters = "".join(lower)
    if len(letters) < _FUZZY_LETTERS or len(window) < 2 or lower[0] in STOP_WORDS or lower[-1] in STOP_WORDS:
        return None
    found = process.extractOne(
        letters, vocabulary.by_letters.get(letters[0], {}), scorer=fuzz.ratio, score_cutoff=_FUZZY_SIMILARITY
    )
    return None if found is None else str(found[2]).split()


def _correct_word(word: str, vocabulary: Vocabulary) -> str:
    lower = word.lower()
    if lower in vocabulary.known_words or lower in STOP_WORDS or not lower.isalpha() or len(lower) < 2:
        return word
    if len(lower) < _ACRONYM_LETTERS:
        return _acronym(lower, vocabulary) or word
    allowed = 1 if len(lower) < 7 else 2
    near = [known for known in vocabulary.sorted_words if abs(len(known) - len(lower)) <= allowed]
    found = process.extractOne(lower, near, scorer=OSA.distance, score_cutoff=allowed)
    return str(found[0]) if found else word


def _acronym(lower: str, vocabulary: Vocabulary) -> str | None:
    """Return the acronym that is one letter away, if there is one; "PO" is PPO with a letter lost."""
    near = [name for name in vocabulary.acronyms if OSA.distance(lower, name) == 1]
    same_letters = [name for name in near if set(name) == set(lower)]
    chosen = same_letters or near
    return chosen[0].upper() if len(chosen) == 1 else None
