"""How much a passage explains, as opposed to mentioning a thing.

Documentation is full of sentences such as "the discount factor used for the returns": near in
words to a question, and no answer. A passage that explains says what something does, why, or
what changes when it changes, and takes more than a line for it. The measure looks at the
passage alone, never at the question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

#: Words that state a cause, a consequence, a comparison, a purpose, a definition or a case.
_CUES = re.compile(
    r"\b(?:because|since|therefore|thus|hence|so that|in order to|due to|leads? to|results? in|caus\w+|"
    r"makes?|mak(?:ing|es) it|allow\w*|enabl\w+|prevent\w*|avoid\w*|ensur\w+|encourag\w+|discourag\w+|"
    r"determin\w+|controls?|means?|meaning|is (?:an?|the) \w+ (?:that|of|in|for|which|where)|refers? to|defin\w+|"
    r"higher|lower|larger|smaller|increas\w+|decreas\w+|reduc\w+|more|less|fewer|rather than|instead of|unlike|"
    r"whereas|while|however|although|but|trade-?offs?|intuiti\w+|idea|for example|for instance|e\.g\.|i\.e\.|"
    r"if|when|typically|usually|in practice|problem|advantage of|helps?)\b",
    re.IGNORECASE,
)

_ENOUGH_CUES = 5
_ENOUGH_WORDS = 40


def explanation(sentences: Sequence[str]) -> float:
    """Return in [0, 1] how much ``sentences`` explain.

    The geometric mean of two saturating counts: different cue words (5 are enough) and words
    (40 are enough). A line of five words scores near 0 whatever it says.
    """
    text = " ".join(sentences)
    cues = {match.group().lower() for match in _CUES.finditer(text)}
    return math.sqrt(min(1.0, len(cues) / _ENOUGH_CUES) * min(1.0, len(text.split()) / _ENOUGH_WORDS))
