"""Repairing a question: misspelled words, and names as a speech recogniser writes them.

A repaired question is searched beside the original, never instead of it, so a wrong repair
costs little. Distances are optimal string alignment: swapped neighbours are one error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, combinations

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

#: A word of so many letters may hold two slips, a shorter one a single slip. Words of the map are
#: allowed one slip more than other words: they are what is asked about.
_LONG = 8


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
        length, meant = _next_name(words, place, vocabulary) or (1, [_correct_word(words[place], vocabulary)])
        repaired.extend(meant)
        place += length
    return question if repaired == words else " ".join(repaired)


def _next_name(words: Sequence[str], start: int, vocabulary: Vocabulary) -> tuple[int, Sequence[str]] | None:
    """Return how many words from ``start`` on are, or sound like, a name; and the name's words."""
    windows = [words[start : start + length] for length in range(min(_LONGEST_WINDOW, len(words) - start), 0, -1)]
    for window in windows:
        if _is_name(window, vocabulary):
            return len(window), window
    for window in windows:
        meant = _spoken_name(window, vocabulary) or _resembled_name(window, vocabulary)
        if meant:
            return len(window), meant
    return None


def _is_name(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    return tuple(chain.from_iterable(map(_stems_of, words))) in vocabulary.by_stems


@lru_cache(maxsize=4096)
def _stems_of(word: str) -> tuple[str, ...]:
    """Return the stem of a word, none of a stop word: each word of a question is in several windows."""
    return tuple(stems(word))


def _spoken_name(window: Sequence[str], vocabulary: Vocabulary) -> Sequence[str] | None:
    """Return the name whose letters were written as words, or apart: "cue learning", "p p o"."""
    lower = [word.lower() for word in window]
    if len(window) == 1 and lower[0] in vocabulary.known_words:
        return None
    spoken = [_SPOKEN.get(word, word) for word in lower]
    if spoken != lower and _is_name(spoken, vocabulary):
        return [word.upper() if word in vocabulary.acronyms else word for word in spoken]
    joined = "".join(spoken)
    return [joined.upper()] if joined != lower[0] and _is_name([joined], vocabulary) else None


def _resembled_name(window: Sequence[str], vocabulary: Vocabulary) -> Sequence[str] | None:
    """Return the name that several words resemble together: "monty carlo", "bell man equation"."""
    letters = "".join(window).lower()
    if len(window) < 2 or len(letters) < _FUZZY_LETTERS:
        return None
    if window[0].lower() in STOP_WORDS or window[-1].lower() in STOP_WORDS or _holds_name(window, vocabulary):
        return None
    names = vocabulary.by_letters.get(letters[0], {})
    found = process.extractOne(letters, names, scorer=fuzz.ratio, score_cutoff=_FUZZY_SIMILARITY)
    return None if found is None else str(found[2]).split()


def _holds_name(window: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Say whether a name of two words or more is inside: what stands around it is no part of it."""
    ranges = combinations(range(len(window) + 1), 2)
    return any(end - start > 1 and _is_name(window[start:end], vocabulary) for start, end in ranges)


def _correct_word(word: str, vocabulary: Vocabulary) -> str:
    """Correct a word that is known to nobody; its first letter is taken to be right.

    A corpus of papers knows nearly every pair of capitals, so that an acronym of the map that was
    heard with a letter less ("the PO paper") counts before what the corpus knows.
    """
    lower = word.lower()
    if word.isupper() and lower.isalpha() and lower not in vocabulary.name_words:
        heard = _same_letters(lower, vocabulary)
        if len(heard) == 1:
            return heard[0].upper()
    if not lower.isalpha() or {lower, lower.removesuffix("s")} & vocabulary.known_words or lower in STOP_WORDS:
        return word
    if len(lower) <= _ACRONYM_LETTERS:
        return _acronym(word, vocabulary) or word
    slips = 1 if len(lower) < _LONG else 2
    known_words = vocabulary.known_by_letter.get(lower[0], ())
    name_words = [known for known in known_words if known in vocabulary.name_words]
    for candidates, allowed in ((name_words, slips), (known_words, slips - 1)):
        near = [known for known in candidates if abs(len(known) - len(lower)) <= allowed]
        found = process.extractOne(lower, near, scorer=OSA.distance, score_cutoff=allowed) if allowed else None
        if found:
            return str(found[0])
    return word


def _acronym(word: str, vocabulary: Vocabulary) -> str | None:
    """Return the one acronym that is a letter away: "PO" is PPO with a letter lost.

    A word in small letters is taken for an acronym only if no letter of it is wrong.
    """
    lower = word.lower()
    chosen = _same_letters(lower, vocabulary) or (_near(lower, vocabulary) if word.isupper() else [])
    return chosen[0].upper() if len(chosen) == 1 else None


def _near(lower: str, vocabulary: Vocabulary) -> list[str]:
    return [name for name in vocabulary.acronyms if OSA.distance(lower, name) == 1]


def _same_letters(lower: str, vocabulary: Vocabulary) -> list[str]:
    """Return the acronyms in which a letter is said once more, or once less."""
    return [name for name in _near(lower, vocabulary) if set(name) == set(lower)]
