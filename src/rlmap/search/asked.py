"""What is known of a question before a passage is read: its subject, its intent, its vector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rlmap.search.encode import Vectors
from rlmap.search.intent import Intent, intent_of
from rlmap.search.lines import holding, without
from rlmap.search.tokens import stems
from rlmap.search.vocabulary import Vocabulary, named_first, subjects_of

#: A question is about at most so many concepts.
_SUBJECTS = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """A concept that is asked about, by its names as running stems.

    ``longer`` are names of other concepts that hold one of them, as "policy gradient" holds
    "policy": there the concept is not named.
    """

    names: tuple[str, ...]
    longer: tuple[str, ...]

    def named_at(self, lines: str) -> npt.NDArray[np.int64]:
        """Return how many words stand before its first mention in each line, -1 where there is none.

        Parameters
        ----------
        lines : str
            See :mod:`rlmap.search.lines`.

        Returns
        -------
        numpy.ndarray, shape (lines,)
        """
        found: dict[int, int] = {}
        rest = without(lines, self.longer)
        for name in self.names:
            for line, words in holding(rest, name):
                found[line] = min(words, found.get(line, words))
        places = np.full(lines.count("\n"), -1)
        places[list(found)] = list(found.values())
        return places


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its text, vector (dim,), different stems, the intent that it states, and its subjects.

    ``concept_ids`` are those of the subjects, the one that is asked about above all first. ``company``
    are stems that go with the subject where the question is its name and no more, as in "what are
    options": a text that has none of them speaks of something else of that name. ``strict`` says that
    only what speaks as an answer of this intent is wanted.
    """

    text: str
    vector: Vectors
    stems: frozenset[str]
    intent: Intent | None
    subjects: tuple[Subject, ...]
    concept_ids: tuple[str, ...] = ()
    company: frozenset[str] = frozenset()
    strict: bool = False


def understand(
    text: str,
    vector: npt.NDArray[np.float32],
    vocabulary: Vocabulary,
    wanted: Intent | None = None,
    articles: Sequence[str] = (),
) -> Asked:
    """Find out what a question is about and what kind of answer it expects.

    Parameters
    ----------
    text : str
        The question, slips repaired.
    vector : numpy.ndarray, shape (dim,)
        Its vector.
    vocabulary : Vocabulary
        The names of the map.
    wanted : Intent, optional
        The kind of answer that is wanted, whatever the question says; others are left out then.
    articles : sequence of str
        For each passage of the handbook among those nearest to the question the concept that its
        article is about. Where most of them agree, that says which of the concepts named is asked
        about above all, or adds one that is asked about in other words; one whose article is not
        among them is named by the way.
    """
    named = subjects_of(text, vocabulary, most=_SUBJECTS)
    agreed = _agreed(articles)
    first = [concept_id for concept_id in agreed if concept_id in named]
    near = [concept_id for concept_id in named if concept_id in articles]
    head = named_first(text, vocabulary)
    found = sorted(dict.fromkeys([*first, *near, *named, *agreed]), key=lambda concept_id: concept_id not in head)
    concept_ids = tuple(found[:_SUBJECTS])
    asked = frozenset(stems(text))
    return Asked(
        text,
        vector,
        asked,
        wanted or intent_of(text),
        tuple(_subject(concept_id, vocabulary) for concept_id in concept_ids),
        concept_ids=concept_ids,
        company=_company(concept_ids[0], vocabulary) - asked if len(asked) == 1 and concept_ids else frozenset(),
        strict=wanted is not None,
    )


def _agreed(articles: Sequence[str]) -> list[str]:
    most = Counter(articles).most_common(1)
    return [concept_id for concept_id, count in most if 2 * count > len(articles)]


def _company(concept_id: str, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the stems of what the map says of a concept that are in names of the map too."""
    told = stems(vocabulary.summaries.get(concept_id, ""))
    return frozenset(stem for stem in told if stem in vocabulary.concepts_with)


def _subject(concept_id: str, vocabulary: Vocabulary) -> Subject:
    written = (" ".join(stems(name)) for name in vocabulary.names[concept_id])
    own = {name for name in written if name in vocabulary.running}
    longer = {
        name
        for mine in own
        for name in vocabulary.running_with[mine.split()[0]]
        if concept_id not in vocabulary.running[name] and f" {mine} " in f" {name} "
    }
    return Subject(_longest_first(own), _longest_first(longer))


def _longest_first(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (-len(name), name)))
