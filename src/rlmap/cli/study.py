"""Living with a path: placement, what is next, what is done, review."""

from __future__ import annotations

from dataclasses import asdict

import click

from rlmap.cli.output import emit, json_option
from rlmap.settings import load_settings


@click.command()
@click.option("--goal", "goals", multiple=True, required=True, help="What you want to learn; may be repeated.")
@json_option
def place(goals: tuple[str, ...], as_json: bool) -> None:
    """Find out in a few questions what you know already; prints the --known options for a path."""
    from rlmap.pipeline.learning import ANSWERS, Answered, placement
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    answers: list[Answered] = []
    belief = placement(workspace, goals)
    while belief.question is not None:
        question = belief.question
        title = workspace.graph.concepts[question.concept_id].title
        click.echo(f"\n{title}. Can you do this? {question.text}", err=True)
        reply = click.prompt("Answer (Ctrl-C stops)", type=click.Choice(ANSWERS), default="unknown", err=True)
        answer = next(known for known in ANSWERS if known == reply)
        answers.append(Answered(question.concept_id, question.goal, answer))
        belief = placement(workspace, goals, answers)
    known, roughly = sorted(belief.known), sorted(belief.known_roughly)
    payload = {
        "known": known,
        "known_roughly": roughly,
        "questions": len(answers),
        "expected_wrong": round(belief.expected_wrong, 3),
    }
    options = " ".join(f"--known {concept_id}" for concept_id in known)
    goal_options = " ".join(f"--goal {goal}" for goal in goals)
    text = f"You know {len(known)} of {len(belief.probability)} concepts.\nrlmap path {goal_options} {options}"
    emit(payload, lambda: text, as_json=as_json)


@click.command("next")
@json_option
def next_(as_json: bool) -> None:
    """Show what is ready for you now, by how much rests on it, and what is one step away."""
    from rlmap.pipeline.learning import next_steps
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    steps = next_steps(workspace)
    titles = {concept.id: concept.title for concept in workspace.graph.concepts.values()}
    lines = [f"You know {steps.known} concepts.", "", "Ready now:"]
    lines += [
        f"  {titles[concept_id]} ({concept_id}): {count} others rest on it" for concept_id, count in steps.unlocks
    ]
    lines += ["", "One step away:"]
    lines += [f"  {titles[concept_id]}: needs {titles[missing]}" for concept_id, missing in steps.near]
    emit(asdict(steps), lambda: "\n".join(lines), as_json=as_json)


@click.command()
@click.argument("concept")
@click.option("--roughly", "state", flag_value="roughly", help="Understood, not deeply.")
@click.option("--skipped", "state", flag_value="skipped", help="Left out on purpose.")
@click.option("--forget", "state", flag_value="forget", help="Take back what is recorded.")
@click.option("--minutes", default=0, type=click.IntRange(0), help="Time spent.")
@click.option("--note", default=None, help="A note to keep.")
@json_option
def done(concept: str, state: str | None, minutes: int, note: str | None, as_json: bool) -> None:
    """Record CONCEPT as done (or roughly understood, or skipped)."""
    from rlmap.pipeline.learning import State, forget_progress, record_progress
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    if state == "forget":
        removed = forget_progress(workspace, concept)
        emit({"forgotten": removed}, lambda: "Forgotten." if removed else "Nothing was recorded.", as_json=as_json)
        return
    wanted: State = "roughly" if state == "roughly" else "skipped" if state == "skipped" else "done"
    entry = record_progress(workspace, concept, wanted, minutes=minutes, note=note)
    payload = {**asdict(entry), "changed_at": entry.changed_at.isoformat()}
    emit(payload, lambda: f"{entry.concept_id}: {entry.state}, {entry.minutes} minutes in all.", as_json=as_json)


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
    for card in due:
        title = workspace.graph.concepts[card.concept_id].title
        reply = click.prompt(f"{title}: {card.goal}", type=click.Choice(RATINGS), default="good")
        rating = next(known for known in RATINGS if known == reply)
        outcome = rate_review(workspace, card, rating)
        click.echo(f"  next on {outcome.next_due.date().isoformat()}")
