"""The options by which learners describe themselves, shared by the commands that plan and ask."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

from rlmap.types import LearnerProfile, Level

F = TypeVar("F", bound=Callable[..., Any])
_LEVEL = click.IntRange(0, 3)


def learner_options(command: F) -> F:
    """Add options for goals, levels and what is known; the command gets them as ``profile``."""
    options = [
        click.option("--goal", "goals", multiple=True, help="A concept or a track; may be repeated."),
        click.option("--paper", "papers", multiple=True, help="A source you want to read; may be repeated."),
        click.option("--maths", default=1, show_default=True, type=_LEVEL, help="3: proofs do not stop you."),
        click.option("--engineering", default=1, show_default=True, type=_LEVEL, help="3: you profile programs."),
        click.option("--deep-learning", default=0, show_default=True, type=_LEVEL, help="3: you build networks."),
        click.option("--known", multiple=True, help="A concept you know; may be repeated."),
        click.option("--roughly", multiple=True, help="A concept you understand, not deeply; may be repeated."),
        click.option("--unknown", multiple=True, help="Teach it although your levels suggest that you know it."),
    ]

    @functools.wraps(command)
    def with_profile(**values: Any) -> Any:
        goals = (*values.pop("goals"), *(f"source:{paper}" for paper in values.pop("papers")))
        profile = LearnerProfile(
            goals=goals,
            maths=cast("Level", values.pop("maths")),
            engineering=cast("Level", values.pop("engineering")),
            deep_learning=cast("Level", values.pop("deep_learning")),
            known=frozenset(values.pop("known")),
            known_roughly=frozenset(values.pop("roughly")),
            unknown=frozenset(values.pop("unknown")),
        )
        return command(profile=profile, **values)

    for option in reversed(options):
        with_profile = option(with_profile)
    return cast("F", with_profile)
