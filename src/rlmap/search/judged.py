"""Judged questions: what was asked, and how well passages answer it.

``questions.toml`` holds the questions, ``judgments.tsv`` one line for each judged passage. A
judgment names a place in a document, not a passage: it stays valid when passages are cut
differently, as long as the place is still mostly inside one.
"""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rlmap.errors import InputError
from rlmap.types import Locator

QUESTIONS_FILE, JUDGMENTS_FILE = "questions.toml", "judgments.tsv"

#: Topic of the questions to which no passage may be shown.
NOTHING = "nothing"

#: A judgment counts for a passage that shares this part of the shorter of the two.
_SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the judged set. Parameters are chosen on *dev*, numbers reported on *test*."""

    id: str
    text: str
    kind: str
    topic: str
    split: Literal["dev", "test"]

    @property
    def has_answer(self) -> bool:
        """Whether the corpus can be expected to answer it."""
        return self.topic != NOTHING


@dataclass(frozen=True, slots=True)
class Judgment:
    """How well a place answers a question: 0 not, 1 touches it, 2 answers in part, 3 answers."""

    question_id: str
    place: Locator
    grade: int


def load_questions(queries_dir: Path) -> tuple[Question, ...]:
    """Read ``questions.toml``.

    Raises
    ------
    InputError
        If the file is missing or an entry is not a question.
    """
    path = queries_dir / QUESTIONS_FILE
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
        questions = tuple(Question(**entry) for entry in entries)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise InputError(f"{path} holds no list of questions ({error}).") from error
    if len({question.id for question in questions}) != len(questions):
        raise InputError(f"{path}: two questions have the same id.")
    return questions


def load_judgments(queries_dir: Path) -> tuple[Judgment, ...]:
    """Read ``judgments.tsv``.

    Raises
    ------
    InputError
        If the file is missing or a line is not a judgment.
    """
    path = queries_dir / JUDGMENTS_FILE
    judgments = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file, delimiter="\t"):
                place = Locator(line["document"], int(line["start"]), int(line["end"]))
                judgments.append(Judgment(line["question"], place, int(line["grade"])))
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise InputError(f"{path} holds a line that is no judgment ({error}).") from error
    return tuple(judgments)


def grades_of_passages(judgments: Iterable[Judgment], places: Mapping[str, Locator]) -> dict[str, dict[str, int]]:
    """Find the passages that judgments are about.

    Parameters
    ----------
    judgments : iterable of Judgment
        As loaded.
    places : mapping of str to Locator
        Where each passage of the corpus is, by passage id.

    Returns
    -------
    dict of str to dict of str to int
        For each question id the grades by passage id. A passage that several judgments are
        about has the best of their grades; a judgment about no passage of the corpus is left out.
    """
    in_document: dict[str, list[tuple[str, Locator]]] = defaultdict(list)
    for passage_id, place in sorted(places.items()):
        in_document[place.document_id].append((passage_id, place))
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for judgment in judgments:
        for passage_id, place in in_document.get(judgment.place.document_id, ()):
            if _shared(judgment.place, place) >= _SHARED:
                own = grades[judgment.question_id]
                own[passage_id] = max(own.get(passage_id, 0), judgment.grade)
    return dict(grades)


def still_fitting(
    judgments: Iterable[Judgment], places: Iterable[Locator], edited: Collection[str]
) -> tuple[Judgment, ...]:
    """Leave out judgments that went stale because their document was edited.

    Parameters
    ----------
    judgments : iterable of Judgment
        As loaded.
    places : iterable of Locator
        Where the passages of the corpus are.
    edited : collection of str
        Ids of the documents that are edited on, such as the articles of the handbook: a judgment
        of theirs counts only for a passage that stands exactly there.
    """
    exact = set(places)
    return tuple(j for j in judgments if j.place.document_id not in edited or j.place in exact)


def _shared(one: Locator, other: Locator) -> float:
    common = min(one.end, other.end) - max(one.start, other.start)
    return common / max(1, min(one.end - one.start, other.end - other.start))
