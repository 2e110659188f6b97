"""A question in, verified quotes from several works out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rlmap.errors import InputError
from rlmap.pipeline.quoting import work_answers
from rlmap.pipeline.workspace import Workspace
from rlmap.settings import MAX_QUESTION_CHARS
from rlmap.types import AskResult, Reading, SearchTerm, SourceKind


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How to answer: at most ``works`` works, only these kinds and years, plainer or more formal.

    ``terms`` replaces the expansion of the question by what the user left of it.
    """

    works: int = 5
    per_work: int = 2
    kinds: frozenset[SourceKind] = frozenset()
    years: tuple[int | None, int | None] | None = None
    plainness: float = 0.0
    terms: tuple[SearchTerm, ...] | None = None


def ask_question(workspace: Workspace, question: str, options: AskOptions | None = None) -> AskResult:
    """Answer a question with quotes.

    Raises
    ------
    InputError
        If the question is empty or too long.
    IndexMissingError
        If nothing is indexed yet.
    """
    options = options or AskOptions()
    began = time.perf_counter()
    question = checked_question(question)
    found = workspace.engine.search(
        question,
        terms=options.terms,
        works=options.works,
        per_work=options.per_work,
        kinds=options.kinds or None,
        years=options.years,
        plainness=options.plainness,
    )
    answers = work_answers(workspace, found.works, question)
    return AskResult(
        query=question,
        terms=found.terms,
        state=found.state,
        answers=answers,
        concepts=found.concepts,
        further_reading=_further_reading(workspace, found.concepts) if found.state == "partial" else (),
        elapsed_ms=1000 * (time.perf_counter() - began),
    )


def checked_question(question: str) -> str:
    """Return the question on one line, or raise InputError if it is empty or too long."""
    if len(question) > MAX_QUESTION_CHARS:
        raise InputError(
            f"The question has {len(question):,} characters: ask in at most {MAX_QUESTION_CHARS:,}, one thing at a time."
        )
    visible = "".join(character if character.isprintable() else " " for character in question)
    line = " ".join(visible.split())
    if not any(character.isalnum() for character in line):
        raise InputError("The question is empty: type some words.")
    return line


def _further_reading(workspace: Workspace, concepts: Sequence[str]) -> tuple[Reading, ...]:
    readings: dict[tuple[str, str], Reading] = {}
    for concept_id in concepts[:2]:
        for reading in workspace.graph.concepts[concept_id].readings:
            readings.setdefault((reading.source_id, reading.where), reading)
    return tuple(readings.values())
