"""One strict order towards a goal: make it, ask about it, follow it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rlmap.cli.learner import learner_options
from rlmap.cli.output import emit, json_option, write_file
from rlmap.errors import InputError
from rlmap.settings import load_settings
from rlmap.types import LearnerProfile, Prerequisite, StudyPath

if TYPE_CHECKING:
    from rlmap.pipeline.workspace import Workspace


@click.command()
@learner_options
@click.option("--hours-per-week", default=5.0, show_default=True, type=click.FloatRange(0.5, 80))
@click.option(
    "--taste", default=0.0, show_default=True, type=click.FloatRange(-1, 1), help="-1 build more, 1 more theory."
)
@click.option("--from", "saved", type=click.Path(path_type=Path), help="Plan for the profile of a path saved as JSON.")
@click.option("--why", default=None, metavar="CONCEPT", help="Say only why this concept is on the path.")
@click.option("--without", default=None, metavar="CONCEPT", help="Say only what would lack ground without it.")
@click.option("--calendar", is_flag=True, help="Print it week by week.")
@click.option("--start", default=None, type=click.DateTime(["%Y-%m-%d"]), help="First day of the calendar; today.")
@click.option("--what-if", default=None, type=click.FloatRange(0.5, 80), help="Say when it ends at other hours a week.")
@click.option("--follow", is_flag=True, help="Keep it as your plan: `next` and `done` go by it.")
@click.option("--markdown", is_flag=True, help="Print a Markdown check list.")
@click.option(
    "--output", default=None, help="Write a file; its ending says which: .md, .json, .csv, .ics, .apkg (Anki)."
)
@json_option
def path(
    profile: LearnerProfile,
    hours_per_week: float,
    taste: float,
    saved: Path | None,
    why: str | None,
    without: str | None,
    calendar: bool,
    start: datetime | None,
    what_if: float | None,
    follow: bool,
    markdown: bool,
    output: str | None,
    as_json: bool,
) -> None:
    """Make one strict, personal reading order towards a goal."""
    from rlmap import path_views as views
    from rlmap.pipeline import following
    from rlmap.pipeline.paths import make_path, shelf
    from rlmap.pipeline.workspace import open_workspace

    workspace = open_workspace(load_settings())
    asked = _profile_of(workspace, saved) if saved else replace(profile, hours_per_week=hours_per_week, taste=taste)
    if not asked.goals:
        raise click.UsageError("Name a goal: --goal CONCEPT, --goal TRACK, --paper SOURCE, or --from FILE.")
    plan = following.follow_plan(workspace, asked) if follow else make_path(workspace, asked)
    around = shelf(workspace)
    if output is not None:
        write_file(output, _file(workspace, plan, Path(output).suffix.removeprefix(".")))
    elif why is not None or without is not None:
        _about(workspace, plan, why=why, without=without, as_json=as_json)
    elif what_if is not None:
        own, other, weeks = following.other_pace(plan, what_if)
        payload = {"ends": own.isoformat(), "would_end": other.isoformat(), "weeks_more": weeks}
        emit(payload, lambda: views.pace_sentence(plan, what_if, own, other, weeks), as_json=as_json)
    elif calendar:
        weeks_of_path = following.calendar_of(plan, start.date() if start else None)
        emit(views.weeks_payload(weeks_of_path), lambda: views.weeks_text(weeks_of_path), as_json=as_json)
    else:
        emit(
            views.path_payload(plan, around),
            lambda: views.path_markdown(plan, around) if markdown else views.path_text(plan, around),
            as_json=as_json,
        )


def _profile_of(workspace: Workspace, saved: Path) -> LearnerProfile:
    from rlmap.path_views import vanished_sentence
    from rlmap.pipeline.path_files import imported_profile

    try:
        text = saved.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{saved} cannot be read ({error}): choose a path saved as JSON.") from error
    profile, vanished = imported_profile(workspace, text)
    if vanished:
        click.echo(vanished_sentence(vanished), err=True)
    return profile


def _file(workspace: Workspace, plan: StudyPath, form: str) -> bytes:
    import json

    from rlmap import path_views as views
    from rlmap.pipeline.path_files import exported_path
    from rlmap.pipeline.paths import shelf

    if form == "json":
        return json.dumps(views.path_payload(plan, shelf(workspace)), ensure_ascii=False, indent=2).encode()
    if form == "md":
        return views.path_markdown(plan, shelf(workspace)).encode()
    return exported_path(workspace, plan, form)


def _about(workspace: Workspace, plan: StudyPath, *, why: str | None, without: str | None, as_json: bool) -> None:
    """Print the chain from a concept to the goal, or what stands on it."""
    from rlmap import path_views as views
    from rlmap.graph.walk import find_concept
    from rlmap.pipeline.following import chain_to_goal, ground_lost

    concepts = workspace.graph.concepts
    concept_id = find_concept(workspace.graph, why or without or "")
    edges: tuple[Prerequisite, ...]
    edges = chain_to_goal(workspace, plan, concept_id) if why else ground_lost(workspace, plan, concept_id)
    payload = [{"concept": edge.concept_id, "requires": edge.requires_id, "reason": edge.reason} for edge in edges]
    text = views.why_text if why else views.without_text
    emit(payload, lambda: text(concepts[concept_id], edges, concepts), as_json=as_json)
