"""One step at a time: what to do, why now, how long, what to skip."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from rlmap.study.needs import Needs, SourceGoal
from rlmap.study.profile import background
from rlmap.types import Concept, ConceptGraph, LearnerProfile, Reading, Step

DEMO_MINUTES = 10
CHECK_MINUTES = 5
_LEAST_READING = 5
#: For a text of which the map names no place.
_WHOLE_TEXT_MIN = 60
_UNKNOWN_SKIP = "Proofs and tables of results, on a first read."
#: So many of the concepts that rest on something built are named as the reason for building it.
_USERS_NAMED = 3
#: From this taste on a learner prefers theory; below its negative, building.
_THEORY = 0.34
#: How a reading begins to say that it is to be read whole.
_SKIP_NOTHING = ("Nothing", "Skip nothing")
_SIDES = {"engineer": "an engineer", "mathematician": "a mathematician"}


def needs_paper(graph: ConceptGraph, needs: Needs, profile: LearnerProfile, concept: Concept) -> bool:
    """Return whether the original paper of a concept is worth a step of its own.

    That is so for goals; for concepts with a substantial build in an area in which a goal lies;
    for who prefers theory, for every concept with derivations; but never where a part of the
    concept is enough. Who prefers building meets the papers of goals only.
    """
    if concept.formalism < 2 or not _formal(concept) or concept.id in needs.partial:
        return False
    areas = {graph.concepts[goal_id].area for goal_id in needs.goal_ids}
    milestone = concept.build is not None and concept.build.substantial and concept.area in areas
    return concept.id in needs.goal_ids or profile.taste > _THEORY or (profile.taste > -_THEORY and milestone)


def read_step(needs: Needs, profile: LearnerProfile, concept: Concept, because: str, *, paper: bool) -> Step:
    """Return the step that explains a concept.

    It names no more readings than fit into the time that the concept takes. The formal ones are
    left to the paper's own step, or read along where the learner's mathematics is above what
    the concept asks for; who comes from mathematics or wants theory reads one even if it takes
    longer, unless a part of the concept is enough.
    """
    goals = needs.partial.get(concept.id)
    minutes, note = concept.minutes, ""
    if goals is not None:
        minutes = minutes * len(goals) // len(concept.goals)
        note = "This much is enough here: " + " ".join(concept.goals[goal] for goal in goals)
    readings = _chosen(profile, concept, minutes, whole=goals is None, paper=paper)
    if paper:
        minutes -= sum(reading.minutes for reading in _formal(concept))
    minutes = max(minutes, sum(reading.minutes for reading in readings))
    return Step(
        kind="read",
        concept_id=concept.id,
        title=concept.title,
        because=because,
        minutes=max(minutes, _LEAST_READING),
        readings=readings,
        note=note,
        demo_id=concept.demo_id,
    )


def _chosen(
    profile: LearnerProfile, concept: Concept, minutes: int, *, whole: bool, paper: bool
) -> tuple[Reading, ...]:
    """Return the readings of a concept for a learner, in order: the first always, others while time is left."""
    at_ease = not paper and profile.maths > concept.formalism and profile.taste >= 0
    keen = whole and (background(profile) == "mathematician" or profile.taste > _THEORY)
    offered = (*_plain(concept), *(_formal(concept) if at_ease else ())) or concept.readings
    left = minutes
    chosen: list[Reading] = []
    for reading in offered:
        is_first_formal = reading.level == "formal" and all(other.level == "plain" for other in chosen)
        if not chosen or reading.minutes <= left or (keen and is_first_formal):
            chosen.append(reading)
            left -= reading.minutes
    return tuple(chosen)


def build_step(concept: Concept) -> Step:
    """Return the step that writes something; the concept must have a build. Why, :func:`say_why_built` adds."""
    assert concept.build is not None
    return Step(
        kind="build",
        concept_id=concept.id,
        title=f"Build: {concept.title}",
        because="",
        minutes=concept.build.minutes,
        note=f"{concept.build.task} You know that it works when: {concept.build.check}",
    )


def say_why_built(graph: ConceptGraph, steps: Iterable[Step], goal_ids: Collection[str]) -> list[Step]:
    """Return the steps with a reason for each build: what on the path rests on it, and how large it is."""
    found = list(steps)
    users: dict[str, list[str]] = {}
    for concept in (graph.concepts[step.concept_id] for step in found if step.kind == "read"):
        needed = {edge.requires_id for edge in concept.prerequisites}
        needed |= {option.requires_id for group in concept.any_of for option in group.options}
        for required in needed:
            users.setdefault(required, []).append(concept.title)
    return [
        replace(step, because=_why_built(graph.concepts[step.concept_id], users.get(step.concept_id, []), goal_ids))
        if step.kind == "build"
        else step
        for step in found
    ]


def _why_built(concept: Concept, users: Sequence[str], goal_ids: Collection[str]) -> str:
    """Return why a concept is built; ``users`` are the titles of what uses it, in the order of the path."""
    assert concept.build is not None
    if not concept.build.substantial:
        before = f", before {users[0]} uses it" if users else ""
        return f"Writing it yourself shows at once whether you have understood {concept.title}{before}."
    if concept.id in goal_ids:
        return (
            f"{concept.title} is what you came for: a program of your own that passes its check shows that you have it."
        )
    if not users:
        return f"A program of some size shows what no text says about {concept.title}."
    more = [f"{len(users) - _USERS_NAMED} more"] if len(users) > _USERS_NAMED else []
    *others, last = [*users[:_USERS_NAMED], *more]
    named = f"{', '.join(others)} and {last} rest" if others else f"{last} rests"
    them = "them" if others else "it"
    return (
        f"{named} on {concept.title}: a program of some size shows what no text does, and makes {them} easier to read."
    )


def demo_step(concept: Concept) -> Step:
    """Return the step that runs a concept's demo; the concept must have one."""
    return Step(
        kind="demo",
        concept_id=concept.id,
        title=f"Watch: {concept.title}",
        because="One thing is changed and all else stays the same, so what you see is its effect.",
        minutes=DEMO_MINUTES,
        note="Say what you expect before you press run.",
        demo_id=concept.demo_id,
    )


