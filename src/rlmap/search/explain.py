"""How much a text explains, as opposed to mentioning a thing.

Documentation is full of sentences such as "the discount factor used for the returns": near in
words to a question, and no answer. A text that explains says what something does, why, or
what changes when it changes, and takes more than a line for it; one that describes an option
speaks of arguments, defaults and types. The measure looks at the text alone, never at the
question; :mod:`rlmap.search.intent` says whether it explains what was asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

#: Words that state a cause, a consequence, a comparison, a purpose, a definition or a case.
_CUES = re.compile(
    r"\b(?:because|since|therefore|thus|hence|so that|so|in order to|due to|leads? to|results? in|caus\w+|"
    r"makes?|mak(?:ing|es) it|allow\w*|enabl\w+|prevent\w*|avoid\w*|ensur\w+|encourag\w+|discourag\w+|"
    r"determin\w+|controls?|means?|meaning|is (?:an?|the) \w+ (?:that|of|in|for|which|where)|refers? to|defin\w+|"
    r"higher|lower|larger|smaller|increas\w+|decreas\w+|reduc\w+|rais\w+|more|less|fewer|rather than|instead of|"
    r"unlike|whereas|while|however|although|but|trade-?offs?|intuiti\w+|idea|for example|for instance|e\.g\.|i\.e\.|"
    r"say|suppose|imagine|if|when|typically|usually|in practice|problem|advantage of|helps?|lets?|too)\b",
    re.IGNORECASE,
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

_ENOUGH_CUES = 5
_ENOUGH_WORDS = 40
#: So many signs of code in 40 words leave nothing of an explanation.
_ALL_CODE = 5


def explanation(sentences: Sequence[str]) -> float:
    """Return in [0, 1] how much ``sentences`` explain.

    The geometric mean of two saturating counts, different cue words (5 are enough) and words
    (40 are enough), less what the text has of code. A line of five words scores near 0 whatever
    it says.
    """
    text = " ".join(sentences)
    cues = {match.group().lower() for match in _CUES.finditer(text)}
    says = math.sqrt(min(1.0, len(cues) / _ENOUGH_CUES) * min(1.0, len(text.split()) / _ENOUGH_WORDS))
    return says * (1.0 - codeness(text))


def codeness(text: str) -> float:
    """Return in [0, 1] how far ``text`` speaks of code; 1 from five signs of it in 40 words on."""
    return min(1.0, len(_CODE.findall(text)) / max(1.0, len(text.split()) / _ENOUGH_WORDS) / _ALL_CODE)
