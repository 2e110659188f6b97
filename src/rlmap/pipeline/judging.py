"""Feedback: a quote that a user finds good or bad is kept as a judgment, in the form of the published ones.

``judgments.tsv`` and ``questions.tsv`` under the data folder hold what was judged and what was
asked; nothing leaves the machine.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Literal

from filelock import FileLock

from rlmap.errors import StorageError
from rlmap.search.judged import JUDGMENTS_FILE, Judgment, load_judgments, load_questions
from rlmap.settings import Settings
from rlmap.types import Quote

Verdict = Literal["good", "bad"]

#: The grades that stand for the two verdicts: answers the question, is about something else.
_GRADES: dict[Verdict, int] = {"good": 3, "bad": 0}
_COLUMNS = ("question", "document", "start", "end", "grade")
_QUESTIONS = "questions.tsv"


def judge_quote(settings: Settings, question: str, quote: Quote, verdict: Verdict) -> Judgment:
    """Keep what a user thinks of a quote; a later verdict on the same place replaces the earlier one.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    folder = settings.feedback_dir
    judgment = Judgment(question_id(settings, question), quote.locator, _GRADES[verdict])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            same = (judgment.question_id, judgment.place)
            kept = [other for other in own_judgments(settings) if (other.question_id, other.place) != same]
            _write(folder / JUDGMENTS_FILE, _COLUMNS, [_row(item) for item in (*kept, judgment)])
            asked = dict(_asked(folder / _QUESTIONS))
            asked[judgment.question_id] = question
            _write(folder / _QUESTIONS, ("question", "text"), sorted(asked.items()))
    except OSError as error:
        raise StorageError(f"The judgment cannot be kept in {folder} ({error.strerror}).") from error
    return judgment


def own_judgments(settings: Settings) -> tuple[Judgment, ...]:
    """Return what the user has judged, oldest first; empty if nothing was.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    folder = settings.feedback_dir
    return load_judgments(folder) if (folder / JUDGMENTS_FILE).exists() else ()


def question_id(settings: Settings, question: str) -> str:
    """Return the id of the judged question with the same words, or one made of its text."""
    folded = " ".join(question.casefold().split())
    for known in load_questions(settings.corpus_dir / "queries"):
        if " ".join(known.text.casefold().split()) == folded:
            return known.id
    return f"own-{hashlib.sha256(folded.encode()).hexdigest()[:12]}"


def _row(judgment: Judgment) -> tuple[str, ...]:
    place = judgment.place
    return judgment.question_id, place.document_id, str(place.start), str(place.end), str(judgment.grade)


def _asked(path: Path) -> list[tuple[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [(line["question"], line["text"]) for line in csv.DictReader(file, delimiter="\t")]


def _write(path: Path, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    aside = path.with_name(f".{path.name}.part")
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    aside.replace(path)
