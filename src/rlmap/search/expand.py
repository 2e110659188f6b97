"""Search terms: the question, and what else is worth searching for.

Everything here only *finds* passages; no expansion is ever shown as an answer. Each term says
where it came from, and a user may remove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rlmap.errors import InputError
from rlmap.search.intent import without_frame
from rlmap.search.spelling import correct
from rlmap.search.tokens import plain_words, singular_acronyms, stems, word_places
from rlmap.search.vocabulary import Vocabulary, find_names, is_all_names, is_broad, subjects_of
from rlmap.types import SearchTerm

#: Other names of what the question is about; more of them drift away from it.
_MOST_ALIASES = 2

#: What the map says of a concept is searched for only where the question is about few.
_MOST_SUMMARIES = 3

#: What stands before a subject and its verb, and after them: "does [PPO clip] the ratio".
_AUXILIARY = re.compile(r"\b(?:do|does|did|can|could|should|will|would|must|may)\s+$", re.IGNORECASE)
_OBJECT = re.compile(r"\s+(?:the|a|an|its|their|our|my|this|these|all|some)\b", re.IGNORECASE)

#: "in RL": every passage here is, so the words only blur what is asked.
_WHOLE_SUBJECT = re.compile(r"\s+(?:in|for|of)\s+(?:deep\s+)?(?:RL|reinforcement\s+learning)\b", re.IGNORECASE)


def expand(question: str, vocabulary: Vocabulary) -> tuple[SearchTerm, ...]:
    """Return the search terms for a question.

    Parameters
    ----------
    question : str
        As asked, at least one word.
    vocabulary : Vocabulary
        The names of the map and the words of the corpus.

    Returns
    -------
    tuple of SearchTerm
        The question itself, unchanged; the question with slips repaired, if there are any, and
        without what says nothing about its subject ("the effect of", "in reinforcement learning");
        up to two rewritings, each with one concept called by another name: by its title where
        the question has an alias, by its first alias where it has the title (of origin ``title`` where
        a single word, of which alone something is asked, is spelled out, else ``alias``). A whole question
        keeps what was asked about the concept; the other name alone would not. Last, for each
        concept that the question is about, the question followed by the map's summary of it: in
        place of the hypothetical answer that a language model would give (Gao et al. 2022, "Precise
        Zero-Shot Dense Retrieval without Relevance Labels"), one that was checked against sources.

    Raises
    ------
    InputError
        If the question holds no letter or digit.
    """
    if not any(letter.isalnum() for letter in question):
        raise InputError("The question holds no word: type what you want to know.")
    terms = [SearchTerm(question, "question")]
    repaired = correct(question, vocabulary)
    if repaired != question:
        terms.append(SearchTerm(repaired, "spelling"))
    narrow = without_frame(_WHOLE_SUBJECT.sub("", repaired))
    if narrow != repaired and stems(narrow):
        terms.append(SearchTerm(narrow, "question"))
    terms += list(dict.fromkeys(_rewritten(singular_acronyms(narrow), vocabulary)))[:_MOST_ALIASES]
    return (*terms, *(SearchTerm(text, "map") for text in _described(narrow, vocabulary)))


def _described(question: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the question with the summary of each concept that it is about."""
    for concept_id in subjects_of(question, vocabulary, most=_MOST_SUMMARIES):
        if concept_id in vocabulary.summaries:
            ends = question[-1] in ".?!:"
            yield f"{question}{' ' if ends else ': '}{vocabulary.summaries[concept_id]}"


def _rewritten(question: str, vocabulary: Vocabulary) -> Iterator[SearchTerm]:
    """Yield the question with one name in it replaced by another name of the same concept.

    A name that is one word and no acronym ("gamma") has other meanings elsewhere; where nothing else
    is asked about, the concept's title says what is meant, and the rewriting is as good as the question.
    """
    asked, places = stems(question), word_places(question)
    is_about_the_map = is_all_names(question, vocabulary)
    for match in find_names(asked, vocabulary):
        if len(match.concept_ids) == 1 and not is_broad(asked[match.start : match.end], vocabulary):
            names = vocabulary.names[match.concept_ids[0]]
            other = _other_name(asked, names)
            if other is not None:
                start, end = places[match.start][0], places[match.end - 1][1]
                text = _with_name(question, start, end, _within_a_sentence(other, vocabulary), names)
                is_one_word = match.end - match.start == 1 and question[start:end].lower() not in vocabulary.acronyms
                spells_out = is_about_the_map and is_one_word and other == names[0]
                yield SearchTerm(text, "title" if spells_out else "alias")


def _with_name(question: str, start: int, end: int, name: str, names: Sequence[str]) -> str:
    """Return the question with another name at a range, or behind it where a verb is part of the range.

    "PPO clip" is a name, but in "why does PPO clip the ratio" it is a subject and its verb.
    """
    found = question[start:end]
    if " " in found and _AUXILIARY.search(question[:start]):
        is_written = plain_words(found) in [plain_words(name) for name in names]
        if not is_written or _OBJECT.match(question[end:]):
            return f"{question} ({name})"
    return question[:start] + name + question[end:]


def _within_a_sentence(name: str, vocabulary: Vocabulary) -> str:
    """Begin a title with a small letter, unless its first word is always written with a capital one."""
    return name if name.split(maxsplit=1)[0] in vocabulary.capitalised else name[:1].lower() + name[1:]


def _other_name(asked: list[str], names: tuple[str, ...]) -> str | None:
    """Return the first name that brings a stem which the question lacks."""
    for name in names:
        if set(stems(name)) - set(asked):
            return name
    return None
