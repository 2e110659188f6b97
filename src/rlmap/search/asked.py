"""What is known of a question before a passage is read: its subject, its intent, its vector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rlmap.search.encode import Vectors
from rlmap.search.intent import Intent, intent_of
from rlmap.search.tokens import stems
from rlmap.search.vocabulary import Vocabulary, concepts_of

#: A question is about at most so many concepts, and each is this share of its words or more.
_SUBJECTS, _LEAST_SHARE = 2, 0.2


@dataclass(frozen=True, slots=True)
class Subject:
    """A concept that is asked about, by its names as running stems.

    ``longer`` are names of other concepts that hold one of them, as "policy gradient" holds
    "policy": there the concept is not named.
    """

    names: tuple[str, ...]
    longer: tuple[str, ...]

    def named_at(self, running: str) -> int:
        """Return how many words stand before its first mention in a text of stems, -1 if there is none."""
        text = f" {running} "
        for name in self.longer:
            text = text.replace(f" {name} ", " * ")
        places = [place for name in self.names if (place := text.find(f" {name} ")) >= 0]
        return text[: min(places)].count(" ") if places else -1


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its text, vector (dim,), different stems, the intent that it states, and its subjects.

    ``concept_ids`` are those of the subjects. ``strict`` says that only what speaks as an answer of
    this intent is wanted.
    """

    text: str
    vector: Vectors
    stems: frozenset[str]
    intent: Intent | None
    subjects: tuple[Subject, ...]
    concept_ids: tuple[str, ...] = ()
    strict: bool = False


def understand(
    text: str, vector: npt.NDArray[np.float32], vocabulary: Vocabulary, wanted: Intent | None = None
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
    """
    found = [concept_id for concept_id, share in concepts_of(text, vocabulary, most=_SUBJECTS) if share >= _LEAST_SHARE]
    subjects = tuple(_subject(concept_id, vocabulary) for concept_id in found)
    return Asked(
        text,
        vector,
        frozenset(stems(text)),
        wanted or intent_of(text),
        subjects,
        concept_ids=tuple(found),
        strict=wanted is not None,
    )


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
