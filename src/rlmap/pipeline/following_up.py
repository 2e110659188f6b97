"""Following up on an answer: the same question asked again, a little differently."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

from rlmap.errors import InputError
from rlmap.pipeline.asking import AskOptions, ask_question
from rlmap.pipeline.workspace import Workspace
from rlmap.types import AskResult, SearchTerm

FollowUp = Literal["simpler", "formal", "another", "derivation", "disagreement"]
FOLLOW_UPS: tuple[FollowUp, ...] = get_args(FollowUp)

#: What each is called where it is offered.
FOLLOW_UP_TITLES: dict[FollowUp, str] = {
    "simpler": "Simpler",
    "formal": "More formal",
    "another": "Another source",
    "derivation": "Where is it derived?",
    "disagreement": "Who disagrees?",
}

#: What is searched beside the question; shown as a term like any other.
_ALSO: dict[FollowUp, str] = {
    "derivation": "{question}: derivation, proof, expanding the definition",
    "disagreement": "{question}: however, in contrast, disagreement, criticism, not needed",
}
_PLAINNESS: dict[FollowUp, float] = {"simpler": 1.0, "formal": -1.0, "derivation": -0.5}


def follow_up(workspace: Workspace, before: AskResult, kind: FollowUp, options: AskOptions | None = None) -> AskResult:
    """Ask the question of an earlier answer again.

    Parameters
    ----------
    workspace : Workspace
        What is asked.
    before : AskResult
        The answer that is followed up.
    kind : {"simpler", "formal", "another", "derivation", "disagreement"}
        Plainer words; more mathematics; other works than those shown; passages that derive; or
        passages with cues of contrast, side by side. Nothing is summarised.
    options : AskOptions, optional
        How the earlier question was asked.

    Raises
    ------
    InputError
        If there is no such follow-up.
    """
    if kind not in FOLLOW_UPS:
        raise InputError(f"There is no follow-up {kind!r}: use one of {', '.join(FOLLOW_UPS)}.")
    return ask_question(workspace, before.query, follow_up_options(before, kind, options or AskOptions()))


def follow_up_options(before: AskResult, kind: FollowUp, options: AskOptions) -> AskOptions:
    """Return how the question is asked again; see :func:`follow_up`."""
    if kind == "another":
        return replace(options, without=options.without | {answer.source.work_id for answer in before.answers})
    changed = replace(options, plainness=_PLAINNESS.get(kind, options.plainness))
    if kind != "derivation" and kind != "disagreement":  # noqa: PLR1714 - mypy narrows by comparison only
        return changed
    also = SearchTerm(_ALSO[kind].format(question=before.query), "follow-up")
    return replace(
        changed, terms=(*before.terms, also), intent="derivation" if kind == "derivation" else "disagreement"
    )
