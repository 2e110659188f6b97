"""A path for other programs: a table, a calendar, flash cards; and back from JSON."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rlmap.errors import InputError
from rlmap.study.calendar import Week, days_of
from rlmap.study.profile_link import profile_from_payload
from rlmap.types import ConceptGraph, LearnerProfile, StudyPath

_MOST_IMPORTED_CHARS = 5_000_000


@dataclass(frozen=True, slots=True)
class CardQuote:
    """A quote for the back of a card: its words, the source and place they come from, an address or none."""

    text: str
    source: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class ImportedPath:
    """What a JSON file says of a path: whom it was made for, and its steps as (kind, concept)."""

    profile: LearnerProfile
    steps: tuple[tuple[str, str], ...]


def path_csv(path: StudyPath, citations: Mapping[str, str]) -> str:
    """Return a path as comma-separated values, one row for each step; ``citations`` names sources by id."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["number", "kind", "concept", "title", "minutes", "because", "readings", "note", "demo"])
    for number, step in enumerate(path.steps, start=1):
        readings = " | ".join(
            f"{citations.get(r.source_id, r.source_id)}, {r.where} (skip: {r.skip})" for r in step.readings
        )
        row = [number, step.kind, step.concept_id, step.title, step.minutes, step.because, readings, step.note]
        writer.writerow([_harmless(value) for value in [*row, step.demo_id or ""]])
    return buffer.getvalue()


def path_calendar(weeks: Sequence[Week], made_at: datetime) -> bytes:
    """Return weeks as an iCalendar file with one all-day entry for each step.

    The steps of a week lie on its days one after the other, in proportion to their minutes. The
    id of an entry depends on what is done for which concept, and on nothing else, so that the file
    of a plan that has changed moves the entries of the one imported before.

    Parameters
    ----------
    weeks : sequence of Week
        As :func:`rlmap.study.calendar.weeks_of` gives them.
    made_at : datetime
        The time stamp of the entries; of two entries with one id, programs keep the later one.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - reads the time zones of the world; only an export needs it

    calendar = Calendar()
    calendar.add("prodid", "-//rlmap//study path//EN")
    calendar.add("version", "2.0")
    seen: Counter[tuple[str, str]] = Counter()
    for step, first_day, last_day in days_of(weeks):
        # A concept may be checked several times along a path.
        seen[step.concept_id, step.kind] += 1
        event = Event()
        times = str(seen[step.concept_id, step.kind])
        event.add("uid", f"{_stable_id('step', step.concept_id, step.kind, times):016x}@rlmap")
        event.add("dtstamp", made_at.astimezone(UTC))
        event.add("dtstart", first_day)
        event.add("dtend", last_day + timedelta(days=1))  # the first day after it, as RFC 5545 has it
        event.add("transp", "TRANSPARENT")  # a day with reading in it is not a busy day
        event.add("summary", step.title)
        event.add("description", "\n".join(filter(None, [f"{step.minutes} min", step.because, step.note])))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def anki_package(
    graph: ConceptGraph, concept_ids: Iterable[str], quotes: Mapping[str, Sequence[CardQuote]], deck_title: str
) -> bytes:
    """Return an Anki package with a card for each goal: what you should be able to do, and what sources say.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    concept_ids : iterable of str
        The concepts to make cards of.
    quotes : mapping of str to sequence of CardQuote
        For the back of a concept's cards; a concept without quotes shows its summary alone.
    deck_title : str
        What the deck is called; the same title makes the same deck, so a second import updates it.
    """
    import genanki  # noqa: PLC0415  # only an export needs it

    model = genanki.Model(
        _stable_id("model", "goal") % 2**31,
        "rlmap goal",
        fields=[{"name": "Goal"}, {"name": "Concept"}, {"name": "Summary"}, {"name": "Quotes"}],
        templates=[
            {
                "name": "Goal",
                "qfmt": "<small>{{Concept}}</small><br>Can you do this?<br><b>{{Goal}}</b>",
                "afmt": "{{FrontSide}}<hr id=answer>{{Summary}}{{Quotes}}",
            }
        ],
    )
    deck = genanki.Deck(_stable_id("deck", deck_title) % 2**31, deck_title)
    for concept_id in concept_ids:
        concept = graph.concepts[concept_id]
        said = "".join(_quoted(quote) for quote in quotes.get(concept_id, ()))
        for goal in concept.goals:
            fields = [html.escape(goal), html.escape(concept.title), html.escape(concept.summary), said]
            guid = genanki.guid_for(concept_id, goal)
            deck.add_note(genanki.Note(model=model, fields=fields, guid=guid, tags=[concept.area]))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "path.apkg"
        genanki.Package(deck).write_to_file(file)
        return file.read_bytes()


def _quoted(quote: CardQuote) -> str:
    text = html.escape(quote.text).replace("\n", "<br>")
    source = html.escape(quote.source)
    if quote.address.startswith(("https://", "http://")):
        source = f'<a href="{html.escape(quote.address)}">{source}</a>'
    return f"<blockquote>{text}<br><small>{source}</small></blockquote>"


def read_path(text: str) -> ImportedPath:
    """Return the profile and the steps of a path that was saved as JSON.

    Parameters
    ----------
    text : str
        An object with ``goal`` (names), ``profile`` and ``steps`` (each with ``kind`` and
        ``concept_id``); other keys are ignored.

    Raises
    ------
    InputError
        Saying what is missing or wrong.
    """
    if len(text) > _MOST_IMPORTED_CHARS:
        raise InputError(f"The path has {len(text)} characters; none has more than {_MOST_IMPORTED_CHARS}.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"The path is not JSON ({error}): choose a file saved as JSON.") from error
    if not isinstance(data, dict) or not isinstance(data.get("steps"), list):
        raise InputError("The path has no list of steps: choose a file that was saved as the JSON of a path.")
    steps = []
    for number, step in enumerate(data["steps"], start=1):
        named = isinstance(step, dict) and isinstance(step.get("kind"), str) and isinstance(step.get("concept_id"), str)
        if not named:
            raise InputError(f"Step {number} of the path lacks kind or concept_id.")
        steps.append((step["kind"], step["concept_id"]))
    profile = profile_from_payload(data.get("profile", {}), data.get("goal"))
    if not profile.goals:
        raise InputError("The path has no goal: add a list of names under the key goal.")
    return ImportedPath(profile, tuple(steps))


def _harmless(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _stable_id(*parts: str) -> int:
    """Return a number that depends on the parts alone, the same in every process."""
    return int.from_bytes(hashlib.sha256("\n".join(parts).encode()).digest()[:8], "big")
