"""How much a text explains, as opposed to mentioning a thing.

Documentation is full of sentences such as "the discount factor used for the returns": near in
words to a question, and no answer. A text that explains says what something does, why, or
what changes when it changes, and takes more than a line for it; one that describes an option
speaks of arguments, defaults and types. The measure looks at the text alone, never at the
question; :mod:`rlmap.search.intent` says whether it explains what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: Words, in small letters, that state a cause, a consequence, a comparison, a purpose, a definition or a case.
_CUES = re.compile(
    r"\b(?:because|since|therefore|thus|hence|so that|so|in order to|due to|leads? to|results? in|caus\w+|"
    r"makes?|mak(?:ing|es) it|allow\w*|enabl\w+|prevent\w*|avoid\w*|ensur\w+|encourag\w+|discourag\w+|"
    r"determin\w+|controls?|means?|meaning|is (?:an?|the) \w+ (?:that|of|in|for|which|where)|refers? to|defin\w+|"
    r"higher|lower|larger|smaller|increas\w+|decreas\w+|reduc\w+|rais\w+|more|less|fewer|rather than|instead of|"
    r"unlike|whereas|while|however|although|but|trade-?offs?|intuiti\w+|idea|for example|for instance|e\.g\.|i\.e\.|"
    r"say|suppose|imagine|if|when|typically|usually|in practice|problem|advantage of|helps?|lets?|too)\b"
)

#: How code is spoken of: identifiers, defaults, types, what a class supports or a warning says.
_CODE = re.compile(
    r"\b(?:defaults? (?:to|is|=)|default:|optional|arguments?|parameters? (?:are|is|of)|class(?:es)?|subclass\w*|"
    r"instance|interfaces?|methods?|functions? (?:call|return|implement)\w*|tensors?|arrays?|arr|dict\w*|callable|"
    r"boolean|bool|float|dtype|None|True|False|not (?:currently )?support\w*|warning|raise[sd]?|"
    r"must (?:be|either)|(?:is|are) not allowed|valid values?|deprecated|implement(?:s|ed|ation)|config\w*|iterable|"
    r"buffer size|returns? (?:the|an?)|per sample|to use (?:when|for)|used to calculate|entry|launcher|wrapper|"
    r"modules?|GPUs?|API|library|framework|import(?:s|ed)?|script|command[- ]line|checkpoint\w*)\b|\w_\w|\w\(\)|`|--\w"
)

#: What decides how a sentence is read.
PATTERNS = (_CUES.pattern, _CODE.pattern)

#: So many different cue words, and so many words, are enough for an explanation.
ENOUGH_CUES = 5
_ENOUGH_WORDS = 40
#: So many signs of code in 40 words leave nothing of an explanation.
_ALL_CODE = 5


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text speaks: its different cue words, its signs of code, its number of words."""

    cues: frozenset[str]
    code: int
    words: int


def manner_of(text: str) -> Manner:
    """Read off a text how it speaks."""
    cues = frozenset(match.group() for match in _CUES.finditer(text.lower()))
    return Manner(cues, len(_CODE.findall(text)), len(text.split()))


def explanation(sentences: Sequence[str]) -> float:
    """Return in [0, 1] how much ``sentences`` explain.

    The geometric mean of two saturating counts, different cue words (5 are enough) and words
    (40 are enough), less what the text has of code. A line of five words scores near 0 whatever
    it says.
    """
    manner = manner_of(" ".join(sentences))
    return float(explanation_by(len(manner.cues), manner.code, manner.words))


def explanation_by(cues: npt.ArrayLike, code: npt.ArrayLike, words: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Say the same as :func:`explanation` by numbers of different cue words, of signs of code, and of words."""
    says = np.minimum(1.0, np.asarray(cues) / ENOUGH_CUES) * np.minimum(1.0, np.asarray(words) / _ENOUGH_WORDS)
    explains: npt.NDArray[np.float64] = np.sqrt(says) * (1.0 - codeness_by(code, words))
    return explains


def codeness_by(code: npt.ArrayLike, words: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return how far texts speak of code, in [0, 1]; 1 from five signs of it in 40 words on."""
    return np.minimum(1.0, np.asarray(code) / np.maximum(1.0, np.asarray(words) / _ENOUGH_WORDS) / _ALL_CODE)
