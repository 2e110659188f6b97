"""A study path as users see it: a JSON payload, plain text, a Markdown check list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby

from rlmap.pipeline.following import Followed
from rlmap.pipeline.paths import Shelf
from rlmap.reading_views import reading_payload, reading_sentence
from rlmap.study.calendar import SLACK, Portion, Week, weeks_of
from rlmap.study.next_steps import PathChange
from rlmap.study.profile_link import profile_payload
from rlmap.types import Concept, Prerequisite, Reading, Stage, Step, StudyPath
from rlmap.views import Payload, hours, indent

#: Any day will do to count weeks.
_SOME_DAY = date(2000, 1, 3)


@dataclass(frozen=True, slots=True)
class Stop:
    """Steps of one concept that follow each other; ``number`` counts the concepts of a path from 1."""

    number: int
    concept_id: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        """The time of its steps."""
        return sum(step.minutes for step in self.steps)


def stops_of(path: StudyPath) -> Iterator[tuple[Stage, tuple[Stop, ...]]]:
    """Yield each stage of a path with its stops. A concept that is met again keeps its number."""
    numbers: dict[str, int] = {}
    for stage in path.stages:
        steps = path.steps[stage.first : stage.last + 1]
        stops = []
        for concept_id, of_concept in groupby(steps, key=lambda step: step.concept_id):
            number = numbers.setdefault(concept_id, len(numbers) + 1)
            stops.append(Stop(number, concept_id, tuple(of_concept)))
        yield stage, tuple(stops)


def weeks_count(path: StudyPath) -> int:
    """Return how many weeks a path takes at the learner's pace, with the slack of the calendar."""
    return len(weeks_of(path, _SOME_DAY))


def headline(path: StudyPath, names: Mapping[str, str]) -> str:
    """Return what a path leads to and what it takes, in one sentence."""
    goals = ", ".join(names.get(goal, goal) for goal in path.profile.goals)
    if not path.steps:
        return f"Path to {goals}: nothing to do, you know it all."
    concepts = len({step.concept_id for step in path.steps})
    weeks = weeks_count(path)
    return (
        f"Path to {goals}: {concepts} concepts in {len(path.stages)} stages, {hours(path.total_minutes)}, "
        f"{weeks} week{'s' if weeks > 1 else ''} at {path.profile.hours_per_week:g} h a week "
        f"with {SLACK:.0%} of each left free"
    )


def path_payload(path: StudyPath, shelf: Shelf) -> Payload:
    """Give the JSON form of a study path."""
    return {
        "goal": list(path.profile.goals),
        "profile": {key: value for key, value in profile_payload(path.profile).items() if key != "goals"},
        "stages": [asdict(stage) for stage in path.stages],
        "steps": [_step_payload(step, shelf) for step in path.steps],
        "total_minutes": path.total_minutes,
        "weeks": weeks_count(path),
        "branches": [asdict(branch) for branch in path.branches],
    }


def _step_payload(step: Step, shelf: Shelf) -> Payload:
    return {
        "kind": step.kind,
        "concept_id": step.concept_id,
        "title": step.title,
        "because": step.because,
        "minutes": step.minutes,
        "note": step.note,
        "demo_id": step.demo_id,
        "readings": [
            reading_payload(reading, shelf.sources) | {"fetched": reading.source_id in shelf.here}
            for reading in step.readings
        ],
    }


def path_text(path: StudyPath, shelf: Shelf) -> str:
    """Give a study path for a terminal: stages, in them concepts, in them what to do."""
    article = (
        "Each concept opens with a short article written for this map: rlmap concept ID, the name in square brackets."
    )
    lines = [indent(headline(path, shelf.names), ""), "", indent(article, "")]
    if path.profile.known:
        taken = f"{len(path.profile.known)} concepts are taken for known"
        lines += ["", indent(f"{taken}: --json lists them, --unknown CONCEPT has one taught all the same.", "")]
    for number, (stage, stops) in enumerate(stops_of(path), 1):
        lines += ["", "", f"Stage {number} of {len(path.stages)}, up to {stage.title} ({hours(stage.minutes)})"]
        for stop in stops:
            lines += ["", *_stop_text(stop, shelf)]
    if path.branches:
        lines += ["", "", "Where it leads:"]
        for branch in path.branches:
            titles = ", ".join(shelf.names.get(concept_id, concept_id) for concept_id in branch.concept_ids)
            lines.append(indent(f"- {branch.title}. {branch.because} Next: {titles}.", "  "))
    return "\n".join(lines)


