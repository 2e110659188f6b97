"""The rules of a good path that an order of concepts alone does not keep.

Each function takes steps and returns steps; none removes what has to be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rlmap.study.steps import build_step, check_step
from rlmap.types import Concept, ConceptGraph, Step

#: Something is to be built within this many steps.
EARLY = 3
#: Papers of this formalism wait until something substantial has been built.
HEAVY = 3


def build_early(graph: ConceptGraph, steps: Sequence[Step]) -> list[Step]:
    """Put a build within the first three steps, moving the one of a concept just read, or adding one."""
    if any(step.kind == "build" for step in steps[:EARLY]):
        return list(steps)
    planned = {step.concept_id for step in steps if step.kind == "build"}
    possible = [at for at, step in enumerate(steps[: EARLY - 1]) if graph.concepts[step.concept_id].build is not None]
    if not possible:
        return list(steps)
    at = min(possible, key=lambda at: (steps[at].concept_id not in planned, at))
    concept = graph.concepts[steps[at].concept_id]
    rest = [step for step in steps[at + 1 :] if (step.kind, step.concept_id) != ("build", concept.id)]
    return [*steps[: at + 1], build_step(concept), *rest]


def build_before_papers(graph: ConceptGraph, steps: Sequence[Step], known: Collection[str]) -> list[Step]:
    """Let no paper of formalism 3 come before something substantial has been built.

    A paper that comes too early waits for the first substantial build of the path. Where the
    path has none, the shortest such build of what is known by then is added.
    """
    early = [at for at, step in enumerate(steps) if _is_heavy(graph, step)]
    builds = [at for at, step in enumerate(steps) if _is_substantial(graph, step)]
    if not early or (builds and builds[0] < early[0]):
        return list(steps)
    if builds:
        waiting = [steps[at] for at in early if at < builds[0]]
        kept = [step for at, step in enumerate(steps[: builds[0] + 1]) if step not in waiting]
        return [*kept, *waiting, *steps[builds[0] + 1 :]]
    behind = set(known) | {step.concept_id for step in steps[: early[0]]}
    added = _cheapest_build(graph, behind)
    return list(steps) if added is None else [*steps[: early[0]], build_step(added), *steps[early[0] :]]


def climb_by_levels(graph: ConceptGraph, steps: Sequence[Step], known: Collection[str], level: int) -> list[Step]:
    """Let formalism rise by one level from step to step, unless the learner is above it.

    Where the next step is too steep, concepts of the levels between that have been learned
    before are called to mind first. The path begins at the learner's own level.
    """
    eased: list[Step] = []
    learned = dict.fromkeys(sorted(known))  # in the order in which they were learned
    before = level
    for step in steps:
        formalism = graph.concepts[step.concept_id].formalism
        for stair in range(max(before + 1, level), formalism):
            recalled = _stair(graph, step.concept_id, stair, learned)
            if recalled is not None:
                reason = f"The next step is more formal; {recalled.title} is the stair before it."
                eased.append(check_step(recalled, reason))
        eased.append(step)
        before = formalism
        learned.setdefault(step.concept_id)
    return eased


def _is_heavy(graph: ConceptGraph, step: Step) -> bool:
    return step.kind == "paper" and graph.concepts[step.concept_id].formalism >= HEAVY


def _is_substantial(graph: ConceptGraph, step: Step) -> bool:
    build = graph.concepts[step.concept_id].build
    return step.kind == "build" and build is not None and build.substantial


def _cheapest_build(graph: ConceptGraph, learned: Collection[str]) -> Concept | None:
    candidates = [
        (concept.build.minutes, concept.id)
        for concept in (graph.concepts[concept_id] for concept_id in learned)
        if concept.build is not None and concept.build.substantial
    ]
    return graph.concepts[min(candidates)[1]] if candidates else None


def _stair(graph: ConceptGraph, concept_id: str, formalism: int, learned: Iterable[str]) -> Concept | None:
    """Return a learned concept of this formalism: a prerequisite if there is one, else the latest."""
    direct = {edge.requires_id for edge in graph.concepts[concept_id].prerequisites}
    fitting = [other for other in learned if graph.concepts[other].formalism == formalism]
    if not fitting:
        return None
    return graph.concepts[next((other for other in reversed(fitting) if other in direct), fitting[-1])]