def paper_step(concept: Concept, built: Iterable[str]) -> Step:
    """Return the step that opens the paper or the formal text, with what makes it lighter.

    Parameters
    ----------
    concept : Concept
        One with formal readings.
    built : iterable of str
        Titles of what the learner has built before, latest last.
    """
    readings = _formal(concept)
    return Step(
        kind="paper",
        concept_id=concept.id,
        title=f"In the literature: {concept.title}",
        because="You know the idea; now see it in the words and the notation of the field.",
        minutes=sum(reading.minutes for reading in readings),
        readings=readings,
        note=_lighter("the idea is the one you have just read", built, readings),
    )


def wanted_paper_step(
    source: SourceGoal, concept: Concept, readings: tuple[Reading, ...], built: Iterable[str]
) -> Step:
    """Return the step that reads the source a learner came for, all its places at once.

    Parameters
    ----------
    source : SourceGoal
        What is read.
    concept : Concept
        The last of the concepts that the source asks for.
    readings : tuple of Reading
        The places in the source that the map names; where it names none, all of it is read.
    built : iterable of str
        Titles of what the learner has built before, latest last.
    """
    whole = Reading(source.source_id, "all of it", "It is what you came for.", _UNKNOWN_SKIP, "formal", _WHOLE_TEXT_MIN)
    places = readings or (whole,)
    return Step(
        kind="paper",
        concept_id=concept.id,
        title=f"The text you came for: {source.title}",
        because="All that it needs is behind you.",
        minutes=sum(reading.minutes for reading in places),
        readings=places,
        note=_lighter("you know each of its ideas by now", built, places),
    )


def left_for_the_end(steps: Iterable[Step], source_ids: Collection[str]) -> list[Step]:
    """Take the texts that are read at the end out of the papers before, and papers of which nothing is left."""
    kept = []
    for step in steps:
        later = [reading for reading in step.readings if reading.source_id in source_ids]
        if step.kind != "paper" or not later:
            kept.append(step)
            continue
        note = step.note
        for reading in later:
            note = note.replace(skip_sentence(reading), "")
        readings = tuple(reading for reading in step.readings if reading not in later)
        if readings:
            minutes = sum(reading.minutes for reading in readings)
            kept.append(replace(step, readings=readings, minutes=minutes, note=" ".join(note.split())))
    return kept


def _lighter(why: str, built: Iterable[str], readings: Iterable[Reading]) -> str:
    """Return what makes a paper lighter: why it is simpler than it looks, and what of it to skip."""
    sentences = [f"It is simpler than it looks: {why}."]
    sentences += [f"You have built {last} already." for last in list(built)[-1:]]
    sentences += [skip_sentence(reading) for reading in readings if not reading.skip.startswith(_SKIP_NOTHING)]
    return " ".join(sentences)


def skip_sentence(reading: Reading) -> str:
    """Return what to skip of a reading, as a sentence that begins with the word."""
    if reading.skip.startswith("Nothing"):
        return f"Skip nothing{reading.skip.removeprefix('Nothing')}"
    return reading.skip if reading.skip.startswith("Skip") else f"Skip: {reading.skip}"


def check_step(concept: Concept, because: str) -> Step:
    """Return the step in which learners test themselves against a concept's goals."""
    return Step(
        kind="check",
        concept_id=concept.id,
        title=f"Check: {concept.title}",
        because=because,
        minutes=CHECK_MINUTES,
        note="You should be able to: " + " ".join(concept.goals),
    )


def _plain(concept: Concept) -> tuple[Reading, ...]:
    return tuple(reading for reading in concept.readings if reading.level == "plain")


def _formal(concept: Concept) -> tuple[Reading, ...]:
    return tuple(reading for reading in concept.readings if reading.level == "formal")


def reasons(graph: ConceptGraph, needs: Needs, profile: LearnerProfile, order: Sequence[str]) -> dict[str, str]:
    """Return why each concept is on the path: it is a goal, or it leads to the next that uses it."""
    place = {concept_id: at for at, concept_id in enumerate(order)}
    side = background(profile)
    found: dict[str, str] = {}
    for user_id in sorted(needs.requires, key=place.__getitem__):
        options = {option.requires_id for group in graph.concepts[user_id].any_of for option in group.options}
        for edge in needs.requires[user_id]:
            way = f" (the way in for {_SIDES[side]})" if side != "any" and edge.requires_id in options else ""
            found.setdefault(edge.requires_id, f"Needed for {graph.concepts[user_id].title}{way}: {edge.reason}")
    for user_id in sorted(needs.soft, key=place.__getitem__):
        for edge in needs.soft[user_id]:
            found.setdefault(edge.requires_id, f"It helps with {graph.concepts[user_id].title}: {edge.reason}")
    found.update(dict.fromkeys(needs.groundwork, "The papers ahead ask for a program of some size behind you."))
    found.update(dict.fromkeys(needs.goal_ids, "This is what you set out to understand."))
    return found