def _stop_text(stop: Stop, shelf: Shelf) -> list[str]:
    title = shelf.names.get(stop.concept_id, stop.concept_id)
    lines = [f"{stop.number:3}. {title} [{stop.concept_id}] ({hours(stop.minutes)})"]
    for step in stop.steps:
        task = task_of(step, shelf)
        lines.append(indent(f"{step.kind.upper()} ({hours(step.minutes)}) {task}", "     "))
        for reading in step.readings:
            lines.append(indent(f"- {reading_sentence(reading, shelf.sources)}", "       "))
            lines.append(f"         {_whereabouts(reading, shelf)}")
        if step.kind in ("read", "paper") and step.note:
            lines.append(indent(step.note, "       "))
        if step.kind == "demo":
            lines.append(f"       rlmap demo run {step.demo_id}")
    return lines


def task_of(step: Step, shelf: Shelf) -> str:
    """Return what a step asks for; its reason where it does not speak for itself."""
    if step.demo_id is not None and step.kind == "demo" and step.demo_id in shelf.demos:
        return f"{shelf.demos[step.demo_id].question} {step.note}"
    if step.kind in ("build", "check"):
        return f"{step.because} {step.note}"
    return step.because if step.kind == "read" else f"{step.title}. {step.because}"


def _whereabouts(reading: Reading, shelf: Shelf) -> str:
    source = shelf.sources.get(reading.source_id)
    address = source.url if source and source.url else ""
    state = "in your library" if reading.source_id in shelf.here else "not fetched"
    return f"{address} ({state})" if address else f"({state})"


def path_markdown(path: StudyPath, shelf: Shelf) -> str:
    """Give a study path as a Markdown check list."""
    lines = [f"# {headline(path, shelf.names)}"]
    for number, (stage, stops) in enumerate(stops_of(path), 1):
        lines += ["", f"## Stage {number}: {stage.title} ({hours(stage.minutes)})", ""]
        for stop in stops:
            for step in stop.steps:
                lines.append(f"- [ ] **{_headed(step)}** ({hours(step.minutes)}). {task_of(step, shelf)}")
                lines += [f"  - {_linked(reading, shelf)}" for reading in step.readings]
                if step.kind in ("read", "paper") and step.note:
                    lines.append(f"  - {step.note}")
                if step.kind == "demo":
                    lines.append(f"  - `rlmap demo run {step.demo_id}`")
    return "\n".join([*lines, ""])


def _headed(step: Step) -> str:
    """Return the title of a step, which says what is done but for reading."""
    return f"Read: {step.title}" if step.kind == "read" else step.title


def _linked(reading: Reading, shelf: Shelf) -> str:
    source = shelf.sources.get(reading.source_id)
    sentence = reading_sentence(reading, shelf.sources)
    return f"{sentence} <{source.url}>" if source and source.url else sentence


def why_text(concept: Concept, chain: Sequence[Prerequisite], concepts: Mapping[str, Concept]) -> str:
    """Say how a concept leads to the goal, edge by edge."""
    if not chain:
        return f"{concept.title} is what you set out to understand, or prepares a build that the papers ask for."
    lines = [f"{concept.title} is on the path because"]
    lines += [indent(f"- {concepts[edge.concept_id].title} needs it: {edge.reason}", "  ") for edge in chain[:1]]
    lines += [
        indent(f"- {concepts[e.concept_id].title} needs {concepts[e.requires_id].title}: {e.reason}", "  ")
        for e in chain[1:]
    ]
    return "\n".join(lines)


