"""A path as a file for other programs, and back again."""

from __future__ import annotations

from datetime import UTC, datetime

from rlmap.corpus.citations import short_citation
from rlmap.errors import InputError
from rlmap.pipeline.concepts import concept_answers
from rlmap.pipeline.following import calendar_of
from rlmap.pipeline.paths import with_ids
from rlmap.pipeline.workspace import Workspace
from rlmap.study import export
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
    verified = [answer for answer in answers if answer.quotes[0].verified]
    return [export.CardQuote(a.quotes[0].display, a.source.title) for a in verified[:_QUOTES_ON_A_CARD]]


def imported_profile(workspace: Workspace, text: str) -> LearnerProfile:
    """Return the profile of a path that was saved as JSON, checked against this map.

    Raises
    ------
    InputError
        Saying what is missing or wrong in the file.
    UnknownNameError
        If it names a goal or a concept that the map does not have.
    """
    return with_ids(workspace, export.read_path(text).profile)
