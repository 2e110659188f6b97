"""A question in, verified quotes from several works out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rlmap.errors import InputError
from rlmap.pipeline.quoting import answering_quotes
from rlmap.pipeline.workspace import Workspace
from rlmap.search.abstain import answer_state
from rlmap.search.answer import choose_hits
from rlmap.search.asked import understand
from rlmap.search.expand import expand
from rlmap.search.fuse import find_candidates
from rlmap.search.vocabulary import concepts_of, nearest_concepts
from rlmap.settings import MAX_QUESTION_CHARS
from rlmap.types import AskResult, Reading, SearchTerm, SourceKind

_CONCEPTS = 4

#: Works and passages of each that are read beyond what is shown, so that the best quotes are found
#: among them: a passage that ranks high may hold no sentence that answers.
_SPARE_WORKS, _SPARE_PASSAGES = 7, 2


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
    expanded = expand(question, workspace.vocabulary)
    terms = options.terms or expanded
    found = find_candidates(
        workspace.index,
        workspace.encoder,
        terms,
        kinds=options.kinds or None,
        years=options.years,
        plainness=options.plainness,
    )
    wanted = options.works + _SPARE_WORKS
    groups, likely = choose_hits(found, works=wanted, per_work=options.per_work + _SPARE_PASSAGES)
    wording = next((term.text for term in expanded if term.origin == "spelling"), question)
    asked = understand(wording, found.question_vector, workspace.vocabulary)
    answers = answering_quotes(workspace, groups, asked, works=options.works, per_work=options.per_work)
    state = answer_state(likely, [answer.source.kind != "handbook" for answer in answers])
    concepts = tuple(concept_id for concept_id, _ in concepts_of(wording, workspace.vocabulary, most=_CONCEPTS))
    if state == "nothing" and not concepts:
        concepts = tuple(nearest_concepts(wording, workspace.vocabulary))
    return AskResult(
        query=question,
        terms=terms,
        state=state,
        answers=answers,
        concepts=concepts,
        further_reading=_further_reading(workspace, concepts) if state == "partial" else (),
        elapsed_ms=1000 * (time.perf_counter() - began),
    )


def checked_question(question: str) -> str:
    """Return the question on one line, or raise InputError if it is empty or too long."""
    if len(question) > MAX_QUESTION_CHARS:
        raise InputError(
            f"The question has {len(question):,} characters: ask one thing in at most {MAX_QUESTION_CHARS:,}."
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
