"""A path in stretches that each end with something to show for it."""

from __future__ import annotations

from collections.abc import Sequence

from rlmap.types import ConceptGraph, Stage, Step

#: A stage with less to do than this, or than this share of the path, joins the next one.
_SHORTEST_MIN = 90
_SHORTEST_SHARE = 1 / 24
#: One that has grown to this ends with the next build, whatever its size.
_LONG_MIN = 360


def stages_of(graph: ConceptGraph, steps: Sequence[Step]) -> tuple[Stage, ...]:
    """Cut a path after its substantial builds, or any build of a long stage, what belongs to the concept included.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    steps : sequence of Step
        The steps of a path, in order.

    Returns
    -------
    tuple of Stage
        Without gaps; the last one ends with the path. Each but the last takes at least ninety
        minutes, and a 24th of the path. Empty where there are no steps.
    """
    shortest = max(_SHORTEST_MIN, _SHORTEST_SHARE * sum(step.minutes for step in steps))
    stages: list[Stage] = []
    first, built, minutes = 0, "", 0
    for at, step in enumerate(steps):
        concept = graph.concepts[step.concept_id]
        minutes += step.minutes
        substantial = concept.build is not None and concept.build.substantial
        if step.kind == "build" and (substantial or minutes >= _LONG_MIN):
            built = concept.id
        closes = at + 1 == len(steps) or steps[at + 1].concept_id != concept.id
        if built and closes and concept.id == built and minutes >= shortest:
            stages.append(Stage(concept.title, first, at, minutes))
            first, built, minutes = at + 1, "", 0
    if first < len(steps):
        title = graph.concepts[steps[-1].concept_id].title
        stages.append(Stage(title, first, len(steps) - 1, minutes))
    return tuple(stages)
