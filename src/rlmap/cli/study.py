"""Living with a path: placement, what is next, what is done, review."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from rlmap.cli.learner import learner_options
from rlmap.cli.output import emit, json_option
from rlmap.settings import load_settings
from rlmap.types import LearnerProfile

if TYPE_CHECKING:
    from rlmap.pipeline.following import Followed, Recorded
    from rlmap.pipeline.learning import NextSteps
    from rlmap.pipeline.placing import Placement
    from rlmap.pipeline.workspace import Workspace


@click.command()
@learner_options
@json_option
def place(profile: LearnerProfile, as_json: bool) -> None:
    """Find out in a few questions what you know already; prints the options for a path.

    Nothing is asked about what your levels say already.
    """
    from rlmap.pipeline.placing import ANSWERS, MAX_QUESTIONS, Answered, placement
    from rlmap.pipeline.workspace import open_workspace

    if not profile.goals:
        raise click.UsageError("Name a goal: --goal CONCEPT, --goal TRACK, or --paper SOURCE.")
    workspace = open_workspace(load_settings())
    answers: list[Answered] = []
    belief = placement(workspace, profile)
    click.echo(f"A handful of questions, at most {MAX_QUESTIONS}; Enter means: I don't know.", err=True)
    while belief.question is not None:
        question = belief.question
        title = workspace.graph.concepts[question.concept_id].title
        click.echo(f"\n{len(answers) + 1}. {title}. Can you do this? {question.text}", err=True)
        reply = click.prompt("Answer (Ctrl-C stops)", type=click.Choice(ANSWERS), default="unknown", err=True)
        answer = next(known for known in ANSWERS if known == reply)
        answers.append(Answered(question.concept_id, question.goal, answer))
        belief = placement(workspace, profile, answers)
    payload = {
        "known": sorted(belief.known),
        "known_roughly": sorted(belief.known_roughly),
        "questions": len(answers),
        "expected_wrong": round(belief.expected_wrong, 3),
    }
    emit(payload, lambda: _placed_text(workspace, profile, belief), as_json=as_json)


def _placed_text(workspace: Workspace, profile: LearnerProfile, belief: Placement) -> str:
    titles = sorted(workspace.graph.concepts[concept_id].title for concept_id in belief.known)
    options = [f"--goal {goal}" for goal in profile.goals]
    options += [
        f"--{field.replace('_', '-')} {getattr(profile, field)}" for field in ("maths", "engineering", "deep_learning")
    ]
    options += [f"--known {concept_id}" for concept_id in sorted(belief.known)]
    options += [f"--roughly {concept_id}" for concept_id in sorted(belief.known_roughly)]
    return "\n".join(
        [
            f"You know {len(titles)} of {len(belief.probability)} concepts: {', '.join(titles) or 'none yet'}.",
            "Take out of the list what is wrong, then:",
            "",
            f"rlmap path {' '.join(options)}",
        ]
    )


@click.command("next")
@json_option
def next_(as_json: bool) -> None:
    """Show what comes next in the plan you follow, what is ready besides, and what is one step away."""
    from rlmap.pipeline.following import followed_plan
    from rlmap.pipeline.learning import next_steps
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    followed = followed_plan(workspace)
    behind = followed.path.profile.known | followed.path.profile.known_roughly if followed else frozenset[str]()
    steps = next_steps(workspace, behind=behind)
    payload: dict[str, Any] = {**asdict(steps), "plan": _plan_payload(followed) if followed else None}
    emit(payload, lambda: _next_text(workspace, followed, steps), as_json=as_json)


def _plan_payload(followed: Followed) -> dict[str, Any]:
    first = followed.path.steps[0].concept_id if followed.path.steps else None
    return {
        "goals": list(followed.profile.goals),
        "done": [entry.concept_id for entry in followed.done],
        "share_done": round(followed.share_done, 3),
        "minutes_left": followed.path.total_minutes,
        "next": first,
        "vanished": list(followed.vanished),
        "added": list(followed.added),
    }


def _next_text(workspace: Workspace, followed: Followed | None, steps: NextSteps) -> str:
    from rlmap import path_views as views
    from rlmap.pipeline.paths import shelf

    concepts = workspace.graph.concepts
    lines = (
        [] if followed is None else [*views.standing_lines(followed), "", *views.next_stop(followed, shelf(workspace))]
    )
    if followed is None:
        lines = [
            "You follow no plan yet: rlmap path --goal GOAL --follow keeps one.",
            "",
            f"You know {steps.known} concepts.",
        ]
    lines += ["", "Ready now:"]
    lines += [f"  {concepts[id_].title} ({id_}): {count} others rest on it" for id_, count in steps.unlocks]
    lines += ["", "One step away:"]
    lines += [f"  {concepts[id_].title}: needs {concepts[missing].title}" for id_, missing in steps.near]
    return "\n".join(lines)


@click.command()
@click.argument("concept")
@click.option("--roughly", "state", flag_value="roughly", help="Understood, not deeply.")
@click.option("--skipped", "state", flag_value="skipped", help="Left out on purpose.")
@click.option("--forget", "state", flag_value="forget", help="Take back what is recorded.")
@click.option("--minutes", default=0, type=click.IntRange(0), help="Time spent.")
@click.option("--note", default=None, help="A note to keep.")
@json_option
def done(concept: str, state: str | None, minutes: int, note: str | None, as_json: bool) -> None:
    """Record CONCEPT as done (or roughly understood, or skipped), and say how your plan changes."""
    from rlmap.pipeline.following import mark
    from rlmap.pipeline.learning import State
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    wanted: State | None = "roughly" if state == "roughly" else "skipped" if state == "skipped" else "done"
    recorded = mark(workspace, concept, None if state == "forget" else wanted, minutes=minutes, note=note)
    payload: dict[str, Any] = {"change": asdict(recorded.change) if recorded.change else None}
    if recorded.entry is not None:
        payload |= {**asdict(recorded.entry), "changed_at": recorded.entry.changed_at.isoformat()}
    emit(payload, lambda: _recorded_text(workspace, recorded), as_json=as_json)


def _recorded_text(workspace: Workspace, recorded: Recorded) -> str:
    from rlmap import path_views as views

    entry = recorded.entry
    lines = [
        f"{entry.concept_id}: {entry.state}, {entry.minutes} minutes in all." if entry else "Nothing is recorded now."
    ]
    if recorded.change is not None:
        lines.append(views.change_sentence(recorded.change, workspace.graph.concepts))
    if recorded.path is not None and recorded.path.steps:
        first = workspace.graph.concepts[recorded.path.steps[0].concept_id]
        lines.append(f"Next: {first.title} ({first.id}).")
    return "\n".join(lines)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="List what is due as JSON and ask nothing.")
def review(as_json: bool) -> None:
    """Try again what you once could do, spaced so that it stays."""
    from rlmap.pipeline.learning import RATINGS, rate_review, reviews_due
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    due = reviews_due(workspace)
    if as_json or not due:
        payload = [{**asdict(card), "due": card.due.isoformat()} for card in due]
        emit(payload, lambda: "Nothing is due today.", as_json=as_json)
        return
    settled: set[tuple[str, str]] = set()
    for card in due:
        if (card.concept_id, card.goal) in settled:
            continue
        title = workspace.graph.concepts[card.concept_id].title
        reply = click.prompt(f"{title}: {card.goal}", type=click.Choice(RATINGS), default="good")
        rating = next(known for known in RATINGS if known == reply)
        outcome = rate_review(workspace, card, rating)
        settled |= {(used.concept_id, used.goal) for used in outcome.by_use}
        counted = f"; it counts for {len(outcome.by_use)} goals it is made of" if outcome.by_use else ""
        click.echo(f"  next on {outcome.next_due.date().isoformat()}{counted}")
