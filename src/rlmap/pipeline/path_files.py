"""A path as a file for other programs, and back again."""

from __future__ import annotations

from datetime import UTC, datetime

from rlmap.corpus.citations import short_citation, where
from rlmap.errors import InputError
from rlmap.pipeline.concepts import concept_answers
from rlmap.pipeline.following import calendar_of
from rlmap.pipeline.paths import on_this_map
from rlmap.pipeline.workspace import Workspace
from rlmap.study import export
from rlmap.study.profile import without_implied
from rlmap.types import LearnerProfile, StudyPath

_QUOTES_ON_A_CARD = 2


def exported_path(workspace: Workspace, path: StudyPath, form: str) -> bytes:
    """Return a path as ``csv``, ``ics`` (iCalendar) or ``apkg`` (Anki cards: goals and quotes).

    Raises
    ------
    InputError
        If there is no such form.
    """
    if form == "csv":
        ids = {reading.source_id for step in path.steps for reading in step.readings} & workspace.sources.keys()
        return export.path_csv(path, {id_: short_citation(workspace.sources[id_]) for id_ in ids}).encode()
    if form == "ics":
        return export.path_calendar(calendar_of(path), datetime.now(UTC))
    if form == "apkg":
        concepts = list(dict.fromkeys(step.concept_id for step in path.steps))
        quotes = {concept_id: _card_quotes(workspace, concept_id) for concept_id in concepts}
        return export.anki_package(workspace.graph, concepts, quotes, f"rlmap: {', '.join(path.profile.goals)}")
    raise InputError(f"There is no form {form!r} of a path: use csv, ics or apkg.")


def _card_quotes(workspace: Workspace, concept_id: str) -> list[export.CardQuote]:
    answers = concept_answers(workspace, workspace.graph.concepts[concept_id])
    verified = [(answer.quotes[0], answer.source) for answer in answers if answer.quotes[0].verified]
    return [
        export.CardQuote(quote.display, ", ".join([short_citation(source), where(quote, source)]), quote.link)
        for quote, source in verified[:_QUOTES_ON_A_CARD]
    ]


def imported_profile(workspace: Workspace, text: str) -> tuple[LearnerProfile, tuple[str, ...]]:
    """Return the profile of a path that was saved as JSON, and what it names and the map no longer has.

    What has left the map is left out of the profile, as long as a goal remains; so is what its
    levels say anyway, which a saved path lists.

    Raises
    ------
    InputError
        Saying what is missing or wrong in the file.
    UnknownNameError
        If the map has none of its goals.
    """
    profile, vanished = on_this_map(workspace, export.read_path(text).profile)
    return without_implied(workspace.graph, profile), vanished
