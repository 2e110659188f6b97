"""Placement: a few questions about what stands before a learner's goals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from rlmap.graph.walk import closure
from rlmap.pipeline.paths import source_goals, with_ids
from rlmap.pipeline.workspace import Workspace
from rlmap.study.needs import goal_concepts
from rlmap.study.placement import MAX_QUESTIONS, Answer, Answered, Placement, Question, place
from rlmap.study.profile import taken_for_known
from rlmap.types import LearnerProfile

__all__ = ["ANSWERS", "MAX_QUESTIONS", "Answer", "Answered", "Placement", "Question", "placement", "with_placement"]

ANSWERS: tuple[Answer, ...] = get_args(Answer)


def placement(workspace: Workspace, profile: LearnerProfile, answers: Sequence[Answered] = ()) -> Placement:
    """Return what is believed after some answers, and the next question.

    Asked is about what the goals of the profile rest on; not about what its levels say already.

    Raises
    ------
    UnknownNameError
        If a goal does not exist.
    InputError
        If the goals rest on nothing that is still open.
    """
    graph = workspace.graph
    asked = with_ids(workspace, profile)
    goals = goal_concepts(graph, asked.goals, source_goals(workspace, asked.goals))
    settled = taken_for_known(graph, asked)
    return place(graph, [c for c in closure(graph, goals) if c not in settled], answers)


def with_placement(
    profile: LearnerProfile, asked: frozenset[str], known: frozenset[str], roughly: frozenset[str]
) -> LearnerProfile:
    """Return the profile with what a placement over the concepts ``asked`` found; the rest of it is kept."""
    return replace(
        profile,
        known=(profile.known - asked) | known,
        known_roughly=((profile.known_roughly - asked) | roughly) - known,
        unknown=profile.unknown - known - roughly,
    )
