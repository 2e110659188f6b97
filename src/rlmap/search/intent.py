"""What kind of answer a question asks for: a definition, a reason, an effect, a way, an amount, a comparison and so on.

A passage about the right thing may still answer another question about it. The words of a
question that say which (its frame, "what is the effect of") find nothing in a passage; they say
which words a passage must have that answers it. Sorting questions by the answer that they
expect is old practice in question answering (Li and Roth 2002, "Learning Question Classifiers").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Intent = Literal[
    "definition", "reason", "effect", "way", "mechanism", "amount", "comparison", "derivation", "disagreement"
]
INTENTS: tuple[Intent, ...] = get_args(Intent)


def _any_of(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


#: Tried in this order; the first that fits decides.
_ASKED: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    ("derivation", _any_of(r"deriv\w+|proof|prove[sdn]?|proving|show that")),
    ("disagreement", _any_of(r"disagree\w*|controvers\w+|critici\w+|objections?|who argues")),
    ("amount", _any_of(r"how (?:many|much|long|often|large|big|small|high|far|few)")),
    (
        "comparison",
        _any_of(r"versus|vs|compar\w+|differen(?:ce|t|ces)|differs?|\w{3,}er than|instead of|rather than|or"),
    ),
    (
        "effect",
        _any_of(
            r"effects? of|impacts? of|influences? of|affects?|what does .* do|what happens|too (?:high|low|large|"
            r"small|big)|consequences?|changes?"
        ),
    ),
    ("reason", re.compile(r"\bwhat\b.* for\W*$", re.IGNORECASE)),
    ("definition", _any_of(r"how (?:does|do|is|are|did) .* (?:work|works|defined|learn|learned)")),
    ("way", _any_of(r"debug\w*|not learning|wrong|fix|fail\w*|stuck")),
    ("reason", _any_of(r"why|reasons?|purpose|point of|need(?:ed)?|motivat\w+|benefits?|advantages? of")),
    ("mechanism", _any_of(r"how (?:does|do|is|are|did|can) (?!i\b|you\b|we\b|one\b)\w+")),
    ("way", _any_of(r"how|choose|pick|set|tune|steps|implement\w*")),
    (
        "definition",
        _any_of(
            r"what(?:'s| is| are| does)|defin\w+|meaning|mean|stand for|symbol|explain\w*|intuitions?|intuitive\w*"
        ),
    ),
)

#: Words of an answer of each kind.
_ANSWERS: dict[Intent, re.Pattern[str]] = {
    "definition": _any_of(
        r"is (?:an?|the|one|how|what)|are (?:an?|the)?|means?|refers? to|defin\w+|called|known as|stands for|denotes?"
    ),
    "reason": _any_of(
        r"because|since|so that|so|therefore|thus|hence|reasons?|due to|otherwise|without|avoids?|prevents?|would|"
        r"in order to|needs?|allows?|makes?|keeps?|problem|helps?"
    ),
    "effect": _any_of(
        r"higher|lower\w*|larger|smaller|increas\w+|decreas\w+|reduc\w+|rais\w+|too|makes?|leads? to|results? in|"
        r"determin\w+|controls?|short-sighted|myopic|far-sighted|faster|slower|more|less|the (?:closer|smaller|larger)"
    ),
    "way": _any_of(
        r"first|then|next|start\w*|set|use|try|choose|pick|should|typically|usually|common\w*|recommend\w*|each|"
        r"steps?|update[sd]?|by \w+ing|if"
    ),
    "mechanism": _any_of(
        r"by \w+ing|first|then|each|so that|which (?:makes|lets|allows|keeps)|instead of|uses?|weights?|multipl\w+|"
        r"correct\w*|update[sd]?|works?|makes?|keeps?|lets?|replac\w+|comput\w+|takes?|means?|because|if"
    ),
    "amount": _any_of(
        r"\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|dozen|twenty|sixty|hundred|thousand|twice|half|"
        r"at least|at most|enough|number of|several|depends?|more|fewer|larger|smaller|until"
    ),
    "comparison": _any_of(
        r"whereas|while|unlike|rather than|instead|in contrast|both|however|but|differ\w*|than|compared|on the other"
    ),
    "derivation": _any_of(
        r"proof|prove[sdn]?|deriv\w+|expand\w+|substitut\w+|follows?|implies|hence|thus|we (?:have|get|obtain)|"
        r"rewrit\w+|identity|theorem|lemma|equals?"
    ),
    "disagreement": _any_of(
        r"however|although|disagree\w*|argue[sd]?|contrary|unlike|in contrast|on the other hand|some|others|debat\w+|"
        r"controvers\w+|claim\w*|should not|instead|but|yet|despite|questions?|critici\w+"
    ),
}  # fmt: skip

#: Different words that are enough to say that a text answers in the way that is asked for.
ENOUGH_ANSWERS = 2

#: Headings below which answers of each kind are given.
_HEADINGS: dict[Intent, re.Pattern[str]] = {
    "definition": _any_of(r"idea|introduction|intro|overview|background|what is|definitions?|basics|concepts?|stated"),
    "reason": _any_of(r"why|motivation|problems?|purpose|goals?|benefits?|idea"),
    "effect": _any_of(r"in practice|effects?|role|choosing|tuning|trade-?offs?|gamma|discount|lambda|idea"),
    "way": _any_of(r"in practice|how|tips|guide|algorithms?|recipe|tuning|choosing|steps|training|debugging"),
    "mechanism": _any_of(r"idea|how|algorithms?|methods?|overview|introduction|background|stated"),
    "amount": _any_of(
        r"how (?:many|much|long|often|large)|number|in practice|choosing|tuning|typical|size|length|idea"
    ),
    "comparison": _any_of(r"vs|versus|compar\w+|differences?|disagree|idea|between"),
    "derivation": _any_of(r"proofs?|deriv\w+|stated properly|theor\w+|mathematic\w+|analysis|formulation"),
    "disagreement": _any_of(r"disagree|discussion|limitations?|criticisms?|open (?:questions|problems)|debate"),
}

#: What decides how a text answers; :data:`_ASKED` reads questions alone.
ANSWER_PATTERNS = tuple((intent, _ANSWERS[intent].pattern, _HEADINGS[intent].pattern) for intent in INTENTS)

#: The section of a handbook article that answers questions of each kind; every article has the same ones.
_HANDBOOK_SECTIONS: dict[Intent | None, str] = {
    None: "The idea",
    "definition": "The idea",
    "reason": "Why it exists",
    "effect": "In practice",
    "way": "In practice",
    "mechanism": "The idea",
    "derivation": "Stated properly",
    "disagreement": "What people disagree about",
}

#: What a question is made of besides its subject.
_FRAME = re.compile(
    r"^\W*(?:(?:what|which|how|why|can|could|please|tell me|explain)\s+(?:(?:is|are|was|does|do|you|me|about)\s+)*)?"
    r"(?:the\s+)?(?:main\s+|key\s+|basic\s+)?"
    r"(?:effects?|impacts?|influences?|roles?|purposes?|point|meaning|intuitions?|ideas?|definitions?|benefits?|"
    r"advantages?|consequences?|importance|derivation|proof)\s+(?:of|behind|for)\s+(?=\w)",
    re.IGNORECASE,
)


def intent_of(question: str) -> Intent | None:
    """Return what kind of answer a question expects, ``None`` where it does not say ("policy gradient")."""
    return next((intent for intent, asked in _ASKED if asked.search(question)), None)


def fits(intent: Intent | None, text: str) -> float:
    """Return in [0, 1] how far ``text`` speaks as an answer of this kind does; 0.5 where none is asked for."""
    return 0.5 if intent is None else float(fits_by(len(answer_words(intent, text))))


def answer_words(intent: Intent, text: str) -> frozenset[str]:
    """Return the different words of ``text`` with which answers of this kind are given."""
    return frozenset(match.group() for match in _ANSWERS[intent].finditer(text.lower()))


def fits_by(different: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Say the same as :func:`fits` by how many words :func:`answer_words` has found."""
    return np.minimum(1.0, np.asarray(different) / ENOUGH_ANSWERS)


def heading_fits(intent: Intent | None, headings: Sequence[str]) -> float:
    """Return 1 where the innermost heading promises an answer of this kind, 0 where not; 0.5 if none is asked for."""
    if intent is None or not headings:
        return 0.5
    return 1.0 if _HEADINGS[intent].search(headings[-1]) else 0.0


def is_section_for(intent: Intent | None, headings: Sequence[str]) -> bool:
    """Say whether a passage of the handbook stands in the section that is written for such questions."""
    return bool(headings) and headings[-1] == _HANDBOOK_SECTIONS.get(intent)


def without_frame(question: str) -> str:
    """Return what a question is about: "effect of discount rate" is about "discount rate"."""
    return _FRAME.sub("", question)
