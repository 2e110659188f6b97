"""A question in, verified quotes from several works out."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rlmap.errors import InputError
from rlmap.pipeline.expanding import feedback_expansion, generator_of, model_expansion
from rlmap.pipeline.quoting import answering_quotes, concept_of_article
from rlmap.pipeline.workspace import Workspace, is_fetched
from rlmap.search.abstain import answer_state
from rlmap.search.answer import choose_hits
from rlmap.search.asked import understand
from rlmap.search.expand import expand
from rlmap.search.fuse import Candidates, find_candidates
from rlmap.search.intent import Intent
from rlmap.search.rerank import reranked
from rlmap.search.vocabulary import concepts_of, is_all_names, nearest_concepts
from rlmap.settings import MAX_QUESTION_CHARS
from rlmap.types import AskResult, FurtherReading, Reading, SearchTerm, Source, SourceKind

_CONCEPTS = 4

#: So many passages of the handbook say which article a question belongs to.
_ARTICLES_READ = 6

#: Works and passages of each that are read beyond what is shown, so that the best quotes are found
#: among them: a passage that ranks high may hold no sentence that answers.
_SPARE_WORKS, _SPARE_PASSAGES = 5, 1


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How to answer: at most ``works`` works, only these kinds and years, plainer or more formal.

    ``terms`` replaces the expansion of the question by what the user left of it. ``without`` are
    ids of works that are not shown. ``intent`` says what kind of answer is wanted where the
    question does not; quotes that do not speak so are left out. ``feedback`` and ``model`` add the
    expansions that are off by default.
    """

    works: int = 5
    per_work: int = 2
    kinds: frozenset[SourceKind] = frozenset()
    years: tuple[int | None, int | None] | None = None
    plainness: float = 0.0
    terms: tuple[SearchTerm, ...] | None = None
    without: frozenset[str] = frozenset()
    intent: Intent | None = None
    feedback: bool = False
    model: bool = False

    def with_terms(self, terms: Sequence[SearchTerm], without: Collection[str]) -> AskOptions:
        """Return the options with ``terms``, less those that a user leaves out; the question itself stays.

        A term is named by its text or by its origin.

        Raises
        ------
        InputError
            If a name to leave out is that of no search term.
        """
        unknown = set(without) - {name for term in terms[1:] for name in (term.text, term.origin)}
        if unknown:
            known = "; ".join(f"{term.text} ({term.origin})" for term in terms[1:]) or "none"
            raise InputError(f"{sorted(unknown)[0]!r} is no search term that can be left out, these are: {known}.")
        kept = (term for term in terms[1:] if term.text not in without and term.origin not in without)
        return replace(self, terms=(terms[0], *kept))


def ask_question(workspace: Workspace, question: str, options: AskOptions | None = None) -> AskResult:
    """Answer a question with quotes.

    Raises
    ------
    InputError
        If the question is empty or too long, a model is wanted and none is configured, or there is no
        cross-encoder where settings name one.
    IndexMissingError
        If nothing is indexed yet.
    FetchError
        If the model that is configured gives no search term.
    """
    options = options or AskOptions()
    began = time.perf_counter()
    question = checked_question(question)
    expanded = expand(question, workspace.vocabulary)
    terms = options.terms or expanded + _expansions(workspace, question, options)
    found = find_candidates(
        workspace.index,
        workspace.encoder,
        terms,
        kinds=options.kinds or None,
        years=options.years,
        plainness=options.plainness,
    )
    if workspace.reranker is not None:
        found = reranked(found, question, workspace.reranker, workspace.index.text_of)
    wanted = options.works + _SPARE_WORKS
    wording = next((term.text for term in expanded if term.origin == "spelling"), question)
    groups, likely = choose_hits(
        found,
        works=wanted,
        per_work=options.per_work + _SPARE_PASSAGES,
        without=options.without,
        is_about_the_map=is_all_names(wording, workspace.vocabulary),
    )
    asked = understand(
        wording, found.question_vector, workspace.vocabulary, options.intent, _articles_near(workspace, found)
    )
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


def _articles_near(workspace: Workspace, found: Candidates) -> list[str]:
    """Return the concepts whose articles the handbook's passages nearest to the question are in."""
    handbook = np.flatnonzero(found.passages.kinds == "handbook")
    nearest = handbook[np.argsort(-found.nearness[handbook], kind="stable")][:_ARTICLES_READ]
    passages = workspace.store.find_passages(found.passages.ids[nearest].tolist())
    return [concept_of_article(passage.locator.document_id) for passage in passages.values()]


def search_terms(workspace: Workspace, question: str, options: AskOptions) -> tuple[SearchTerm, ...]:
    """Return what is searched for a question unless the user edits it.

    Raises
    ------
    InputError
        If a model is wanted and none is configured.
    FetchError
        If the model that is configured gives no search term.
    """
    return expand(question, workspace.vocabulary) + _expansions(workspace, question, options)


def _expansions(workspace: Workspace, question: str, options: AskOptions) -> tuple[SearchTerm, ...]:
    """Return the search terms of the expansions that are off unless they are asked for."""
    terms: tuple[SearchTerm, ...] = ()
    if options.feedback:
        terms += feedback_expansion(workspace, question)
    if options.model:
        generator = generator_of(workspace.settings)
        if generator is None:
            raise InputError(
                "No language model is configured: set RLMAP_MODEL_URL to the base address of an "
                "OpenAI-compatible endpoint, or to local (see rlmap[generate])."
            )
        terms += model_expansion(question, generator)
    return terms


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


def _further_reading(workspace: Workspace, concepts: Sequence[str]) -> tuple[FurtherReading, ...]:
    """Return what the nearest concepts say to read, without the handbook, which is quoted already.

    A reading whose source the manifest lacks is for `rlmap check` to report; a question is answered without it.
    """
    readings: dict[tuple[str, str], FurtherReading] = {}
    for concept_id in concepts[:2]:
        for reading in workspace.graph.concepts[concept_id].readings:
            source = workspace.sources.get(reading.source_id)
            if source is not None and source.kind != "handbook":
                found = _with_source(workspace, reading, source)
                readings.setdefault((reading.source_id, reading.where), found)
    return tuple(readings.values())


def _with_source(workspace: Workspace, reading: Reading, source: Source) -> FurtherReading:
    return FurtherReading(
        source_id=source.id,
        title=source.title,
        url=source.url,
        where=reading.where,
        why=reading.why,
        skip=reading.skip,
        level=reading.level,
        minutes=reading.minutes,
        profile=source.profile,
        fetched=is_fetched(workspace.settings, source),
        fetchable=source.location is not None,
    )
