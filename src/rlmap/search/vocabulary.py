"""The names that the map knows, found inside a question.

Names are compared as sequences of stems, so case, plurals, hyphens and possessives do not
matter; a longer name wins over one inside it ("double deep Q-learning" is not "Q-learning").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from rlmap.search.tokens import plain_words, stems

#: More stems than any name has: bounds the windows of a question that are looked up.
_LONGEST_NAME = 8

#: A name of one word that is part of so many concepts' names ("policy", "agent", "function") does
#: not say which of them is meant. An acronym names one thing even where others are named after it.
_TOO_BROAD, _TOO_BROAD_ACRONYM = 4, 12

#: A concept that a question is about is this share of its named words, or more.
_LEAST_SHARE = 0.2

#: Single words of so many letters are also found when they were heard as two ("re enforce").
_LONG_WORD = 9

_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,4}")

#: What follows says where the thing asked about is met: "a baseline in policy gradient".
_IN_SOMETHING = re.compile(r"\b(?:in|inside|within|for)\b", re.IGNORECASE)

#: Stems of words that say what is asked and never what about.
_ASKING = frozenset(
    stems(
        "matter important importance need use useful usage work mean meaning effect affect influence impact role "
        "purpose point benefit reason change happen good bad better best idea intuition intuitive explain explanation "
        "define definition understand simple simply basic introduction paper choose pick tune start"
    )
)


@dataclass(frozen=True, slots=True)
class Match:
    """A name in a question: half-open range of the question's stems, and whom it names."""

    start: int
    end: int
    concept_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of concepts and words of the corpus.

    ``names`` gives for each concept its title and aliases, title first; ``by_stems`` the concepts
    that a sequence of stems names; ``by_letters`` the names of two words or more by first letter,
    each with its letters alone; ``running`` is ``by_stems`` with the stems in one text, and
    ``running_with`` says for each stem in which of these it is;
    ``acronyms`` the lower-case names of a few capitals; ``capitalised`` the words that have a capital
    letter where they do not begin a title;
    ``name_words`` the lower-case words of names, ``known_words`` these and all others that need no
    correction, ``known_by_letter`` the latter in order, by first letter; ``summaries`` what the map
    says of each concept; ``concepts_with`` in how many concepts' names a stem is, ``rarity`` how
    specific that makes it, in natural-log units.
    """

    names: Mapping[str, tuple[str, ...]]
    by_stems: Mapping[tuple[str, ...], tuple[str, ...]]
    by_letters: Mapping[str, Mapping[str, str]]
    running: Mapping[str, tuple[str, ...]]
    running_with: Mapping[str, tuple[str, ...]]
    acronyms: tuple[str, ...]
    capitalised: frozenset[str]
    name_words: frozenset[str]
    known_words: frozenset[str]
    known_by_letter: Mapping[str, tuple[str, ...]]
    summaries: Mapping[str, str]
    concepts_with: Mapping[str, int]
    rarity: Mapping[str, float]


def make_vocabulary(
    names: Mapping[str, Sequence[str]],
    corpus_words: Iterable[str] = (),
    summaries: Mapping[str, str] | None = None,
) -> Vocabulary:
    """Collect the names of concepts.

    Parameters
    ----------
    names : mapping of str to sequence of str
        For each concept id its title, then its aliases.
    corpus_words : iterable of str
        Lower-case words of the passages: words that are spelled correctly.
    summaries : mapping of str to str, optional
        What the map says of a concept, by id.
    """
    by_stems: dict[tuple[str, ...], set[str]] = {}
    concepts_with: Counter[str] = Counter()
    name_words: set[str] = set()
    for concept_id, own_names in sorted(names.items()):
        seen: set[str] = set()
        for name in own_names:
            key = tuple(stems(name))
            seen.update(key)
            name_words.update(plain_words(name))
            if _can_be_looked_up(key):
                by_stems.setdefault(key, set()).add(concept_id)
        concepts_with.update(seen)
    known_words = name_words.union(corpus_words)
    rarity = {stem: math.log((len(names) + 1) / count) for stem, count in concepts_with.items()}
    return Vocabulary(
        names={concept_id: tuple(own_names) for concept_id, own_names in names.items()},
        by_stems={key: tuple(sorted(ids)) for key, ids in by_stems.items()},
        by_letters=_by_letters(names),
        running={" ".join(key): tuple(sorted(ids)) for key, ids in by_stems.items()},
        running_with=_by_stem(by_stems),
        acronyms=tuple(sorted({n.lower() for own in names.values() for n in own if _ACRONYM.fullmatch(n)})),
        capitalised=frozenset(_capitalised(names.values())),
        name_words=frozenset(name_words),
        known_words=frozenset(known_words),
        known_by_letter={letter: tuple(some) for letter, some in groupby(sorted(known_words), key=itemgetter(0))},
        summaries=dict(summaries or {}),
        concepts_with=dict(concepts_with),
        rarity=rarity,
    )


def _by_stem(keys: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Map stem -> the names that hold it, as running stems."""
    result: dict[str, list[str]] = {}
    for key in keys:
        for stem in dict.fromkeys(key):
            result.setdefault(stem, []).append(" ".join(key))
    return {stem: tuple(names) for stem, names in result.items()}


