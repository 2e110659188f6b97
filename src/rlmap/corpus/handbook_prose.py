"""Measures of an article's prose: words, reading ease, and symbols that no words name."""

from __future__ import annotations

import re

_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"\$([^$]+)\$")
_CODE = re.compile(r"`[^`]*`")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_SENTENCE_END = re.compile(r"[.!?:;][)\"'”’]*(?=\s|$)")
_ABBREVIATION = re.compile(r"\b(?:al|e\.g|i\.e|vs|cf|fig|eq|ch|sec|approx|no|[A-Z])\.", re.IGNORECASE)
_VOWELS = re.compile(r"[aeiouy]+")

#: Two vowels that are spoken apart, as in "gradient" and "variance" but not in "action".
_HIATUS = re.compile(r"(?<![tscgx])i(?:[aou]|en)")

#: A final -e, -es or -ed that is not spoken; -le, -ces, -ted and their like are.
_SILENT_END = re.compile(r"[^aeiouyl]e$|[^aeiouylcgsxz]es$|[^aeiouytd]ed$|[aeiouy]les?$")

_RELATION = re.compile(r"=|<|>|\\(?:leq?|geq?|approx|propto|equiv|to|gets|leftarrow|neq|ll|gg|Vert|Rightarrow)\b")
_WORDS_IN_MATHS = re.compile(r"\\(?:text|mathrm|operatorname|mathsf|textstyle)\*?\s*\{[^{}]*\}")
_BOUND = re.compile(r"\\(?:sum|prod|max|min|sup|inf|int|lim|arg\\?max|arg\\?min)\s*_(?:\{([^{}]*)\}|(\S))")
_DRAWN = re.compile(r"(\\?[A-Za-z]+)(?:_\{?[^\s{}]*\}?|')*\s*(?:,\s*\\?[A-Za-z]+'?\s*)*\\(?:sim|in)\b")
_RANGE = re.compile(r"=\s*[01],\s*(?:2,\s*)?\\l?dots,\s*([A-Za-z])")
_SPEAKS_FOR_ITSELF = re.compile(r"D_(?:\{KL\}|\{\\mathrm\{KL\}\})|\b[fgh](?:_(?:\\?[A-Za-z]+|\{[^{}]*\}))?(?=\()")
_SCRIPT = re.compile(r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|\S)")
_GREEK = (
    "alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|rho|sigma|tau|phi|varphi|chi|psi"
    "|omega|pi|Gamma|Delta|Theta|Lambda|Sigma|Phi|Psi|Omega"
)
_SYMBOL = re.compile(rf"\\({_GREEK})\b|\\[A-Za-z]+|([A-Za-z])")

#: Written alike everywhere: states, actions, rewards and policies as the map writes them, Euler's
#: number, differentials, expectation and probability, the identity.
_KNOWN = frozenset({"S", "A", "R", "s", "a", "r", "pi", "e", "d", "E", "P", "I"})


def without_maths(text: str, stand_in: str = "x") -> str:
    """Return ``text`` with each formula and each piece of code replaced by one short word."""
    for pattern in (_DISPLAY, _INLINE, _CODE):
        text = pattern.sub(stand_in, text)
    return text


def count_words(text: str) -> int:
    """Count the words of ``text``; a formula counts as one."""
    return len(without_maths(text).split())


def count_syllables(word: str) -> int:
    """Count the syllables of an English word by its groups of vowels.

    Silent endings are left out and a few pairs of vowels split; rare words may be one off.
    """
    word = word.lower()
    groups = len(_VOWELS.findall(word)) + len(_HIATUS.findall(word))
    return max(groups - bool(_SILENT_END.search(word)), 1)


def reading_ease(text: str) -> float:
    """Return the reading ease of ``text``: higher is easier, about 60 is plain English.

    A colon and a semicolon end a sentence too, as in Flesch's own count of units of thought.

    References
    ----------
    R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32(3), 1948.
    """
    plain = _ABBREVIATION.sub(lambda found: found.group().replace(".", ""), without_maths(text))
    words = _WORD.findall(plain)
    if not words:
        return 100.0
    sentences = max(len(_SENTENCE_END.findall(plain)), 1)
    syllables = sum(count_syllables(part) for word in words for part in re.split("[-'’]", word) if part)
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * syllables / len(words)


def unnamed_symbols(text: str) -> list[str]:
    """Return the symbols of the formulas of ``text`` that its words do not introduce, sorted.

    A symbol counts as introduced where it stands in an inline formula without a relation
    (``the learning rate $\\alpha$``), where it is defined by being on the left of one, drawn from
    or a member of something, or bound by a sum, a range or an extremum. Indices, exponents, the
    KL divergence and a function f, g or h before its arguments are not looked at. The rule cannot see
    whether the words near a symbol are the right ones.
    """
    inline = _INLINE.findall(_DISPLAY.sub(" ", text))
    formulas = [*_DISPLAY.findall(text), *inline]
    named = set(_KNOWN)
    for formula in inline:
        if not _RELATION.search(formula):
            named |= _symbols(formula)
    for formula in formulas:
        named |= _symbols(_RELATION.split(formula, maxsplit=1)[0] if _RELATION.search(formula) else "")
        for braced, single in _BOUND.findall(formula):
            named |= _symbols(braced or single, scripts=True)
        for drawn in [*_DRAWN.findall(formula), *_RANGE.findall(formula)]:
            named |= _symbols(drawn)
    used = {symbol for formula in formulas for symbol in _symbols(formula)}
    return sorted(used - named)


def _symbols(formula: str, *, scripts: bool = False) -> set[str]:
    plain = _SPEAKS_FOR_ITSELF.sub(" ", _WORDS_IN_MATHS.sub(" ", formula))
    if not scripts:
        plain = _SCRIPT.sub(" ", plain)
    return {greek or letter for greek, letter in _SYMBOL.findall(plain) if greek or letter}