def without_text(concept: Concept, lost: Sequence[Prerequisite], concepts: Mapping[str, Concept]) -> str:
    """Say what would lack ground if a concept were skipped."""
    if not lost:
        return f"Nothing else on the path stands on {concept.title}: it can be skipped."
    shaky = dict.fromkeys(edge.concept_id for edge in lost)
    lines = [f"Without {concept.title}, {len(shaky)} concepts would lack ground:"]
    lines += [
        indent(f"- {concepts[e.concept_id].title} needs {concepts[e.requires_id].title}: {e.reason}", "  ")
        for e in lost
    ]
    return "\n".join(lines)


def pace_sentence(path: StudyPath, hours_per_week: float, own: date, other: date, weeks: int) -> str:
    """Say when a path ends at its own pace and at another."""
    difference = f"{abs(weeks)} week{'s' if abs(weeks) != 1 else ''} {'later' if weeks > 0 else 'earlier'}"
    return (
        f"At {path.profile.hours_per_week:g} h a week you finish by {own.isoformat()}; "
        f"at {hours_per_week:g} h by {other.isoformat()}" + (f", {difference}." if weeks else ", in the same week.")
    )


def weeks_payload(weeks: Sequence[Week]) -> list[Payload]:
    """Give the JSON form of a calendar."""
    return [
        {
            "number": week.number,
            "starts": week.starts.isoformat(),
            "minutes": week.minutes,
            "slack_minutes": week.slack_minutes,
            "portions": [
                {
                    "step": portion.number,
                    "title": portion.step.title,
                    "concept_id": portion.step.concept_id,
                    "kind": portion.step.kind,
                    "minutes": portion.minutes,
                    "part": portion.part,
                    "parts": portion.parts,
                }
                for portion in week.portions
            ],
        }
        for week in weeks
    ]


def weeks_text(weeks: Sequence[Week]) -> str:
    """Give a calendar for a terminal."""
    lines = []
    for week in weeks:
        lines += ["", f"Week {week.number}, from {week.starts.isoformat()} ({hours(week.minutes)})"]
        lines += [f"  {portion_sentence(portion)}" for portion in week.portions]
    return "\n".join(lines[1:])


def portion_sentence(portion: Portion) -> str:
    """Say what is done of a step in a week."""
    part = f", part {portion.part} of {portion.parts}" if portion.parts > 1 else ""
    return f"{_headed(portion.step)} ({hours(portion.minutes)}{part})"


def change_sentence(change: PathChange, concepts: Mapping[str, Concept]) -> str:
    """Say how a plan changed."""
    if not change.added and not change.removed and not change.minutes:
        return "Your plan stays as it is."
    parts = []
    for verb, ids in (("drops", change.removed), ("takes in", change.added)):
        if ids:
            titles = ", ".join(concepts[i].title for i in ids[:5]) + (", ..." if len(ids) > 5 else "")
            parts.append(f"{verb} {len(ids)} concept{'s' if len(ids) > 1 else ''} ({titles})")
    time = f"{hours(abs(change.minutes))} {'more' if change.minutes > 0 else 'less'}"
    return f"Your plan {' and '.join(parts) or 'changes'}: {time} to do."


def standing_lines(followed: Followed) -> list[str]:
    """Say where a learner stands in the plan that is followed, and what changed about it."""
    spent = sum(entry.minutes for entry in followed.done)
    lines = [
        f"Behind you: {len(followed.done)} of {followed.concepts} concepts of your plan ({followed.share_done:.0%}); "
        f"{hours(spent)} noted, {hours(followed.path.total_minutes)} to go."
    ]
    if followed.vanished:
        lines.append(f"{vanished_sentence(followed.vanished)} What you recorded is kept.")
    if followed.added:
        lines.append(f"The plan has come to ask for: {', '.join(followed.added)}.")
    return lines


def vanished_sentence(names: Sequence[str]) -> str:
    """Say what a plan, a file or a link speaks of and the map does not have."""
    return f"No longer on the map, and left out: {', '.join(name[:80] for name in names)}."


def next_stop(followed: Followed, shelf: Shelf) -> list[str]:
    """Return the next stop of a followed plan as lines."""
    for _, stops in stops_of(followed.path):
        return ["Next in your plan:", *_stop_text(stops[0], shelf)]
    return ["Nothing is left to do in your plan."]