def _capitalised(names: Iterable[Sequence[str]]) -> Iterator[str]:
    for title, *aliases in names:
        for word in [*title.split()[1:], *(word for alias in aliases for word in alias.split())]:
            if word[:1].isupper():
                yield word


def _by_letters(names: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """Map first letter -> name as written -> its lower-case letters and digits."""
    result: dict[str, dict[str, str]] = {}
    for own_names in names.values():
        for name in own_names:
            parts = plain_words(name)
            if len(parts) > 1 or len(name) >= _LONG_WORD:
                letters = "".join(parts)
                result.setdefault(letters[0], {})[name] = letters
    return {first: dict(sorted(found.items())) for first, found in sorted(result.items())}


def find_names(question_stems: Sequence[str], vocabulary: Vocabulary) -> list[Match]:
    """Find the names in a question, left to right, without overlaps, longest first."""
    matches: list[Match] = []
    taken = [False] * len(question_stems)
    for length in range(min(_LONGEST_NAME, len(question_stems)), 0, -1):
        for start in range(len(question_stems) - length + 1):
            ids = vocabulary.by_stems.get(tuple(question_stems[start : start + length]))
            if ids and not any(taken[start : start + length]):
                taken[start : start + length] = [True] * length
                matches.append(Match(start, start + length, ids))
    return sorted(matches, key=lambda match: match.start)


def concepts_of(question: str, vocabulary: Vocabulary, *, most: int = 5) -> list[tuple[str, float]]:
    """Say what a question is about.

    Parameters
    ----------
    question : str
        As asked.
    vocabulary : Vocabulary
        The names to look for.
    most : int
        How many concepts to return at most.

    Returns
    -------
    list of (str, float)
        Concept ids and scores in (0, 1], best first: the share of the question's stems that name
        the concept, specific stems counting more. A name of several concepts counts less for
        each.
    """
    asked = stems(question)
    return _shares(asked, find_names(asked, vocabulary), vocabulary)[:most]


def subjects_of(question: str, vocabulary: Vocabulary, *, most: int) -> list[str]:
    """Return the ids of the concepts that a question is about in earnest, best first.

    Unlike :func:`concepts_of` without those that are a small part of it, without those that only
    a broad word names ("agent" in "the agent cannot see the full state") where others are named, and
    of those that the same stems name only the one whose name stands there in full ("how many seeds"
    rather than "seed").
    """
    asked = stems(question)
    matches = [_nearest_reading(match, question, vocabulary) for match in find_names(asked, vocabulary)]
    telling = [match for match in matches if not is_broad(asked[match.start : match.end], vocabulary)]
    shares = _shares(asked, telling or matches, vocabulary)
    return [concept_id for concept_id, share in shares if share >= _LEAST_SHARE][:most]


def is_all_names(question: str, vocabulary: Vocabulary) -> bool:
    """Say whether every word of a question that carries a topic is in a name of the map, one of them not broad.

    Words that only ask ("why does gamma matter") carry none. None of the judged questions that have
    no answer here is made of names alone.
    """
    asked = stems(question)
    matches = find_names(asked, vocabulary)
    named = {place for match in matches for place in range(match.start, match.end)}
    others = {word for place, word in enumerate(asked) if place not in named}
    return others <= _ASKING and any(not is_broad(asked[m.start : m.end], vocabulary) for m in matches)


def named_first(question: str, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the concepts named before "in" or "for": of "a baseline in policy gradient" the baseline."""
    head = stems(_IN_SOMETHING.split(question, maxsplit=1)[0])
    return frozenset(concept_id for match in find_names(head, vocabulary) for concept_id in match.concept_ids)


def _nearest_reading(match: Match, question: str, vocabulary: Vocabulary) -> Match:
    """Leave out, where a match names several concepts, those that have a shorter name in the question."""
    if len(match.concept_ids) == 1:
        return match
    words = f" {' '.join(plain_words(question))} "

    def longest_name(concept_id: str) -> int:
        names = (plain_words(name) for name in vocabulary.names[concept_id])
        return max((len(name) for name in names if f" {' '.join(name)} " in words), default=0)

    lengths = {concept_id: longest_name(concept_id) for concept_id in match.concept_ids}
    best = max(lengths.values())
    return Match(match.start, match.end, tuple(concept_id for concept_id, n in lengths.items() if n == best))


def is_broad(name: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Say whether a name, as stems, is one word that many concepts' names hold."""
    allowed = _TOO_BROAD_ACRONYM if name[0] in vocabulary.acronyms else _TOO_BROAD
    return len(name) == 1 and vocabulary.concepts_with[name[0]] > allowed


def _shares(asked: Sequence[str], matches: Sequence[Match], vocabulary: Vocabulary) -> list[tuple[str, float]]:
    scores: dict[str, float] = {}
    for match in matches:
        weight = sum(vocabulary.rarity[stem] for stem in asked[match.start : match.end])
        for concept_id in match.concept_ids:
            scores[concept_id] = scores.get(concept_id, 0.0) + weight / len(match.concept_ids)
    whole = sum(scores.values())
    return sorted(((concept_id, round(score / whole, 4)) for concept_id, score in scores.items()), key=_best_first)


def nearest_concepts(question: str, vocabulary: Vocabulary, *, most: int = 3) -> list[str]:
    """Return the ids of the concepts that share most with the question, for an answer of nothing.

    Unlike :func:`concepts_of` a single shared stem of a name is enough; may be empty.
    """
    asked = set(stems(question))
    scores: dict[str, float] = {}
    for key, concept_ids in vocabulary.by_stems.items():
        shared = sum(vocabulary.rarity[stem] for stem in set(key) & asked)
        if shared:
            share = shared / sum(vocabulary.rarity[stem] for stem in set(key))
            for concept_id in concept_ids:
                scores[concept_id] = max(scores.get(concept_id, 0.0), round(shared * share, 4))
    return [concept_id for concept_id, _ in sorted(scores.items(), key=_best_first)[:most]]


def _best_first(scored: tuple[str, float]) -> tuple[float, str]:
    return -scored[1], scored[0]


def _can_be_looked_up(key: tuple[str, ...]) -> bool:
    """A symbol such as ``V(s)`` leaves single Latin letters, which every text holds."""
    return any(len(stem) > 1 or not stem.isascii() for stem in key) and len(key) <= _LONGEST_NAME
